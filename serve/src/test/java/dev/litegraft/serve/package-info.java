/** The server, asked over the wire. */
@NullMarked
package dev.litegraft.serve;

import org.jspecify.annotations.NullMarked;
