package dev.litegraft.tokenizer.build;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in a sentence what of {@code tokenizer.json} the class changed. */
final class Changes {
  private static final Map<String, String> PARTS =
      Map.of(
          "added_tokens", "added tokens",
          "normalizer", "the normalizer",
          "pre_tokenizer", "the pre-tokenizer",
          "post_processor", "the special tokens around a text",
          "decoder", "the decoder",
          "model", "the model's settings");

  private static final List<String> ORDER =
      List.of("normalizer", "pre_tokenizer", "added_tokens", "post_processor", "decoder", "model");

  private Changes() {}

  /** The sentence; empty where the tokenizer is what {@code tokenizer.json} says. */
  static Optional<String> note(
      byte[] before, byte[] after, TokenizerClass tokenizerClass, Library library, String because) {
    if (Arrays.equals(before, after)) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> old = withoutVocabulary(before);
    Map<String, @Nullable Object> made = withoutVocabulary(after);
    List<String> changed =
        ORDER.stream()
            .filter(part -> !Objects.equals(old.get(part), made.get(part)))
            .map(part -> Objects.requireNonNull(PARTS.get(part)))
            .toList();
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the tokenizer is not tokenizer.json alone: as transformers "
                + library.major()
                + " does, "
                + tokenizerClass.name()
                + " ("
                + because
                + ") changes "
                + String.join(", ", changed));
  }

  private static Map<String, @Nullable Object> withoutVocabulary(byte[] json) {
    Map<String, @Nullable Object> parts = Json.tokenizer(json, "tokenizer.json");
    Keys.map(parts, "model").remove("vocab");
    Keys.map(parts, "model").remove("merges");
    return parts;
  }
}
