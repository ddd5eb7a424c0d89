package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * RoBERTa (KLUE RoBERTa too), and the families that are RoBERTa under class names of their own.
 *
 * <p>Source: {@code transformers/models/roberta/modeling_roberta.py}; its copies in {@code
 * xlm_roberta} and {@code camembert}.
 *
 * @param family the name
 * @param prefix what Hugging Face's class names begin with
 * @param modelType what config.json calls it
 */
record Roberta(String family, String prefix, String modelType) implements Encoder {
  static final Roberta ROBERTA = new Roberta("RoBERTa", "Roberta", "roberta");
  static final Roberta XLM_ROBERTA = new Roberta("XLM-RoBERTa", "XLMRoberta", "xlm-roberta");
  static final Roberta CAMEMBERT = new Roberta("CamemBERT", "Camembert", "camembert");

  @Override
  public Evidence checkedAgainst(Task task) {
    return task != Task.SEQUENCE_CLASSIFICATION
        ? Evidence.SHARED_LAYERS
        : equals(CAMEMBERT) ? Evidence.EQUIVALENCE : Evidence.RECORDED;
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(
        List.of("classifier.out_proj", "classifier"), List.of("classifier.dense"));
  }

  @Override
  public String tokenizerClass() {
    return prefix + "Tokenizer";
  }

  @Override
  public Optional<MaskedHead> maskedHead(HfConfig config) {
    return Optional.of(
        new MaskedHead(
            "lm_head.dense",
            "lm_head.layer_norm",
            "lm_head.decoder",
            List.of("lm_head.bias", "lm_head.decoder.bias"),
            Activation.GELU,
            config.number("layer_norm_eps", 1e-12)));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        prefix + "ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        prefix + "ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        prefix + "Model", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "roberta";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  /** The first rows of the table of positions are never used. */
  @Override
  public int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings") - padId(config) - 1;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    T positions = positions(f, in.ids(), padId(config));
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, positions, s.d()); // [b, t, d]
    return BertStack.layers(f, s, w.at("encoder"), x, in); // [b, q, d]
  }

  /** Tokens count from pad id + 1 on, wherever the padding is; padding has the pad id: [b, t]. */
  static <T> T positions(Layers<T> f, T ids, int pad) {
    T token = f.differs(ids, pad); // 1 or 0
    return f.affine(f.multiply(f.runningSum(token), token), 1, pad);
  }

  private static int padId(HfConfig config) {
    return config.integer("pad_token_id", 1);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    Weights head = w.at("classifier");
    int d = width(config);
    T dense = f.linear(first, Linear.read(head.at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(head.at("out_proj"), d, labels));
  }
}
