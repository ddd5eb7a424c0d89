@NullMarked
package dev.litegraft.checkpoint.template;

import org.jspecify.annotations.NullMarked;
