/** Which setting explains that a file answers otherwise than its checkpoint. */
@NullMarked
package dev.litegraft.lab.diagnosis;

import org.jspecify.annotations.NullMarked;
