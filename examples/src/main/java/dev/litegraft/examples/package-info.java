/** Small programs that use Litegraft as a library. */
@NullMarked
package dev.litegraft.examples;

import org.jspecify.annotations.NullMarked;
