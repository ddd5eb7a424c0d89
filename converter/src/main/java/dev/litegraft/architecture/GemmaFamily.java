package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.layer.RmsNorm;
import java.util.OptionalInt;

/**
 * What all Gemmas have: norms that multiply by 1 + weight, words that are scaled by the root of the
 * width, heads as wide as the config likes.
 */
interface GemmaFamily extends Decoder {
  @Override
  default String tokenizerClass() {
    return "GemmaTokenizer";
  }

  @Override
  default ConfigNames configNames() {
    return ConfigNames.USUAL.withActivations("hidden_activation");
  }

  @Override
  default double embeddingScale(HfConfig config) {
    return Math.sqrt(width(config));
  }

  @Override
  default OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 0);
  }

  @Override
  default boolean answersQuestions() {
    return false;
  }

  /** The tokens' words, scaled: [b, t, d]. transformers rounds the factor to f32. */
  default <T> T words(DecoderFrame<T> frame, HfConfig config) {
    return frame.f().scale(frame.words(), (float) embeddingScale(config));
  }

  /** A norm of the model's width. */
  static RmsNorm norm(DecoderSizes s, Weights w) {
    return s.rmsNorm(w).withUnitOffset();
  }

  /** Sizes of a config whose activation is called {@code activation}. */
  static DecoderSizes sizes(HfConfig config, int keyHeads, String activation) {
    HfConfig c =
        config
            .withDefault("head_dim", 256)
            .withDefault("num_key_value_heads", keyHeads)
            .withDefault(activation, "gelu_pytorch_tanh");
    return DecoderSizes.of(c, "rms_norm_eps", 1e-6, activation);
  }
}
