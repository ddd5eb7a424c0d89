/** The edge graph: values, sealed operators, the verifier and the printer. */
@NullMarked
package dev.litegraft.graph;

import org.jspecify.annotations.NullMarked;
