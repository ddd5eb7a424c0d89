package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the families call the same thing. */
public final class Names {
  /** Modules between the backbone and the logits. */
  private static final Pattern HEAD =
      Pattern.compile(
          "score|classifier|classifier\\.(dense|out_proj)|pre_classifier|head\\.dense|(.*\\.)?pooler(\\.dense)?");

  private static final Pattern ATTENTION = Pattern.compile(".*(attn|attention).*");

  private static final List<String> LAYERS =
      List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");
  private static final List<String> EPSILON =
      List.of("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_eps");
  private static final List<String> ACTIVATION =
      List.of("hidden_act", "hidden_activation", "activation_function", "activation");

  private Names() {}

  /** The key under which a config counts its layers. */
  static Optional<String> layers(HfConfig config) {
    return first(config, LAYERS);
  }

  static Optional<String> epsilon(HfConfig config) {
    return first(config, EPSILON);
  }

  static Optional<String> activation(HfConfig config) {
    return first(config, ACTIVATION);
  }

  /** d. */
  static Optional<Integer> width(HfConfig config) {
    return whole(config, List.of("hidden_size", "dim", "n_embd"));
  }

  /** h. */
  static Optional<Integer> heads(HfConfig config) {
    return whole(config, List.of("num_attention_heads", "n_heads", "n_head"));
  }

  /** k; as many as query heads where the config does not say. */
  static Optional<Integer> sharedHeads(HfConfig config) {
    return whole(config, List.of("num_key_value_heads")).or(() -> heads(config));
  }

  /** e. */
  static Optional<Integer> headWidth(HfConfig config) {
    return whole(config, List.of("head_dim"))
        .or(() -> width(config).flatMap(d -> heads(config).map(h -> Math.max(1, d / h))));
  }

  private static Optional<Integer> whole(HfConfig config, List<String> keys) {
    return keys.stream()
        .filter(key -> config.value(key) instanceof Number)
        .map(config::integer)
        .findFirst();
  }

  /** {@code model.layers.3.self_attn.q_proj} to {@code self_attn.q_proj}: one for all layers. */
  static String kind(String module) {
    String[] parts = module.split("\\.", -1);
    int from = Math.max(0, parts.length - 2);
    for (int i = 0; i < parts.length - 1; i++) {
      if (parts[i].matches("\\d+")) {
        from = i + 1;
      }
    }
    return String.join(".", java.util.Arrays.copyOfRange(parts, from, parts.length));
  }

  private static Optional<String> first(HfConfig config, List<String> keys) {
    return keys.stream().filter(config::has).findFirst();
  }

  /** Whether a table of embeddings is looked up by position. */
  static boolean isPositionTable(String module) {
    return module.matches(".*(position_embeddings|embed_positions|wpe)");
  }

  /** Whether a table of embeddings is looked up by token type. */
  static boolean isTypeTable(String module) {
    return module.endsWith("token_type_embeddings");
  }

  public static boolean isHead(String module) {
    return HEAD.matcher(module).matches();
  }

  /** Whether a module of the head comes before the one that makes the logits. */
  static boolean isDenseHead(String module) {
    return module.matches(
        "classifier\\.dense|pre_classifier|head\\.dense|(.*\\.)?pooler(\\.dense)?");
  }

  static boolean isAttention(String module) {
    return ATTENTION.matcher(module).matches();
  }
}
