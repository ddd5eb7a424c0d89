@NullMarked
package dev.litegraft.runtime;

import org.jspecify.annotations.NullMarked;
