/** A stub of the Hub on loopback, and what is asked of it. */
@NullMarked
package dev.litegraft.hub;

import org.jspecify.annotations.NullMarked;
