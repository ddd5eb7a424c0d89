package dev.litegraft.runtime;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.json.Json;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A copy of a recorded checkpoint, which a test may change before it is converted. */
final class Recorded {
  /** What the recorded outputs of the original classes are compared at. */
  static final float TOLERANCE = 2e-4f;

  static final ConversionOptions F32 = ConversionOptions.defaults().withRecipe(Recipe.F32);

  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");

  private final Path source;
  private final Path folder;

  private Recorded(Path source, Path folder) {
    this.source = source;
    this.folder = folder;
  }

  /** One text of a batch: its tokens without padding, and the answer to it. */
  record Row(String name, int[] ids, int[] mask, int @Nullable [] types, Object answer) {
    float[] numbers() {
      return floats(answer);
    }

    /** The answer to one token. */
    float[] numbers(int token) {
      return floats(((List<?>) answer).get(token));
    }
  }

  /** Copies the checkpoint of a case into {@code temporary}. */
  static Recorded copy(String name, Path temporary) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(CASES.resolve(name).resolve(file), folder.resolve(file));
    }
    return new Recorded(CASES.resolve(name), folder);
  }

  /** The same with another text in config.json. */
  Recorded configured(String text, String replacement) throws IOException {
    Path config = folder.resolve("config.json");
    String json = Files.readString(config);
    if (!json.contains(text)) {
      throw new AssertionError(config + " has no " + text);
    }
    Files.writeString(config, json.replace(text, replacement));
    return this;
  }

  /** The same with a file. */
  Recorded with(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
    return this;
  }

  /** The same with the tokenizer of a folder. */
  Recorded withTokenizer(Path tokenizer) throws IOException {
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(tokenizer.resolve(name), folder.resolve(name));
    }
    return this;
  }

  /** The same with a tokenizer that has each of these tokens as the id of its place. */
  Recorded withWordPieces(List<String> pieces) throws IOException {
    String vocabulary =
        IntStream.range(0, pieces.size())
            .mapToObj(id -> "\"" + pieces.get(id) + "\": " + id)
            .collect(Collectors.joining(", "));
    return with(
        "tokenizer.json",
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
         "post_processor": null, "decoder": null,
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100, "vocab": {%s}}}
        """
            .replace("%s", vocabulary));
  }

  /** The same with {@code tensor} times {@code factor}, plus {@code summands} in their turn. */
  Recorded scaled(String tensor, float factor, float... summands) throws IOException {
    Path file = folder.resolve("model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(bytes.getLong(0));
    byte[] json = new byte[header];
    bytes.get(8, json);
    Map<?, ?> entry = (Map<?, ?>) Objects.requireNonNull(Json.parse(json, tensor).get(tensor));
    int[] span = ints(entry.get("data_offsets"));
    for (int at = span[0], i = 0; at < span[1]; at += Float.BYTES, i++) {
      int place = 8 + header + at;
      float summand = summands.length == 0 ? 0 : summands[i % summands.length];
      bytes.putFloat(place, bytes.getFloat(place) * factor + summand);
    }
    Files.write(file, bytes.array());
    return this;
  }

  /** Converts it. */
  Path convert(ConversionOptions options) throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(folder).withOptions(options).withThreads(1).convert(file);
    return file;
  }

  /** What the original class answered under {@code key}, row by row. */
  List<Row> rows(String key) throws IOException {
    byte[] json = ("{\"all\":" + recordedText() + "}").getBytes(StandardCharsets.UTF_8);
    List<Row> rows = new ArrayList<>();
    for (Object one : (List<?>) Objects.requireNonNull(Json.parse(json, "").get("all"))) {
      Map<?, ?> input = (Map<?, ?>) one;
      List<?> ids = (List<?>) Objects.requireNonNull(input.get("input_ids"));
      for (int i = 0; i < ids.size(); i++) {
        int[] row = ints(ids.get(i));
        rows.add(
            new Row(
                input.get("name") + ", row " + i,
                row,
                input.get("attention_mask") instanceof List<?> masks
                    ? ints(masks.get(i))
                    : IntStream.of(row).map(id -> 1).toArray(),
                input.get("token_type_ids") instanceof List<?> types ? ints(types.get(i)) : null,
                Objects.requireNonNull(((List<?>) Objects.requireNonNull(input.get(key))).get(i))));
      }
    }
    return rows;
  }

  /** Padding that attends to nothing has NaN, which JSON does not know: a number that none is. */
  private String recordedText() throws IOException {
    return Files.readString(source.resolve("expected.json")).replace("NaN", "3e38");
  }

  static int[] ints(@Nullable Object list) {
    return numbers(list).mapToInt(Number::intValue).toArray();
  }

  static float[] floats(@Nullable Object list) {
    List<Number> numbers = numbers(list).toList();
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i).floatValue();
    }
    return floats;
  }

  private static Stream<Number> numbers(@Nullable Object list) {
    return ((List<?>) Objects.requireNonNull(list)).stream().map(number -> (Number) number);
  }
}
