/**
 * What looks wrong in a checkpoint before anything is converted, and what a folder says of a file
 * that says nothing of itself.
 */
@NullMarked
package dev.litegraft.inspection;

import org.jspecify.annotations.NullMarked;
