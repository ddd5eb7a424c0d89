/** Finds the smallest file, or the fastest, that keeps a model's answers on a user's own data. */
@NullMarked
package dev.litegraft.lab.tuning;

import org.jspecify.annotations.NullMarked;
