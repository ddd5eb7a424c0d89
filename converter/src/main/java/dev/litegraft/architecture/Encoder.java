package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.List;

/**
 * An encoder-only family: a text is classified by its first token, through a head that each family
 * defines; tokens are classified by one linear layer, which is the same in all of them.
 */
interface Encoder extends Architecture {
  /** The module that holds the backbone in the classes with a head: {@code bert}. */
  String backbone();

  @Override
  default ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps");
  }

  @Override
  default ModuleNames moduleNames() {
    return ModuleNames.ENCODER;
  }

  /**
   * The last hidden states: [b, t, d], or [b, 1, d] where {@code in.selection()} is present.
   *
   * @param w the backbone's tensors
   */
  <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in);

  /**
   * The head of the sequence classification class.
   *
   * @param w the checkpoint's tensors, from the root
   * @param first the first token's last hidden state, [b, 1, d]
   * @return logits [b, 1, labels]
   */
  <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels);

  @Override
  default <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    return switch (in.task()) {
      case SEQUENCE_CLASSIFICATION -> {
        Inputs<T> first = in.reading(f.firstToken(in.ids()));
        T x = hidden(f, config, w.at(backbone()), first); // [b, 1, d]
        yield classify(f, config, w, x, Labels.of(config).count());
      }
      case TOKEN_CLASSIFICATION -> {
        T x = hidden(f, config, w.at(backbone()), in); // [b, t, d]
        yield f.linear(
            x, Linear.read(w.at("classifier"), width(config), Labels.of(config).count()));
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
    String table = "embeddings." + moduleNames().words();
    return List.of(backbone() + "." + table, table);
  }

  /** Checkpoints of the bare model have its tensors at the root. */
  private Weights backboneOf(Weights w) {
    Weights below = w.at(backbone());
    return below.isEmpty() ? w : below;
  }
}
