/** What can go wrong, said in three lines: what, where, what to try. */
@NullMarked
package dev.litegraft.error;

import org.jspecify.annotations.NullMarked;
