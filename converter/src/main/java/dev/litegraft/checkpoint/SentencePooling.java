package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The settings of sentence-transformers' Pooling module.
 *
 * <p>Source: {@code sentence_transformers/models/Pooling.py}.
 *
 * @param modes in the order in which the module joins their vectors
 * @param width numbers of a token's vector
 * @param includePrompt whether the tokens of a prompt are pooled too
 */
record SentencePooling(List<Pooling> modes, int width, boolean includePrompt) {
  /**
   * A pooling.
   *
   * @param flag the key of older files that says true
   * @param name its name in newer files
   * @param mode the pooling
   */
  private record Mode(String flag, String name, Pooling mode) {}

  /** In the order in which the module joins their vectors. */
  private static final List<Mode> MODES =
      List.of(
          new Mode("pooling_mode_cls_token", "cls", Pooling.CLS),
          new Mode("pooling_mode_max_tokens", "max", Pooling.MAX),
          new Mode("pooling_mode_mean_tokens", "mean", Pooling.MEAN),
          new Mode(
              "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", Pooling.MEAN_SQRT_LEN),
          new Mode("pooling_mode_weightedmean_tokens", "weightedmean", Pooling.WEIGHTEDMEAN),
          new Mode("pooling_mode_lasttoken", "lasttoken", Pooling.LAST));

  SentencePooling {
    modes = List.copyOf(modes);
  }

  /** Numbers of a text's vector. */
  int joinedWidth() {
    return Math.multiplyExact(width, modes.size());
  }

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
        modes(config), config.integer(widthKey), config.flag("include_prompt", true));
  }

  private static List<Pooling> modes(HfConfig config) {
    List<String> said = new ArrayList<>();
    boolean flags = false;
    if (config.value("pooling_mode") instanceof List<?>) {
      said.addAll(config.texts("pooling_mode"));
    } else if (config.has("pooling_mode")) {
      said.addAll(List.of(config.text("pooling_mode").split("\\+", -1)));
    } else {
      for (String key : config.keys()) {
        flags |= key.startsWith("pooling_mode_");
        if (key.startsWith("pooling_mode_") && config.flag(key, false)) {
          said.add(key);
        }
      }
      if (!flags) {
        return List.of(Pooling.MEAN); // the module's default
      }
    }
    List<Pooling> modes =
        MODES.stream()
            .filter(mode -> said.contains(mode.flag()) || said.contains(mode.name()))
            .map(Mode::mode)
            .toList();
    if (modes.isEmpty() || modes.size() != said.size()) {
      throw new InvalidInputException(
          "the pooling is "
              + (said.isEmpty() ? "none" : String.join(" and ", said))
              + ", where "
              + MODES.stream().map(Mode::name).collect(Collectors.joining(", "))
              + " can be converted",
          config.where(),
          "use a model that pools in these ways");
    }
    return modes;
  }
}
