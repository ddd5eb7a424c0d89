package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.unicode.Normalization;
import dev.litegraft.tokenizer.unicode.Unicode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What normalizers do to capital letters and accents. */
final class Case {
  private Case() {}

  /** How a BERT normalizer writes a token, but for characters that it drops or sets apart. */
  static UnaryOperator<String> writing(Map<?, ?> bertNormalizer) {
    boolean lowers = Boolean.TRUE.equals(bertNormalizer.get("lowercase"));
    Object accents = bertNormalizer.get("strip_accents");
    boolean strips = accents == null ? lowers : Boolean.TRUE.equals(accents);
    return text -> written(text, strips, lowers);
  }

  /** Each code point for itself, as the library does: no final sigma, no language. */
  private static String written(String text, boolean strips, boolean lowers) {
    int[] points = text.codePoints().toArray();
    int length = points.length;
    if (strips) {
      Normalization.Result parted = Normalization.NFD.apply(points, 0, length);
      points = parted.points();
      length = parted.length();
    }
    StringBuilder written = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      int point = points[i];
      if (strips && Unicode.isMarkNonspacing(point)) {
        continue;
      }
      written.appendCodePoint(lowers ? Unicode.lowercase(point) : point);
      if (lowers && point == Unicode.DOTTED_I) {
        written.appendCodePoint(Unicode.DOT_ABOVE);
      }
    }
    return written.toString();
  }

  /**
   * A normalizer that makes letters small before it does what it did, as sentence-transformers
   * since 5.4 makes one of it; the same where a step of it does so already.
   *
   * <p>Source: {@code sentence_transformers/base/modules/transformer.py}, _has_lowercase and
   * __init__.
   */
  static @Nullable Object lowering(@Nullable Object normalizer) {
    List<@Nullable Object> steps = new ArrayList<>();
    if (normalizer instanceof Map<?, ?> part
        && part.get("normalizers") instanceof List<?> all
        && Keys.type(normalizer).equals("Sequence")) {
      steps.addAll(all);
    } else if (normalizer != null) {
      steps.add(normalizer);
    }
    if (steps.stream().anyMatch(step -> Keys.type(step).equals("Lowercase"))) {
      return normalizer;
    }
    steps.add(0, Map.of("type", "Lowercase"));
    Map<String, @Nullable Object> sequence = new LinkedHashMap<>();
    sequence.put("type", "Sequence");
    sequence.put("normalizers", steps);
    return sequence;
  }

  /** Whether a normalizer makes capital letters small. */
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
