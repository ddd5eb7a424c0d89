/** Rows of a user's own data: TSV, CSV and JSON Lines, one row at a time. */
@NullMarked
package dev.litegraft.lab.data;

import org.jspecify.annotations.NullMarked;
