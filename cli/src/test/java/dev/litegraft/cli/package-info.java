/** The command line, run inside the test's own virtual machine. */
@NullMarked
package dev.litegraft.cli;

import org.jspecify.annotations.NullMarked;
