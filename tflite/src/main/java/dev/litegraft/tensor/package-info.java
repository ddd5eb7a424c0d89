/** Shapes, dtypes, and tensors that are read slice by slice. */
@NullMarked
package dev.litegraft.tensor;

import org.jspecify.annotations.NullMarked;
