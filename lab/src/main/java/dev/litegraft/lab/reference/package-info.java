/**
 * The reference: forward passes computed at once with textbook formulas, in plain Java. What a file
 * answers is compared with this.
 */
@NullMarked
package dev.litegraft.lab.reference;

import org.jspecify.annotations.NullMarked;
