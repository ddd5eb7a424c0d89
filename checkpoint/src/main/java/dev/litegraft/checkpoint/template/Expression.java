package dev.litegraft.checkpoint.template;

import org.jspecify.annotations.Nullable;

/**
 * A part of a template that has a value: text, number, flag, list, map; null is none, or undefined.
 */
interface Expression {
  @Nullable Object value(Scope scope);
}
