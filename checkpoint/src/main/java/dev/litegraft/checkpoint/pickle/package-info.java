/** Files that Python's pickle is in, torch's above all, read without running anything in them. */
@NullMarked
package dev.litegraft.checkpoint.pickle;

import org.jspecify.annotations.NullMarked;
