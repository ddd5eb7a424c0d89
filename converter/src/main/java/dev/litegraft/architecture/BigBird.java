package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.Map;

/**
 * BigBird at the lengths at which its attention sees all of the text: the original computes it in
 * full up to (5 + 2r) blocks, of which its sparse pattern would leave nothing out.
 *
 * <p>Source: {@code transformers/models/big_bird/modeling_big_bird.py}; arXiv:2007.14062.
 */
final class BigBird implements Encoder {
  private static final String SPANS = "BigBirdForQuestionAnswering";

  /** What is taken from the logits of the question's tokens. */
  private static final double HIDES = 1e6;

  @Override
  public String family() {
    return "BigBird";
  }

  @Override
  public String modelType() {
    return "big_bird";
  }

  @Override
  public String tokenizerClass() {
    return "BigBirdTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withDenseHead();
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "BigBirdForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "BigBirdForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "BigBirdModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "bert";
  }

  /** Of its class for question answering the first separator says where the second text begins. */
  @Override
  public int tokenTypes(HfConfig config) {
    boolean spans = config.texts("architectures").stream().limit(1).anyMatch(SPANS::equals);
    return spans ? 1 : BertStack.Sizes.types(config);
  }

  @Override
  public double embeddingScale(HfConfig config) {
    return config.flag("rescale_embeddings", false) ? Math.sqrt(width(config)) : 1;
  }

  /** As long as attention is full; 704 with the class's blocks. */
  @Override
  public int maxTokens(HfConfig config) {
    int positions = config.size("max_position_embeddings", 4096);
    String type = config.text("attention_type", "block_sparse");
    int full = (5 + 2 * config.size("num_random_blocks", 3)) * config.size("block_size", 64);
    return switch (type) {
      case "original_full" -> positions;
      case "block_sparse" -> Math.min(full, positions);
      default ->
          throw new InvalidCheckpointException(
              "attention_type is \"" + type + "\", where block_sparse and original_full are known",
              config.where() + ", attention_type",
              "compare the key with the model's original config.json");
    };
  }

  @Override
  public String spanHead() {
    return "qa_classifier.qa_outputs";
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    if (in.task() != Task.QUESTION_ANSWERING) {
      return Encoder.super.forward(f, config, w, in);
    }
    Inputs<T> typed = in.withTypes(f.affine(ofQuestion(f, config, in.ids()), -1, 1));
    T x = hidden(f, config, w.at(backbone()), typed); // [b, t, d]
    return BertStack.feedForward(f, sizes(config), w.at("qa_classifier"), x);
  }

  /** No answer begins or ends in the question; its first token stands for none. */
  @Override
  public <T> T spans(Layers<T> f, HfConfig config, Inputs<T> in, T logits) {
    T first = f.activation(f.affine(f.positions(in.ids()), -1, 1), Activation.RELU); // [b, t]
    T hidden = f.multiply(ofQuestion(f, config, in.ids()), f.affine(first, -1, 1));
    return f.add(logits, f.column(f.affine(hidden, -HIDES, 0)));
  }

  /** 1 up to the first separator, 0 behind it: [b, t]. */
  private static <T> T ofQuestion(Layers<T> f, HfConfig config, T ids) {
    int separator = config.integer("sep_token_id", 66);
    T ends = f.affine(f.differs(ids, separator), -1, 1);
    T behind = f.add(f.runningSum(ends), f.affine(ends, -1, 0)); // separators before a token
    return f.activation(f.affine(behind, -1, 1), Activation.RELU);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = sizes(config);
    maxTokens(config);
    leavePooler(s, w.at("pooler"));
    boolean bias = config.flag("use_bias", true);
    T x = embeddings(f, s, w.at("embeddings"), in, embeddingScale(config)); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      Weights layer = w.at("encoder").at("layer").at(i);
      T mixed = attention(s, layer.at("attention"), bias).apply(f, x, queries); // [b, q, d]
      x = BertStack.afterProjection(f, s, layer, queries.of(x), mixed);
    }
    return x; // [b, q, d]
  }

  private static BertStack.Sizes sizes(HfConfig config) {
    return BertStack.Sizes.of(
        config.withDefault("hidden_act", "gelu_new").withDefault("max_position_embeddings", 4096));
  }

  /** Of the pretraining's second task. */
  private static void leavePooler(BertStack.Sizes s, Weights w) {
    Heads.unread(w, "weight", s.d(), s.d());
    Heads.unread(w, "bias", s.d());
  }

  private static <T> T embeddings(
      Layers<T> f, BertStack.Sizes s, Weights w, Inputs<T> in, double scale) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v(), s.d()));
    Embedding types = Embedding.read(w.at("token_type_embeddings"), s.types(), s.d());
    Embedding places = Embedding.read(w.at("position_embeddings"), s.positions(), s.d());
    T typed = f.add(f.scale(word, (float) scale), BertStack.tokenTypes(f, in, types)); // [b, t, d]
    T sum = f.add(typed, f.embedding(f.positions(in.ids()), places));
    return f.named(
        f.layerNorm(sum, LayerNorm.read(w.at("LayerNorm"), s.d(), s.epsilon())), w.path());
  }

  private static SelfAttention attention(BertStack.Sizes s, Weights w, boolean bias) {
    Weights self = w.at("self");
    return new SelfAttention(
        Linear.read(self.at("query"), s.d(), s.d(), bias),
        Linear.read(self.at("key"), s.d(), s.d(), bias),
        Linear.read(self.at("value"), s.d(), s.d(), bias),
        Linear.read(w.at("output").at("dense"), s.d(), s.d()),
        s.h(),
        s.h());
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    Activation activation = BertStack.Sizes.activation(config, "gelu_new");
    return Heads.ofTwoLayers(f, w.at("classifier"), first, width(config), labels, activation);
  }
}
