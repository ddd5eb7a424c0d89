/** One small file a model family. */
@NullMarked
package dev.litegraft.architecture;

import org.jspecify.annotations.NullMarked;
