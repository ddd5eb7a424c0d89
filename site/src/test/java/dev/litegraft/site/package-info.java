@NullMarked
package dev.litegraft.site;

import org.jspecify.annotations.NullMarked;
