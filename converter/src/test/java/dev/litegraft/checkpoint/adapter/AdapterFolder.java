package dev.litegraft.checkpoint.adapter;

import dev.litegraft.checkpoint.SafetensorsBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds adapters as PEFT saves them, right and wrong ones. */
final class AdapterFolder {
  private final Map<String, String> config = new LinkedHashMap<>();
  private final Map<String, float[][]> matrices = new LinkedHashMap<>();
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final Random random = new Random(17);

  AdapterFolder() {
    config.put("peft_type", "\"LORA\"");
    config.put("task_type", "\"SEQ_CLS\"");
    config.put("base_model_name_or_path", "\"somebody/base\"");
    config.put("r", "2");
    config.put("lora_alpha", "6");
    config.put("target_modules", "[\"q_proj\"]");
    config.put("modules_to_save", "null");
    config.put("bias", "\"none\"");
    config.put("fan_in_fan_out", "false");
    config.put("lora_dropout", "0.1");
    config.put("peft_version", "\"0.17.0\"");
    config.put("corda_config", "null");
    config.put("rank_pattern", "{}");
    config.put("alpha_pattern", "{}");
  }

  /** A key with its value as JSON; null removes it. */
  AdapterFolder with(String key, @Nullable String json) {
    if (json == null) {
      config.remove(key);
    } else {
      config.put(key, json);
    }
    return this;
  }

  /** A tensor of random numbers under the name that it has in the file. */
  AdapterFolder add(String name, int rows, int columns) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    matrices.put(name, matrix);
    return this;
  }

  /** A tensor of one dimension. */
  AdapterFolder addVector(String name, float... numbers) {
    vectors.put(name, numbers);
    return this;
  }

  /** Both matrices of a module. */
  AdapterFolder lora(String module, int in, int out, int rank) {
    return add("base_model.model." + module + ".lora_A.weight", rank, in)
        .add("base_model.model." + module + ".lora_B.weight", out, rank);
  }

  /** The three query projections of the recorded Llama, and its head. */
  static AdapterFolder ofLlama() {
    // PEFT names both heads that classifiers have, whichever the class has.
    AdapterFolder folder =
        new AdapterFolder().with("modules_to_save", "[\"classifier\", \"score\"]");
    for (int i = 0; i < 3; i++) {
      folder.lora("model.layers." + i + ".self_attn.q_proj", 64, 64, 2);
    }
    return folder.add("base_model.model.score.weight", 5, 64);
  }

  float[][] matrix(String name) {
    float[][] matrix = matrices.get(name);
    if (matrix == null) {
      throw new AssertionError("no tensor " + name);
    }
    return matrix;
  }

  float[][] a(String module) {
    return matrix("base_model.model." + module + ".lora_A.weight");
  }

  float[][] b(String module) {
    return matrix("base_model.model." + module + ".lora_B.weight");
  }

  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("adapter_config.json"),
        config.entrySet().stream()
            .map(e -> "\"" + e.getKey() + "\": " + e.getValue())
            .collect(Collectors.joining(",\n", "{", "}")));
    SafetensorsBytes file = new SafetensorsBytes();
    matrices.forEach(
        (name, matrix) -> {
          float[] numbers = new float[matrix.length * matrix[0].length];
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = matrix[i / matrix[0].length][i % matrix[0].length];
          }
          file.addF32(name, "[" + matrix.length + "," + matrix[0].length + "]", numbers);
        });
    vectors.forEach((name, vector) -> file.addF32(name, "[" + vector.length + "]", vector));
    file.write(folder.resolve("adapter_model.safetensors"));
    return folder;
  }
}
