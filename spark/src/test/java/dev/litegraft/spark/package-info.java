@NullMarked
package dev.litegraft.spark;

import org.jspecify.annotations.NullMarked;
