/** A diagnosis as a page to hand on. */
@NullMarked
package dev.litegraft.lab.diagnosis.page;

import org.jspecify.annotations.NullMarked;
