package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The settings of sentence-transformers' Pooling module.
 *
 * <p>Source: {@code sentence_transformers/models/Pooling.py}.
 *
 * @param mode {@code mean}, {@code cls}, {@code max} or {@code last}
 * @param width numbers of a token's vector
 * @param includePrompt whether the tokens of a prompt are pooled too
 */
record SentencePooling(String mode, int width, boolean includePrompt) {
  /** The flags of older files, and the names of newer ones, that can be converted. */
  private static final Map<String, String> MODES =
      Map.of(
          "pooling_mode_cls_token", "cls",
          "pooling_mode_mean_tokens", "mean",
          "pooling_mode_max_tokens", "max",
          "pooling_mode_lasttoken", "last",
          "cls", "cls",
          "mean", "mean",
          "max", "max",
          "lasttoken", "last");

  static SentencePooling read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "the Pooling module has no config.json",
          String.valueOf(file.getParent()),
          "download the folder again, with all of its files");
    }
    HfConfig config = HfConfig.read(file);
    String widthKey =
        config.value("word_embedding_dimension") == null
            ? "embedding_dimension"
            : "word_embedding_dimension";
    return new SentencePooling(
        mode(config), config.integer(widthKey), config.flag("include_prompt", true));
  }

  private static String mode(HfConfig config) {
    List<String> modes = new ArrayList<>();
    if (config.has("pooling_mode")) {
      modes.add(config.text("pooling_mode"));
    } else {
      for (String key : config.keys()) {
        if (key.startsWith("pooling_mode_") && config.flag(key, false)) {
          modes.add(key);
        }
      }
    }
    String mode = modes.size() == 1 ? MODES.get(modes.get(0)) : null;
    if (mode == null) {
      throw new InvalidInputException(
          "the pooling is "
              + (modes.isEmpty() ? "none" : String.join(" and ", modes))
              + ", where one of cls, mean, max and last token can be converted",
          config.where(),
          "use a model that pools in one of these ways");
    }
    return mode;
  }
}
