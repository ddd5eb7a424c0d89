/** Recipes of passes, by running what they make. */
@NullMarked
package dev.litegraft.lab.recipe;

import org.jspecify.annotations.NullMarked;
