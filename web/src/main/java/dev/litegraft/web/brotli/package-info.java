/** Writes the Brotli format, which every browser reads and for which the JDK has no writer. */
@NullMarked
package dev.litegraft.web.brotli;

import org.jspecify.annotations.NullMarked;
