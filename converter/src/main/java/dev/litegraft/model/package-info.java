/** A checkpoint as a model: what is asked of it, how long its texts are, and its forward pass. */
@NullMarked
package dev.litegraft.model;

import org.jspecify.annotations.NullMarked;
