/** config.json and the files beside it that say what the weights mean. */
@NullMarked
package dev.litegraft.checkpoint.config;

import org.jspecify.annotations.NullMarked;
