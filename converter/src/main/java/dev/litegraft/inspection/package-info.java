/** What looks wrong in a checkpoint before anything is converted. */
@NullMarked
package dev.litegraft.inspection;

import org.jspecify.annotations.NullMarked;
