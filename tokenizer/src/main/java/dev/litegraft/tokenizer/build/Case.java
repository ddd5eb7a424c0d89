package dev.litegraft.tokenizer.build;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What normalizers do to capital letters and accents. */
final class Case {
  private static final Pattern MARKS = Pattern.compile("\\p{Mn}");

  private Case() {}

  /** How a BERT normalizer writes a token, but for characters that it drops or sets apart. */
  static UnaryOperator<String> writing(Map<?, ?> bertNormalizer) {
    boolean lowers = Boolean.TRUE.equals(bertNormalizer.get("lowercase"));
    Object accents = bertNormalizer.get("strip_accents");
    boolean strips = accents == null ? lowers : Boolean.TRUE.equals(accents);
    return text -> {
      String written = text;
      if (strips) {
        written = MARKS.matcher(Normalizer.normalize(written, Normalizer.Form.NFD)).replaceAll("");
      }
      return lowers ? written.toLowerCase(Locale.ROOT) : written;
    };
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
