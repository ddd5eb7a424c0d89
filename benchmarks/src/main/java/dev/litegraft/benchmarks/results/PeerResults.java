package dev.litegraft.benchmarks.results;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a comparison measured.
 *
 * @param machine facts of the machine and the programs, by name
 * @param rows in the order of measuring
 */
public record PeerResults(Map<String, String> machine, List<Row> rows) {
  private static final long MOST_BYTES = 1 << 20;

  /** A fact's name: when the run was made, 2026-11-30. */
  public static final String DATE = "date";

  public PeerResults {
    machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
    rows = List.copyOf(rows);
  }

  /**
   * One work, done by this project and by others.
   *
   * @param model whose weights
   * @param recipe f32 or int8
   * @param threads of each
   * @param tokens of the row; 0 for texts, tokenizer and all
   * @param own this project's times
   * @param peers the others' by name
   */
  public record Row(
      String model, String recipe, int threads, int tokens, Times own, Map<String, Beside> peers) {
    public Row {
      peers = Collections.unmodifiableMap(new LinkedHashMap<>(peers));
    }
  }

  /** Milliseconds a call: the median of the rounds' medians, and the shortest call of all. */
  public record Times(double median, double min) {
    /** Of calls, round by round. */
    public static Times of(List<double[]> rounds) {
      return new Times(
          middle(rounds.stream().mapToDouble(Times::middle).toArray()),
          rounds.stream().flatMapToDouble(Arrays::stream).min().orElseThrow());
    }

    private static double middle(double[] numbers) {
      double[] sorted = numbers.clone();
      Arrays.sort(sorted);
      int half = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
  }

  /**
   * Another's times, and how ours compare.
   *
   * @param times its own
   * @param ratio the median over the rounds of our median in a round over its median there
   * @param least the smallest of these ratios
   * @param most the largest
   * @param ofMin our shortest call over its shortest
   * @param apart how far its answer is from ours: 1 less the cosine, for a row of tokens
   */
  public record Beside(
      Times times, double ratio, double least, double most, double ofMin, OptionalDouble apart) {
    /** Of both's calls, round by round. */
    public static Beside of(List<double[]> own, List<double[]> peer, OptionalDouble apart) {
      double[] ratios = new double[own.size()];
      Arrays.setAll(ratios, i -> Times.middle(own.get(i)) / Times.middle(peer.get(i)));
      Times times = Times.of(peer);
      return new Beside(
          times,
          Times.middle(ratios),
          Arrays.stream(ratios).min().orElseThrow(),
          Arrays.stream(ratios).max().orElseThrow(),
          Times.of(own).min() / times.min(),
          apart);
    }
  }

  /** As JSON. */
  public String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeObjectFieldStart("machine");
      for (Map.Entry<String, String> fact : machine.entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("rows");
      for (Row row : rows) {
        write(row, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void write(Row row, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("model", row.model());
    json.writeStringField("recipe", row.recipe());
    json.writeNumberField("threads", row.threads());
    json.writeNumberField("tokens", row.tokens());
    write("litegraft", row.own(), json);
    json.writeObjectFieldStart("peers");
    for (Map.Entry<String, Beside> peer : row.peers().entrySet()) {
      Beside beside = peer.getValue();
      json.writeObjectFieldStart(peer.getKey());
      write("times", beside.times(), json);
      json.writeNumberField("ratio", rounded(beside.ratio()));
      json.writeNumberField("ratio_least", rounded(beside.least()));
      json.writeNumberField("ratio_most", rounded(beside.most()));
      json.writeNumberField("ratio_of_min", rounded(beside.ofMin()));
      if (beside.apart().isPresent()) {
        json.writeNumberField("apart", beside.apart().getAsDouble());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(String name, Times times, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("median_ms", rounded(times.median()));
    json.writeNumberField("min_ms", rounded(times.min()));
    json.writeEndObject();
  }

  private static double rounded(double number) {
    return Math.round(number * 1e4) / 1e4;
  }

  /**
   * What {@link #toJson} wrote.
   *
   * @throws dev.litegraft.error.InvalidInputException if it is no JSON
   * @throws IllegalArgumentException if it holds something else
   */
  public static PeerResults read(Path file) throws IOException {
    Map<String, @Nullable Object> root = Json.read(file, MOST_BYTES);
    Map<String, String> machine = new LinkedHashMap<>();
    object(root, "machine")
        .forEach((name, value) -> machine.put(String.valueOf(name), String.valueOf(value)));
    List<Row> rows = new ArrayList<>();
    if (!(root.get("rows") instanceof List<?> list)) {
      throw new IllegalArgumentException(file + " has no rows");
    }
    for (Object row : list) {
      rows.add(row(map(row)));
    }
    return new PeerResults(machine, rows);
  }

  private static Row row(Map<?, ?> row) {
    Map<String, Beside> peers = new LinkedHashMap<>();
    object(row, "peers")
        .forEach(
            (name, value) -> {
              Map<?, ?> peer = map(value);
              peers.put(
                  String.valueOf(name),
                  new Beside(
                      times(object(peer, "times")),
                      number(peer, "ratio"),
                      number(peer, "ratio_least"),
                      number(peer, "ratio_most"),
                      number(peer, "ratio_of_min"),
                      peer.containsKey("apart")
                          ? OptionalDouble.of(number(peer, "apart"))
                          : OptionalDouble.empty()));
            });
    return new Row(
        String.valueOf(row.get("model")),
        String.valueOf(row.get("recipe")),
        (int) number(row, "threads"),
        (int) number(row, "tokens"),
        times(object(row, "litegraft")),
        peers);
  }

  private static Times times(Map<?, ?> times) {
    return new Times(number(times, "median_ms"), number(times, "min_ms"));
  }

  private static Map<?, ?> object(Map<?, ?> parent, String name) {
    return map(parent.get(name));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(value + ", where an object is needed");
  }

  private static double number(Map<?, ?> parent, String name) {
    if (parent.get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(name + " is " + parent.get(name));
  }
}
