package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.List;
import java.util.Map;

/**
 * LUKE's text part: BERT with RoBERTa's positions. Entities are read by nobody who gives the model
 * a text alone, and what it has for them stays behind.
 *
 * <p>Source: {@code transformers/models/luke/modeling_luke.py}; arXiv:2010.01057.
 */
final class Luke implements Encoder {
  @Override
  public String family() {
    return "LUKE";
  }

  @Override
  public String modelType() {
    return "luke";
  }

  @Override
  public String tokenizerClass() {
    return "LukeTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("luke.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "LukeForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "LukeForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "LukeModel", Task.EMBEDDING);
  }

  @Override
  public ConfigNames configNames() {
    return Encoder.super.configNames().withOtherSizes("entity_vocab_size", "entity_emb_size");
  }

  @Override
  public String backbone() {
    return "luke";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  /** The first rows of the table of positions are never used. */
  @Override
  public int maxTokens(HfConfig config) {
    return Roberta.maxTokens(config, 1);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    leaveEntities(config, s, w);
    T positions = Roberta.positions(f, in.ids(), config.integer("pad_token_id", 1));
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, positions, s.d()); // [b, t, d]
    return BertStack.layers(f, s, w.at("encoder"), x, in); // [b, q, d]
  }

  private static void leaveEntities(HfConfig config, BertStack.Sizes s, Weights w) {
    Weights entities = w.at("entity_embeddings");
    int width = config.size("entity_emb_size", 256);
    Heads.unread(
        entities.at("entity_embeddings"),
        "weight",
        config.size("entity_vocab_size", 500000),
        width);
    Heads.unread(entities.at("entity_embedding_dense"), "weight", s.d(), width);
    Heads.unread(entities.at("position_embeddings"), "weight", s.positions(), s.d());
    Heads.unread(entities.at("token_type_embeddings"), "weight", s.types(), s.d());
    Heads.unread(entities.at("LayerNorm"), "weight", s.d());
    Heads.unread(entities.at("LayerNorm"), "bias", s.d());
    if (config.flag("use_entity_aware_attention", true)) {
      for (int i = 0; i < s.layers(); i++) {
        Weights self = w.at("encoder").at("layer").at(i).at("attention").at("self");
        for (String kind : List.of("w2e_query", "e2w_query", "e2e_query")) {
          Heads.unread(self.at(kind), "weight", s.d(), s.d());
          Heads.unread(self.at(kind), "bias", s.d());
        }
      }
    }
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofPooler(f, w, "luke", first, width(config), labels);
  }
}
