/** The checkpoint's matrices among a file's constants, whatever the exporting tool made of them. */
@NullMarked
package dev.litegraft.lab.diagnosis.weights;

import org.jspecify.annotations.NullMarked;
