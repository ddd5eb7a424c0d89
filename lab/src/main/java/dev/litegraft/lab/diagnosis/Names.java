package dev.litegraft.lab.diagnosis;

import dev.litegraft.checkpoint.HfConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the families call the same thing. */
final class Names {
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

  private static Optional<String> first(HfConfig config, List<String> keys) {
    return keys.stream().filter(config::has).findFirst();
  }

  static boolean isHead(String module) {
    return HEAD.matcher(module).matches();
  }

  static boolean isAttention(String module) {
    return ATTENTION.matcher(module).matches();
  }
}
