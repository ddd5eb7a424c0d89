/** The rules that hold the rooms apart, over all modules at once. */
@NullMarked
package dev.litegraft.rules;

import org.jspecify.annotations.NullMarked;
