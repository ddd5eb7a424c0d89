package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidCheckpointException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tells weights that another tool quantized by the names that it gives to their parts. */
public final class QuantizedWeights {
  /** The end of a tensor's name to the tool; the first that is found counts. */
  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put(".g_idx", "gptq");
    PARTS.put(".qweight", "gptq or awq");
    PARTS.put(".weight.absmax", "bitsandbytes");
    PARTS.put(".SCB", "bitsandbytes");
    PARTS.put(".weight_packed", "compressed-tensors");
    PARTS.put(".weight_scale_inv", "fp8");
    PARTS.put(".weight_scale", "compressed-tensors or fp8");
    PARTS.put(".weight._data", "quanto");
    PARTS.put(".W_q", "hqq");
  }

  private QuantizedWeights() {}

  /**
   * Refuses tensors of which one is a part of a quantized weight, whatever config.json says.
   *
   * @param where the folder, for messages
   */
  public static void refuse(Collection<String> names, String where) {
    for (Map.Entry<String, String> part : PARTS.entrySet()) {
      Optional<String> found = names.stream().filter(n -> n.endsWith(part.getKey())).findFirst();
      if (found.isPresent()) {
        throw refused(part.getValue(), where + ", tensor " + found.get());
      }
    }
  }

  /**
   * @param method what the quantization is called; empty where nothing says it
   */
  static InvalidCheckpointException refused(String method, String where) {
    return new InvalidCheckpointException(
        "the checkpoint is quantized"
            + (method.isEmpty() ? "" : " (" + method + ")")
            + ", where plain f32, f16 or bf16 weights are needed",
        where,
        "convert the original checkpoint, before it was quantized");
  }
}
