package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import java.util.List;
import java.util.Map;

/**
 * The families that are RoBERTa with its norms before each half of a layer: RoBERTa-PreLayerNorm
 * (efficient_mlm), and XLM-RoBERTa-XL, whose embeddings have no norm.
 *
 * <p>Source: {@code transformers/models/roberta_prelayernorm} and {@code xlm_roberta_xl}.
 *
 * @param family the name
 * @param prefix what Hugging Face's class names begin with
 * @param modelType what config.json calls it
 * @param tokenizerClass of a folder that names none
 * @param backbone the module that holds the backbone
 * @param stack where the norms are
 * @param normsEmbeddings whether there is one behind the embeddings
 * @param lastNorm the norm behind the layers, from the backbone
 * @param epsilon of the norms where no key says it
 */
record RobertaPreNorm(
    String family,
    String prefix,
    String modelType,
    String tokenizerClass,
    String backbone,
    PreNormStack stack,
    boolean normsEmbeddings,
    List<String> lastNorm,
    double epsilon)
    implements Encoder {
  static final RobertaPreNorm ROBERTA =
      new RobertaPreNorm(
          "RoBERTa-PreLayerNorm",
          "RobertaPreLayerNorm",
          "roberta-prelayernorm",
          "RobertaTokenizer",
          "roberta_prelayernorm",
          new PreNormStack(List.of("attention", "LayerNorm"), List.of("intermediate", "LayerNorm")),
          true,
          List.of("LayerNorm"),
          1e-12);
  static final RobertaPreNorm XLM_ROBERTA_XL =
      new RobertaPreNorm(
          "XLM-RoBERTa-XL",
          "XLMRobertaXL",
          "xlm-roberta-xl",
          "XLMRobertaTokenizer",
          "roberta",
          new PreNormStack(List.of("attention", "self_attn_layer_norm"), List.of("LayerNorm")),
          false,
          List.of("encoder", "LayerNorm"),
          1e-5);

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withDenseHead();
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
    return BertStack.Sizes.types(sized(config));
  }

  /** The first rows of the table of positions are never used. */
  @Override
  public int maxTokens(HfConfig config) {
    return Roberta.maxTokens(config, 1);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(sized(config));
    T positions = Roberta.positions(f, in.ids(), config.integer("pad_token_id", 1));
    Weights embeddings = w.at("embeddings");
    T x = // [b, t, d]
        normsEmbeddings
            ? BertStack.embeddings(f, s, embeddings, in, positions, s.d())
            : BertStack.sum(f, s, embeddings, in, positions, s.d());
    T last = stack.layers(f, s, w.at("encoder"), x, in, PreNormStack.everywhere(f, in));
    Weights at = w;
    for (String name : lastNorm) {
      at = at.at(name);
    }
    return f.layerNorm(last, LayerNorm.read(at, s.d(), s.epsilon())); // [b, q, d]
  }

  private HfConfig sized(HfConfig config) {
    HfConfig known = config.withDefault("layer_norm_eps", epsilon);
    return normsEmbeddings ? known : known.withDefault("type_vocab_size", 1);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofTwoLayers(f, w.at("classifier"), first, width(config), labels, Activation.TANH);
  }
}
