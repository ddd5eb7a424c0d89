/** What travels in a file beside the graph: each word of it is defined here, once. */
@NullMarked
package dev.litegraft.facts;

import org.jspecify.annotations.NullMarked;
