/** What every family of models must do, and the families that do it. */
@NullMarked
package dev.litegraft.lab.architecture;

import org.jspecify.annotations.NullMarked;
