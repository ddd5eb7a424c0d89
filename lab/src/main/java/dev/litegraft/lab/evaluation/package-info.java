/** What files are worth on a user's own data, and whether they differ. */
@NullMarked
package dev.litegraft.lab.evaluation;

import org.jspecify.annotations.NullMarked;
