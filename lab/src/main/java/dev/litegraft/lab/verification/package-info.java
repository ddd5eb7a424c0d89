/** Does a file answer like its checkpoint? */
@NullMarked
package dev.litegraft.lab.verification;

import org.jspecify.annotations.NullMarked;
