/** Pages that need nothing beside themselves: what reports share. */
@NullMarked
package dev.litegraft.lab.report;

import org.jspecify.annotations.NullMarked;
