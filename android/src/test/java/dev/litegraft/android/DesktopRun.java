package dev.litegraft.android;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.json.Json;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TokenRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.TensorFlowLite;

/**
 * Answers with Android's own runtime on a desktop, for {@code AndroidTest}.
 *
 * <p>Standard input: an object a line, {@code {"file", "rows": [{"input_ids", …}]}} or {@code
 * {"file", "texts": […]}}; standard output, for each: {@code {"answers": [[…]]}}, with {@code
 * "labels"} and {@code "probabilities"} of texts, or {@code {"error"}}.
 */
final class DesktopRun {
  private DesktopRun() {}

  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.err.println(TensorFlowLite.runtimeVersion());
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Map<String, @Nullable Object> asked = Json.parse(line, "a question");
      Map<String, @Nullable Object> told = new LinkedHashMap<>();
      try {
        answer(asked, told);
      } catch (RuntimeException | IOException e) {
        told.put("error", String.valueOf(e));
      }
      StringWriter text = new StringWriter();
      try (JsonGenerator json = Json.generator(text)) {
        Json.write(json, told);
      }
      out.println(text);
    }
  }

  private static void answer(
      Map<String, @Nullable Object> asked, Map<String, @Nullable Object> told) throws IOException {
    if (asked.containsKey("load")) {
      byte[] file = Files.readAllBytes(Path.of(String.valueOf(asked.get("file"))));
      ByteBuffer bytes = ByteBuffer.allocateDirect(file.length).order(ByteOrder.nativeOrder());
      bytes.put(file);
      new Interpreter(bytes).close();
      told.put("loaded", true);
      return;
    }
    List<List<Double>> answers = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<List<Double>> probabilities = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(Path.of(String.valueOf(asked.get("file"))));
        RawModel model =
            OnDevice.open(
                channel, 0, channel.size(), new Interpreter.Options().setNumThreads(1))) {
      if (asked.get("texts") instanceof List<?> texts) {
        TextClassifier classifier = TextClassifier.of(model);
        for (Object text : texts) {
          Classification answer = classifier.classify(String.valueOf(text));
          labels.add(answer.label());
          probabilities.add(answer.probabilities());
          answers.add(answer.logits().stream().map(Float::doubleValue).toList());
        }
        told.put("labels", labels);
        told.put("probabilities", probabilities);
      } else {
        for (Object row : (List<?>) asked.getOrDefault("rows", List.of())) {
          answers.add(numbers(model.answer(row((Map<?, ?>) row)).values()));
        }
      }
    }
    told.put("answers", answers);
  }

  private static TokenRow row(Map<?, ?> json) {
    return TokenRow.of(
        ints(json.get("input_ids")), ints(json.get("attention_mask")), ints(json.get("token_type_ids")));
  }

  private static int @Nullable [] ints(@Nullable Object json) {
    return json instanceof List<?> list
        ? list.stream().mapToInt(n -> ((Number) n).intValue()).toArray()
        : null;
  }

  private static List<Double> numbers(float[] values) {
    List<Double> numbers = new ArrayList<>(values.length);
    for (float value : values) {
      numbers.add((double) value);
    }
    return numbers;
  }
}
