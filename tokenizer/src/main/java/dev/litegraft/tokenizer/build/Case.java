package dev.litegraft.tokenizer.build;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a normalizer makes capital letters small. */
final class Case {
  private Case() {}

  static boolean lowers(@Nullable Object normalizer) {
    return switch (Keys.type(normalizer)) {
      case "Lowercase" -> true;
      case "BertNormalizer" ->
          normalizer instanceof Map<?, ?> part && Boolean.TRUE.equals(part.get("lowercase"));
      case "Sequence" ->
          normalizer instanceof Map<?, ?> part
              && part.get("normalizers") instanceof List<?> all
              && all.stream().anyMatch(Case::lowers);
      default -> false;
    };
  }
}
