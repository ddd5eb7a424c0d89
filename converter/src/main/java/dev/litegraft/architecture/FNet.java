package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Waves;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * FNet: BERT with the real part of a Fourier transform over tokens and numbers where attention was.
 * No mask hides padding from it. With {@code use_tpu_fourier_optimizations} the original computes
 * the same by a table, of texts of one length alone.
 *
 * <p>Source: {@code transformers/models/fnet/modeling_fnet.py}; arXiv:2105.03824.
 */
final class FNet implements Encoder {
  @Override
  public String family() {
    return "FNet";
  }

  @Override
  public String modelType() {
    return "fnet";
  }

  @Override
  public String tokenizerClass() {
    return "FNetTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("fnet.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "FNetForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "FNetForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "FNetModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "fnet";
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 3);
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return config.integer("type_vocab_size", 4);
  }

  /** Every token of a row is transformed with all others. */
  @Override
  public boolean readsTheLength(HfConfig config) {
    return true;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = sizes(config);
    T positions = f.positions(in.ids()); // [b, t]
    T x = embedded(f, s, w.at("embeddings"), in, positions); // [b, t, d]
    Waves<T> tokens = f.waves(positions); // [b, t, t]
    Waves<T> numbers = Waves.of(f, s.d()); // [1, d, d]
    for (int i = 0; i < s.layers(); i++) {
      Weights layer = w.at("encoder").at("layer").at(i);
      Optional<T> one = i == s.layers() - 1 ? in.selection() : Optional.empty();
      T all = x;
      Waves<T> wanted = one.map(picked -> tokens.pick(f, picked)).orElse(tokens); // [b, q, t]
      T own = one.map(picked -> f.pick(picked, all)).orElse(all); // [b, q, d]
      T sum = f.add(transformed(f, all, wanted, numbers), own);
      Weights output = layer.at("fourier").at("output");
      T mixed = f.layerNorm(sum, LayerNorm.read(output.at("LayerNorm"), s.d(), s.epsilon()));
      x = BertStack.feedForward(f, s, layer, mixed);
    }
    return x; // [b, q, d]
  }

  private BertStack.Sizes sizes(HfConfig c) {
    return new BertStack.Sizes(
        c.size("vocab_size"),
        width(c),
        c.size("num_hidden_layers"),
        c.integer("num_attention_heads", 1), // which some configs have, and no layer
        c.size("intermediate_size"),
        c.size("max_position_embeddings"),
        tokenTypes(c),
        c.number("layer_norm_eps", 1e-12),
        BertStack.Sizes.activation(c, "gelu_new"),
        Optional.empty());
  }

  /** Words, types and positions, summed, normalised and projected: [b, t, d]. */
  private static <T> T embedded(
      Layers<T> f, BertStack.Sizes s, Weights w, Inputs<T> in, T positions) {
    T sum = BertStack.embeddings(f, s, w, in, positions, s.d());
    return f.linear(sum, Linear.read(w.at("projection"), s.d(), s.d()));
  }

  /** The real part of the transform over tokens and over each token's numbers: [b, q, d]. */
  private static <T> T transformed(Layers<T> f, T x, Waves<T> tokens, Waves<T> numbers) {
    T real = f.matMul(tokens.cosines(), f.matMul(x, numbers.cosines(), false), false);
    T imaginary = f.matMul(tokens.sines(), f.matMul(x, numbers.sines(), false), false);
    return f.add(real, f.scale(imaginary, -1));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofPooler(f, w, "fnet", first, width(config), labels);
  }
}
