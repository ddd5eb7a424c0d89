/** One small file a model family, and the list of them. */
@NullMarked
package dev.litegraft.architecture;

import org.jspecify.annotations.NullMarked;
