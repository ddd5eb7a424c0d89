package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Pooling;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A decoder-only family: what its classes add to the backbone is the same in all of them.
 *
 * <p>Source: {@code transformers/modeling_layers.py}, GenericForSequenceClassification and
 * GenericForTokenClassification.
 */
interface Decoder extends Architecture {
  /** The module that holds the backbone in the classes with a head: {@code model}. */
  default String backbone() {
    return "model";
  }

  /** The module that classifies tokens; it has a bias. */
  default String tokenHead() {
    return "score";
  }

  @Override
  default ModuleNames moduleNames() {
    return ModuleNames.DECODER;
  }

  @Override
  default Pooling pooling(HfConfig config) {
    return Pooling.LAST;
  }

  @Override
  default boolean allowsLeftPadding(HfConfig config) {
    return true;
  }

  /** Dynamic rotary scaling adapts to any length. */
  @Override
  default int maxTokens(HfConfig config) {
    return RotaryEmbedding.adaptsToAnyLength(config)
        ? Integer.MAX_VALUE
        : config.size(configNames().positions());
  }

  @Override
  default boolean readsBeyond(HfConfig config) {
    return !RotaryEmbedding.dependsOnLength(config);
  }

  @Override
  default boolean readsTheLength(HfConfig config) {
    return RotaryEmbedding.dependsOnLength(config);
  }

  /**
   * The last hidden states after the final norm: [b, t, d], or [b, 1, d] where {@code
   * in.selection()} is present.
   */
  <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in);

  @Override
  default <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    return switch (in.task()) {
      case SEQUENCE_CLASSIFICATION -> {
        T last = lastToken(f, padToken(config), in.ids());
        T x = hidden(f, config, w.at(backbone()), in.reading(last)); // [b, 1, d]
        yield f.linear(
            x, Linear.readWithoutBias(w.at("score"), width(config), Labels.of(config).count()));
      }
      case TOKEN_CLASSIFICATION -> {
        T x = hidden(f, config, w.at(backbone()), in); // [b, t, d]
        yield f.linear(x, Linear.read(w.at(tokenHead()), width(config), Labels.of(config).count()));
      }
      default -> hidden(f, config, backboneOf(w), in);
    };
  }

  @Override
  default boolean answersQuestions() {
    return true;
  }

  @Override
  default List<String> wordTables() {
    String table = moduleNames().words();
    return List.of(backbone() + "." + table, backbone() + ".decoder." + table, table);
  }

  /**
   * Checkpoints of the bare model have its tensors at the root; the classes that answer questions
   * have kept the first decoder's name.
   */
  private Weights backboneOf(Weights w) {
    return Stream.of(backbone(), "transformer")
        .map(w::at)
        .filter(below -> !below.isEmpty())
        .findFirst()
        .orElse(w);
  }

  /**
   * The last token that is not the pad token, whatever the mask says; without a pad token the very
   * last.
   */
  private static <T> T lastToken(Layers<T> f, OptionalInt padToken, T ids) {
    return padToken.isPresent()
        ? f.lastWhere(f.differs(ids, padToken.getAsInt()))
        : f.lastWhere(f.affine(f.positions(ids), 0, 1));
  }
}
