package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of a model that reads texts, where the model reads images too: its config and its
 * tensors as they would stand in a folder of their own.
 *
 * <p>Source: {@code transformers/models/gemma3/modeling_gemma3.py}, Gemma3ForSequenceClassification
 * and _checkpoint_conversion_mapping.
 *
 * @param module what the part is called in the whole; empty where the model is of texts alone
 */
record TextPart(HfConfig config, Map<String, RawTensorData> tensors, String module) {
  private static final String CONFIG = "text_config";

  private static final String IMAGES = "vision_config";

  /** What models call the part that reads texts. */
  private static final List<String> MODULES = List.of("language_model.", "text_model.");

  /** Keys of the whole that its text part has not. */
  private static final List<String> OF_WHOLE =
      List.of(
          "architectures",
          "id2label",
          "label2id",
          "num_labels",
          "problem_type",
          "pad_token_id",
          "transformers_version",
          "torch_dtype",
          "dtype",
          "is_causal");

  /** The whole, where it is a model of texts alone. */
  static TextPart of(HfConfig whole, Map<String, RawTensorData> tensors, List<String> notes) {
    Optional<String> named =
        MODULES.stream()
            .filter(m -> tensors.keySet().stream().anyMatch(name -> name.contains(m)))
            .findFirst();
    boolean beside =
        whole.value(IMAGES) instanceof Map
            && tensors.keySet().stream().anyMatch(TextPart::isOfImages);
    if (!(whole.value(CONFIG) instanceof Map) || (named.isEmpty() && !beside)) {
      return new TextPart(whole, tensors, "");
    }
    String module = named.orElse("");
    HfConfig config = whole.alone(CONFIG);
    for (String key : OF_WHOLE) {
      @Nullable Object value = whole.value(key);
      if (value != null && (config.value(key) == null || key.equals("architectures"))) {
        config = config.with(key, value);
      }
    }
    Map<String, RawTensorData> ofText = new LinkedHashMap<>();
    int left = 0;
    for (Map.Entry<String, RawTensorData> tensor : tensors.entrySet()) {
      String name = tensor.getKey();
      int at = name.indexOf(module);
      if (at >= 0 && !module.isEmpty()) {
        String rest = name.substring(at + module.length());
        // Newer files: model.language_model.layers; older ones: language_model.model.layers.
        String plain = name.substring(0, at) + rest;
        ofText.put(plain, TensorViews.renamed(tensor.getValue(), plain));
      } else if (isOfHead(name) || (module.isEmpty() && !isOfImages(name))) {
        ofText.put(name, tensor.getValue());
      } else {
        left++;
      }
    }
    notes.add(
        "the model reads images too; its text part was converted, and "
            + left
            + " tensors of its other parts were left out");
    return new TextPart(config, ofText, module);
  }

  private static boolean isOfHead(String tensor) {
    return tensor.startsWith("score.") || tensor.startsWith("classifier.");
  }

  /** Of what stands beside the text's layers, under {@code model.} or not. */
  private static boolean isOfImages(String tensor) {
    return tensor.replaceFirst("^model\\.", "").startsWith("visual.");
  }
}
