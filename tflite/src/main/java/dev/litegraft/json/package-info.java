/** One reader of small JSON files, with one strictness. */
@NullMarked
package dev.litegraft.json;

import org.jspecify.annotations.NullMarked;
