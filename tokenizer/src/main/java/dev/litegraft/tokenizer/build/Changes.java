package dev.litegraft.tokenizer.build;

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

  private Changes() {}

  /**
   * The sentence; empty where the tokenizer is what {@code tokenizer.json} says.
   *
   * @param old the {@link Draft#parts} of the file
   * @param made those of the tokenizer
   */
  static Optional<String> note(
      Map<String, @Nullable Object> old,
      Map<String, @Nullable Object> made,
      TokenizerClass tokenizerClass,
      Library library,
      String because) {
    List<String> changed =
        made.keySet().stream()
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
}
