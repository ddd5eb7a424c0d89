package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
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
 * <p>Versions before 5.4 wrote a flag for each pooling, and join their vectors in an order of their
 * own; later ones write {@code pooling_mode}, a name or a list, whose order counts. Where a file
 * has both, the list counts.
 *
 * <p>Source: {@code sentence_transformers/sentence_transformer/modules/pooling.py}.
 *
 * @param modes the poolings, in the order in which the module joins their vectors
 * @param width numbers of a token's vector
 * @param includePrompt whether the tokens of a prompt are pooled too
 * @param config what it was read from
 */
record SentencePooling(List<Pooling> modes, int width, boolean includePrompt, HfConfig config) {
  /**
   * A pooling.
   *
   * @param flag the key of older files that says true
   * @param name its name in newer files
   */
  private record Mode(String flag, String name, Pooling pooling) {}

  /** In the order in which older files' vectors are joined. */
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
      throw new InvalidCheckpointException(
          "the Pooling module has no config.json",
          String.valueOf(file.getParent()),
          "download the folder again, with all of its files");
    }
    HfConfig config = HfConfig.read(file);
    String widthKey =
        config.has("embedding_dimension") ? "embedding_dimension" : "word_embedding_dimension";
    config.has("word_embedding_dimension");
    return new SentencePooling(
        modes(config), config.integer(widthKey), config.flag("include_prompt", true), config);
  }

  private static List<Pooling> modes(HfConfig config) {
    List<String> flags = flags(config);
    List<String> said = new ArrayList<>();
    if (config.value("pooling_mode") instanceof List<?>) {
      said.addAll(config.texts("pooling_mode"));
    } else if (config.has("pooling_mode")) {
      said.add(config.text("pooling_mode"));
    } else if (flags.isEmpty()) {
      said.add("mean"); // the module's default, and what it takes where no flag is true
    } else {
      MODES.stream().map(Mode::flag).filter(flags::contains).forEach(said::add);
      flags.stream().filter(flag -> !said.contains(flag)).forEach(said::add);
    }
    List<Pooling> modes = new ArrayList<>();
    for (String name : said) {
      MODES.stream()
          .filter(mode -> mode.flag().equals(name) || mode.name().equals(name))
          .forEach(mode -> modes.add(mode.pooling()));
    }
    if (modes.isEmpty() || modes.size() != said.size()) {
      throw new InvalidCheckpointException(
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

  /** The flags that say true. */
  private static List<String> flags(HfConfig config) {
    return config.keys().stream()
        .filter(key -> key.startsWith("pooling_mode_") && config.flag(key, false))
        .toList();
  }
}
