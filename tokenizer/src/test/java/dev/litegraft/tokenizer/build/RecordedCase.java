package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A made-up folder and what transformers made of it; written by {@code
 * src/test/python/record_build.py}.
 *
 * @param json the line as JSON
 */
record RecordedCase(String id, Map<String, @Nullable Object> json) {
  /** The cases that a version of transformers recorded. */
  static List<RecordedCase> of(int version) throws IOException {
    List<RecordedCase> cases = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(resource("cases-" + version + ".jsonl.gz")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Map<String, @Nullable Object> json =
            Json.object(line.getBytes(StandardCharsets.UTF_8), "cases");
        cases.add(new RecordedCase(String.valueOf(json.get("id")), json));
      }
    }
    return cases;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(RecordedCase.class.getResourceAsStream("/build/" + name), name);
  }

  @Override
  public String toString() {
    return id;
  }

  boolean libraryFailed() {
    return json.containsKey("error");
  }

  TokenizerFiles files() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (Map.Entry<String, @Nullable Object> base : Keys.map(json, "base").entrySet()) {
      try (InputStream in = resource("bases/" + base.getValue())) {
        files.put(base.getKey(), in.readAllBytes());
      }
    }
    Map<String, @Nullable Object> written = Keys.map(json, "files");
    written.keySet().forEach(name -> files.put(name, Json.bytes(Keys.map(written, name))));
    return TokenizerFiles.of(files, id);
  }

  /**
   * What the library made of a text.
   *
   * @param pair the second text, or null
   * @param types null where the library gives the model none
   */
  record Row(String text, @Nullable String pair, List<?> ids, @Nullable List<?> types) {
    boolean isMetBy(NativeTokenizer.Answer answer) {
      return same(ids, answer.ids()) && (types == null || same(types, answer.types()));
    }

    private static boolean same(List<?> right, long[] ours) {
      return right.stream()
          .map(Number.class::cast)
          .map(Number::longValue)
          .toList()
          .equals(Arrays.stream(ours).boxed().toList());
    }
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Object row : Keys.list(json, "rows")) {
      List<?> values = (List<?>) row;
      rows.add(
          new Row(
              String.valueOf(values.get(0)),
              values.get(1) instanceof String pair ? pair : null,
              (List<?>) values.get(2),
              values.get(3) instanceof List<?> types ? types : null));
    }
    return rows;
  }

  /** What a tokenizer differs in from the recorded one; empty if in nothing. */
  List<String> differences(DecidedTokenizer decided) {
    List<String> differences = new ArrayList<>();
    if (decided.tokenizerJson().isEmpty()) {
      return List.of("no tokenizer: " + decided.absence());
    }
    Map<String, @Nullable Object> made = Json.object(decided.tokenizerJson().get(), id);
    Map<String, @Nullable Object> model = new LinkedHashMap<>(Keys.map(made, "model"));
    Object vocabulary = model.remove("vocab");
    Object merges = model.remove("merges");
    made.put("model", model);
    Map<String, @Nullable Object> parts = Keys.map(json, "parts");
    for (Map.Entry<String, @Nullable Object> part : parts.entrySet()) {
      Object ours = shortened(made.get(part.getKey()));
      // Before 0.23 the library looks for tokens in another way than it says; the ids tell.
      boolean first = part.getKey().equals("added_tokens") && isOfFour();
      compare(
          differences,
          part.getKey(),
          first ? withoutNormalized(part.getValue()) : part.getValue(),
          first ? withoutNormalized(ours) : ours);
    }
    compare(differences, "vocabulary", json.get("vocabulary"), crc(tokens(vocabulary)));
    compare(differences, "merges", json.get("merges"), merges == null ? null : crc(pairs(merges)));
    compare(differences, "settings", json.get("settings"), settings(decided));
    return differences;
  }

  private boolean isOfFour() {
    Object version = Keys.map(Keys.map(json, "files"), "config.json").get("transformers_version");
    return String.valueOf(version).startsWith("4");
  }

  private static @Nullable Object withoutNormalized(@Nullable Object tokens) {
    List<Object> without = new ArrayList<>();
    for (Object token : tokens instanceof List<?> list ? list : List.of()) {
      Map<Object, Object> copy = new LinkedHashMap<>((Map<?, ?>) token);
      copy.remove("normalized");
      without.add(copy);
    }
    return without;
  }

  private static void compare(
      List<String> differences, String what, @Nullable Object right, @Nullable Object ours) {
    if (!Objects.equals(right, ours)) {
      differences.add(what + "\n      right " + right + "\n      ours  " + ours);
    }
  }

  private static Map<String, @Nullable Object> settings(DecidedTokenizer decided) {
    TokenizerSettings settings = decided.settings().orElseThrow();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put(
        "max", settings.modelMaxLength().isPresent() ? settings.modelMaxLength().getAsInt() : null);
    map.put("padsLeft", settings.padsLeft());
    map.put("truncatesLeft", settings.truncatesLeft());
    map.put("types", settings.givesTokenTypes());
    map.put("pad", settings.padId().isPresent() ? settings.padId().getAsInt() : null);
    map.put("cleansUp", settings.cleansUpSpaces());
    return map;
  }

  private static List<String> tokens(@Nullable Object vocabulary) {
    if (vocabulary instanceof List<?> list) {
      return list.stream().map(entry -> String.valueOf(((List<?>) entry).get(0))).toList();
    }
    List<Map.Entry<?, ?>> entries =
        new ArrayList<>(((Map<?, ?>) Objects.requireNonNull(vocabulary)).entrySet());
    entries.sort((a, b) -> Integer.compare((Integer) a.getValue(), (Integer) b.getValue()));
    return entries.stream().map(entry -> String.valueOf(entry.getKey())).toList();
  }

  private static List<String> pairs(Object merges) {
    return ((List<?>) merges)
        .stream()
            .map(
                merge ->
                    merge instanceof List<?> two
                        ? two.get(0) + " " + two.get(1)
                        : String.valueOf(merge))
            .toList();
  }

  private static List<Object> crc(List<String> lines) {
    return List.of(lines.size(), number(crc(String.join("\n", lines))));
  }

  private static long crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  private static Object number(long value) {
    return value <= Integer.MAX_VALUE ? (Object) (int) value : (Object) (double) value;
  }

  /** A charsmap as its length and its CRC-32. */
  private static @Nullable Object shortened(@Nullable Object part) {
    if (part instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> shortened = new LinkedHashMap<>();
      map.forEach(
          (key, value) ->
              shortened.put(
                  String.valueOf(key),
                  "precompiled_charsmap".equals(key) && value instanceof String text
                      ? List.of(text.length(), number(crc(text)))
                      : shortened(value)));
      return shortened;
    }
    return part instanceof List<?> list
        ? list.stream().map(RecordedCase::shortened).toList()
        : part;
  }
}
