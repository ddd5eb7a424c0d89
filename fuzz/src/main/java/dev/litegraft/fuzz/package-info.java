/** Damages files where it hurts, and looks whether Litegraft holds; outside of the normal build. */
@NullMarked
package dev.litegraft.fuzz;

import org.jspecify.annotations.NullMarked;
