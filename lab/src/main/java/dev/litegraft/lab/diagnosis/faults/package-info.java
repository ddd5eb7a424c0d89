/** The settings that can be wrong, each as a variant of the checkpoint. */
@NullMarked
package dev.litegraft.lab.diagnosis.faults;

import org.jspecify.annotations.NullMarked;
