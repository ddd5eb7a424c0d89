/** What a model's layers see while it reads texts, so that numbers are rounded by it. */
@NullMarked
package dev.litegraft.lab.calibration;

import org.jspecify.annotations.NullMarked;
