package dev.litegraft.tokenizer.build;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Which version of transformers saved a folder. */
final class SavedBy {
  private SavedBy() {}

  /** The major version that the folder names; sentence-transformers' word comes first. */
  static OptionalInt version(Folder folder) {
    return major(text(folder));
  }

  private static @Nullable String text(Folder folder) {
    String ofSentences =
        Keys.text(Keys.map(folder.sentenceTransformers, "__version__"), "transformers");
    return major(ofSentences).isPresent()
        ? ofSentences
        : Keys.text(folder.config, "transformers_version");
  }

  /**
   * The tokenizers library behind it: 0.23 from transformers 5.16 on. It decides which of two texts
   * that are cut keeps the odd token.
   */
  static String tokenizers(Folder folder, Library library) {
    String version = text(folder);
    return library.major() >= 5 && (version == null || compare(version, "5.16.0") >= 0)
        ? "0.23"
        : "0.22";
  }

  /** What only one of the versions writes into {@code tokenizer_config.json}. */
  static OptionalInt hint(Folder folder) {
    if (folder.tokenizerConfig.containsKey("added_tokens_decoder")) {
      return OptionalInt.of(4);
    }
    return folder.tokenizerConfig.containsKey("backend")
            || "TokenizersBackend".equals(folder.tokenizerConfig.get("tokenizer_class"))
        ? OptionalInt.of(5)
        : OptionalInt.empty();
  }

  /** Compares versions by their first three numbers. */
  static int compare(String one, String other) {
    String[] a = one.split("[^0-9]+");
    String[] b = other.split("[^0-9]+");
    for (int i = 0; i < 3; i++) {
      int difference = Integer.compare(number(a, i), number(b, i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static int number(String[] numbers, int index) {
    return index < numbers.length && numbers[index].length() < 7 && !numbers[index].isEmpty()
        ? Integer.parseInt(numbers[index])
        : 0;
  }

  private static OptionalInt major(@Nullable String version) {
    if (version == null) {
      return OptionalInt.empty();
    }
    int end = 0;
    while (end < version.length() && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 || end > 4
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(version.substring(0, end)));
  }
}
