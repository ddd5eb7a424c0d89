/** The few layers that models are made of, and the one meaning of them that emits operators. */
@NullMarked
package dev.litegraft.layer;

import org.jspecify.annotations.NullMarked;
