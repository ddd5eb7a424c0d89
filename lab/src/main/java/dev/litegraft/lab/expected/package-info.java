/**
 * Answers that the original library recorded, and how our reading of a folder compares with them.
 */
@NullMarked
package dev.litegraft.lab.expected;

import org.jspecify.annotations.NullMarked;
