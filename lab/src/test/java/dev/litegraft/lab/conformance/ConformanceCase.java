package dev.litegraft.lab.conformance;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import dev.litegraft.runtime.TokenClassification;
import dev.litegraft.runtime.TokenClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** One folder with its recorded answers. */
final class ConformanceCase {
  /** Of f32 arithmetic in another order. */
  private static final double TOLERANCE = 2e-4;

  private final Path folder;
  private final Map<String, @Nullable Object> expected;

  private ConformanceCase(Path folder, Map<String, @Nullable Object> expected) {
    this.folder = folder;
    this.expected = expected;
  }

  /** Unpacks a case. */
  static ConformanceCase of(Path zip, Path into) throws IOException {
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(file)) {
      for (ZipEntry e = entries.getNextEntry(); e != null; e = entries.getNextEntry()) {
        Path target = into.resolve(e.getName());
        Files.createDirectories(target.getParent());
        Files.write(target, entries.readAllBytes());
      }
    }
    Path answers = into.resolve("expected.json");
    return new ConformanceCase(into, Json.parse(Files.readString(answers), answers.toString()));
  }

  String text(String key) {
    return String.valueOf(expected.get(key));
  }

  /** The recorded answers as `litegraft expect`'s script writes them. */
  Path writeAnswers(Path file) throws IOException {
    StringBuilder lines = new StringBuilder("{\"versions\": {}, \"class\": \"recorded\"}\n");
    for (Row row : rows()) {
      lines.append(json(row.members())).append('\n');
    }
    return Files.writeString(file, lines);
  }

  private static String json(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      List<String> members = new ArrayList<>();
      map.forEach((key, member) -> members.add(json(key) + ": " + json(member)));
      return "{" + String.join(", ", members) + "}";
    }
    if (value instanceof List<?> list) {
      return "[" + String.join(", ", list.stream().map(ConformanceCase::json).toList()) + "]";
    }
    if (value instanceof String text) {
      StringBuilder escaped = new StringBuilder("\"");
      text.chars()
          .forEach(
              c ->
                  escaped.append(
                      c < ' ' || c == '"' || c == '\\'
                          ? String.format("\\u%04x", c)
                          : String.valueOf((char) c)));
      return escaped.append('"').toString();
    }
    return String.valueOf(value);
  }

  /** {@code exact}, or what is not. */
  String verdict() throws IOException {
    Path file = folder.resolve("model.tflite");
    ConversionOptions options = ConversionOptions.defaults().withRecipe(Recipe.F32);
    if (Boolean.TRUE.equals(expected.get("adapter"))) {
      options = options.withAdapter(folder.resolve("adapter"));
    }
    try {
      Converter.of(folder.resolve("model")).withOptions(options).convert(file);
    } catch (InvalidInputException e) {
      return "refused: " + e.what();
    }
    List<Row> rows = rows();
    String wrong = ofIds(file, rows);
    return wrong.isEmpty() ? ofTexts(file, rows) : wrong;
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Object row : (List<?>) java.util.Objects.requireNonNull(expected.get("rows"))) {
      Map<?, ?> members = (Map<?, ?>) row;
      if (!members.containsKey("error")) {
        rows.add(new Row(members));
      }
    }
    return rows;
  }

  /** The recorded ids give the recorded numbers. */
  private static String ofIds(Path file, List<Row> rows) throws IOException {
    try (RawModel model = RawModel.open(file)) {
      int most = model.maxLength().orElse(Integer.MAX_VALUE);
      for (Row row : rows) {
        int[] ids = row.whole("ids");
        if (ids.length > most) {
          continue; // the default limit, which the conversion says
        }
        int[] types = row.whole("types");
        float[] ours =
            model
                .answer(ids, null, types.length == 0 || !model.takesTokenTypes() ? null : types)
                .values();
        if (!near(ours, row.numbers())) {
          return "wrong numbers for the ids of: " + row.text();
        }
      }
    }
    return "";
  }

  private String ofTexts(Path file, List<Row> rows) throws IOException {
    return switch (text("task")) {
      case "embed" -> ofEmbeddings(file, rows);
      case "token" -> ofTags(file, rows);
      default -> ofLabels(file, rows);
    };
  }

  private static String ofEmbeddings(Path file, List<Row> rows) throws IOException {
    try (TextEmbedder embedder = TextEmbedder.open(file)) {
      for (Row row : rows) {
        TextEmbedding ours = embedder.embed(row.text());
        if (!near(ours.vector(), row.numbers()) && !row.isCut(ours.truncated(), ours.tokens())) {
          return "wrong vector for: " + row.text();
        }
      }
    }
    return "exact";
  }

  private static String ofTags(Path file, List<Row> rows) throws IOException {
    try (TokenClassifier tagger = TokenClassifier.open(file)) {
      for (Row row : rows) {
        TokenClassification ours = tagger.classify(row.text(), Aggregation.SIMPLE);
        List<?> spans = row.list("simple");
        if (row.isCut(ours.truncated(), ours.tokens())) {
          continue;
        }
        if (ours.tokens() != row.whole("ids").length || ours.entities().size() != spans.size()) {
          return "wrong spans for: " + row.text();
        }
        for (int i = 0; i < spans.size(); i++) {
          List<?> span = (List<?>) spans.get(i);
          double score = ((Number) span.get(1)).doubleValue();
          if (!ours.entities().get(i).label().equals(span.get(0))
              || Math.abs(ours.entities().get(i).score() - score) > TOLERANCE) {
            return "wrong label for: " + row.text();
          }
        }
      }
    }
    return "exact";
  }

  private String ofLabels(Path file, List<Row> rows) throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file)) {
      for (Row row : rows) {
        Classification ours =
            row.pair() == null
                ? classifier.classify(row.text())
                : classifier.classify(row.text(), row.pair());
        if (row.isCut(ours.truncated(), ours.tokens())) {
          continue;
        }
        float[] logits = new float[ours.logits().size()];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = ours.logits().get(i);
        }
        if (!near(logits, row.numbers())) {
          return "wrong logits for: " + row.text();
        }
        List<Double> theirs = new ArrayList<>(row.decimals("scores"));
        if (text("task").equals("ce") && theirs.size() > 1) {
          continue; // CrossEncoder.predict gives the logits themselves
        }
        List<Double> scores = new ArrayList<>(ours.probabilities());
        scores.sort(Comparator.reverseOrder());
        theirs.sort(Comparator.reverseOrder());
        for (int i = 0; i < theirs.size(); i++) {
          if (Math.abs(scores.get(i) - theirs.get(i)) > TOLERANCE) {
            return "wrong score for: " + row.text();
          }
        }
      }
    }
    return "exact";
  }

  private static boolean near(float[] ours, List<Double> theirs) {
    boolean near = ours.length == theirs.size();
    for (int i = 0; near && i < ours.length; i++) {
      near = Math.abs(ours[i] - theirs.get(i)) <= TOLERANCE * Math.max(1, Math.abs(theirs.get(i)));
    }
    return near;
  }

  /** A recorded answer. */
  private record Row(Map<?, ?> members) {
    String text() {
      return String.valueOf(members.get("text"));
    }

    @Nullable String pair() {
      return members.get("pair") instanceof String pair ? pair : null;
    }

    /** Whether the text is cut shorter than the library cuts it: the default limit is ours. */
    boolean isCut(boolean truncated, int tokens) {
      return truncated && tokens < whole("ids").length;
    }

    List<?> list(String key) {
      return members.get(key) instanceof List<?> list ? list : List.of();
    }

    int[] whole(String key) {
      return list(key).stream().mapToInt(n -> ((Number) n).intValue()).toArray();
    }

    List<Double> numbers() {
      return decimals(members.containsKey("vector") ? "vector" : "logits");
    }

    List<Double> decimals(String key) {
      List<Double> all = new ArrayList<>();
      collect(members.get(key), all);
      return all;
    }

    private static void collect(@Nullable Object value, List<Double> into) {
      if (value instanceof List<?> list) {
        list.forEach(element -> collect(element, into));
      } else if (value instanceof Number number) {
        into.add(number.doubleValue());
      }
    }
  }
}
