package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Pooled;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * EuroBERT: Llama's layers, in which every token sees all, with an encoder's heads.
 *
 * <p>Source: {@code transformers/models/eurobert/modeling_eurobert.py}; EuroBERT, arXiv:2503.05500.
 */
final class EuroBert implements Architecture {
  private static final String BACKBONE = "model";

  @Override
  public String family() {
    return "EuroBERT";
  }

  @Override
  public String modelType() {
    return "eurobert";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER.withHead(List.of("classifier"), List.of("dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "EuroBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "EuroBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "EuroBertModel", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 128001);
  }

  /** The mean of the tokens' logits, which "late" stands for, is the logit of their mean. */
  @Override
  public Pooling pooling(HfConfig config) {
    String pooling = config.text("classifier_pooling", "late");
    return switch (pooling) {
      case "bos" -> Pooling.CLS;
      case "mean", "late" -> Pooling.MEAN;
      default ->
          throw new InvalidCheckpointException(
              "classifier_pooling is \""
                  + pooling
                  + "\", where \"bos\", \"mean\" or \"late\" is known",
              config.where() + ", classifier_pooling",
              "compare the key with the model's original config.json");
    };
  }

  @Override
  public boolean allowsLeftPadding(HfConfig config) {
    return !config.text("classifier_pooling", "late").equals("bos");
  }

  @Override
  public boolean readsTheLength(HfConfig config) {
    return RotaryEmbedding.dependsOnLength(config);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    if (!modelType().equals(config.value("model_type"))) {
      return Optional.empty();
    }
    HfConfig read = OwnCode.of(config).rename("clf_pooling", "classifier_pooling").config();
    return Optional.of(
        new CustomCode(
            read,
            tensors -> tensors,
            "the folder has code of its own (modeling_eurobert), which was recognised: it is read as"
                + " EuroBertModel of transformers"));
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    config.has("classifier_pooling"); // the classifier's
    return switch (in.task()) {
      case SEQUENCE_CLASSIFICATION -> classified(f, config, w, in);
      case TOKEN_CLASSIFICATION -> labelled(f, config, w, hidden(f, config, w.at(BACKBONE), in));
      default -> hidden(f, config, w.at(BACKBONE).isEmpty() ? w : w.at(BACKBONE), in); // [b, q, d]
    };
  }

  private static <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    return Llama.hidden(f, config.withDefault("rms_norm_eps", 1e-5), w, in, Span.BIDIRECTIONAL);
  }

  private <T> T classified(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Weights bare = w.at(BACKBONE);
    T one = // [b, 1, d]
        config.text("classifier_pooling", "late").equals("late")
            ? Pooled.of(
                Pooling.MEAN,
                f,
                in,
                in.attended(),
                dense(f, config, w, hidden(f, config, bare, in)))
            : dense(
                f,
                config,
                w,
                Pooled.apply(pooling(config), f, in, read -> hidden(f, config, bare, read)));
    return labelled(f, config, w, one);
  }

  private <T> T dense(Layers<T> f, HfConfig config, Weights w, T x) {
    int d = width(config);
    return f.activation(f.linear(x, Linear.read(w.at("dense"), d, d)), Activation.GELU);
  }

  private <T> T labelled(Layers<T> f, HfConfig config, Weights w, T x) {
    return f.linear(x, Linear.read(w.at("classifier"), width(config), Labels.of(config).count()));
  }
}
