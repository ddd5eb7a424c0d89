package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import java.util.Locale;
import java.util.Set;

/**
 * Every switch of config.json that the forward pass reads, the other way round; and weights that
 * went through a narrower type.
 */
final class SwitchFaults implements Hypotheses.Source {
  /** Tried with the biases, where they stand for what is missing. */
  private static final Set<String> ELSEWHERE = Set.of("attention_bias", "mlp_bias");

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    HfConfig config = own.config();
    Set<String> unread = config.unread();
    for (String key : config.keys()) {
      boolean read = !unread.contains(key) && !ELSEWHERE.contains(key);
      if (read && config.value(key) instanceof Boolean on) {
        all.key(config, key, !on, "read this key of config.json");
      }
    }
    String advice = "widen the weights to float32 before anything is computed";
    String type = String.valueOf(config.value("torch_dtype"));
    for (RoundedWeights.Type through : RoundedWeights.Type.values()) {
      all.change(
          "torch_dtype",
          type,
          "rounded to " + through.name().toLowerCase(Locale.ROOT),
          v -> v.with(RoundedWeights.of(v.weights(), through)),
          advice);
    }
  }
}
