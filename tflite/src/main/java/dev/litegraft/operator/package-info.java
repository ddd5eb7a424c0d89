/**
 * What an operator of a {@code .tflite} may be: {@link dev.litegraft.operator.OperatorTable} is the
 * specification that the graph's verifier, the writer and the reader of files follow.
 */
@NullMarked
package dev.litegraft.operator;

import org.jspecify.annotations.NullMarked;
