package dev.litegraft.tokenizer.build;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer.json} was saved with from a training run. Lengths are set anew by every
 * call; sides and the padding token stand for arguments that are absent.
 */
final class TruncationAndPadding {
  private TruncationAndPadding() {}

  static void setDefaults(Draft draft, Arguments arguments) {
    if (draft.truncation instanceof Map<?, ?> truncation) {
      putIfAbsent(arguments, "truncation_side", side(truncation.get("direction")));
    }
    if (draft.padding instanceof Map<?, ?> padding) {
      putIfAbsent(arguments, "pad_token", padding.get("pad_token"));
      putIfAbsent(arguments, "padding_side", side(padding.get("direction")));
    }
  }

  private static void putIfAbsent(Arguments arguments, String key, @Nullable Object value) {
    if (!arguments.has(key)) {
      arguments.values.put(key, value);
    }
  }

  private static @Nullable Object side(@Nullable Object direction) {
    return direction instanceof String text ? text.toLowerCase(Locale.ROOT) : null;
  }
}
