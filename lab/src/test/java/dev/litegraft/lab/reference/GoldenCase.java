package dev.litegraft.lab.reference;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.litegraft.tensor.Finite;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A recorded checkpoint with the answers of the Hugging Face class. */
record GoldenCase(Path folder, List<Input> inputs) {
  /** The converter's test data; tests run in the folder of their module. */
  private static final Path CASES = Path.of("../converter/src/test/resources/golden/cases");

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** One recorded input: a batch of texts of one length. */
  record Input(JsonNode json) {
    String name() {
      return json.get("name").asText();
    }

    /** [b, t]. */
    Array ids() {
      return array(json.get("input_ids"));
    }

    /** [b, t]; 1 everywhere where none is recorded. */
    Array attended() {
      return optional("attention_mask").orElseGet(() -> Array.filled(ids().shape(), 1));
    }

    Optional<Array> tokenTypes() {
      return optional("token_type_ids");
    }

    Optional<Array> optional(String key) {
      return json.hasNonNull(key) ? Optional.of(array(json.get(key))) : Optional.empty();
    }

    /**
     * Logits, [b, labels] or [b, t, labels]: in f64, or in f32 where the original gave NaN in f64
     * (its mask is then too small a number for a text that begins with padding).
     */
    Array logits() {
      return optional("logits_f64")
          .filter(GoldenCase::isFinite)
          .orElseGet(() -> array(json.get(json.has("logits") ? "logits" : "last_hidden_state")));
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static GoldenCase read(String name) throws IOException {
    return readFolder(CASES.resolve(name));
  }

  static GoldenCase readFolder(Path folder) throws IOException {
    List<Input> inputs = new ArrayList<>();
    for (JsonNode json : JSON.readTree(folder.resolve("expected.json").toFile())) {
      inputs.add(new Input(json));
    }
    if (inputs.isEmpty()) {
      throw new AssertionError("no inputs in " + folder);
    }
    return new GoldenCase(folder, inputs);
  }

  static List<String> names() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  Input input(String name) {
    return inputs.stream().filter(i -> i.name().equals(name)).findFirst().orElseThrow();
  }

  Path hiddenStates() {
    return folder.resolve("hidden_states.safetensors");
  }

  private static boolean isFinite(Array x) {
    return Finite.firstNonFinite(x.numbers(), 0, x.numbers().length) < 0;
  }

  private static Array array(JsonNode json) {
    List<Integer> dims = new ArrayList<>();
    for (JsonNode n = json; n.isArray(); n = n.get(0)) {
      dims.add(n.size());
    }
    Shape shape = Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    float[] numbers = new float[(int) shape.elements()];
    int filled = fill(json, numbers, 0);
    if (filled != numbers.length) {
      throw new AssertionError(filled + " numbers for " + shape);
    }
    return Array.of(shape, numbers);
  }

  private static int fill(JsonNode json, float[] numbers, int at) {
    if (!json.isArray()) {
      numbers[at] = json.floatValue();
      return at + 1;
    }
    int next = at;
    for (JsonNode item : json) {
      next = fill(item, numbers, next);
    }
    return next;
  }
}
