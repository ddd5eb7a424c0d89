/** Recipes: how the numbers of a graph are stored. */
@NullMarked
package dev.litegraft.quantize;

import org.jspecify.annotations.NullMarked;
