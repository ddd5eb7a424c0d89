/** Asked through an application context. */
@NullMarked
package dev.litegraft.springai;

import org.jspecify.annotations.NullMarked;
