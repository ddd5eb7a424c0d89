package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
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
 * @param tokenizerClass of a folder that names none
 * @param backbone the module that holds the backbone
 */
record Roberta(
    String family, String prefix, String modelType, String tokenizerClass, String backbone)
    implements Encoder {
  static final Roberta ROBERTA = of("RoBERTa", "Roberta", "roberta");
  static final Roberta XLM_ROBERTA = of("XLM-RoBERTa", "XLMRoberta", "xlm-roberta");
  static final Roberta CAMEMBERT = of("CamemBERT", "Camembert", "camembert");
  static final Roberta DATA2VEC =
      new Roberta(
          "Data2Vec text", "Data2VecText", "data2vec-text", "RobertaTokenizer", "data2vec_text");

  private static Roberta of(String family, String prefix, String modelType) {
    return new Roberta(family, prefix, modelType, prefix + "Tokenizer", "roberta");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withDenseHead();
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
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  /** The first rows of the table of positions are never used. */
  @Override
  public int maxTokens(HfConfig config) {
    return maxTokens(config, 1);
  }

  /**
   * How many tokens a table of positions is for that counts from the pad id + 1 on.
   *
   * @param pad the class's pad id
   */
  static int maxTokens(HfConfig config, int pad) {
    return config.size("max_position_embeddings") - config.integer("pad_token_id", pad) - 1;
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
    return Heads.ofTwoLayers(f, w.at("classifier"), first, width(config), labels, Activation.TANH);
  }
}
