/** The {@code litegraft} command: the only place with standard output and exit codes. */
@NullMarked
package dev.litegraft.cli;

import org.jspecify.annotations.NullMarked;
