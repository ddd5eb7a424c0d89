package dev.litegraft.benchmarks.results;

import dev.litegraft.benchmarks.results.PeerResults.Beside;
import dev.litegraft.benchmarks.results.PeerResults.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Results as tables of a page, between the two comments that name their files.
 *
 * <pre>
 * java -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.results.PeerTables docs/performance.md benchmarks/results
 * </pre>
 */
public final class PeerTables {
  private static final String BEGIN = "<!-- results of ";
  private static final String END = "<!-- end of results -->";

  private PeerTables() {}

  /** Takes the page, which is written anew, and the folder of the results. */
  public static void main(String... args) throws IOException {
    Path page = Path.of(args[0]);
    Files.writeString(page, rendered(Files.readString(page), Path.of(args[1])));
  }

  /**
   * A page with the tables of today's results.
   *
   * @throws IllegalArgumentException if a comment has no end
   */
  public static String rendered(String page, Path folder) throws IOException {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int begin = page.indexOf(BEGIN); begin >= 0; begin = page.indexOf(BEGIN, at)) {
      int named = page.indexOf(" -->", begin);
      int end = page.indexOf(END, begin);
      if (named < 0 || end < 0) {
        throw new IllegalArgumentException("a comment without an end, at " + begin);
      }
      String name = page.substring(begin + BEGIN.length(), named);
      out.append(page, at, named).append(" -->\n");
      out.append(table(PeerResults.read(folder.resolve(name))));
      at = end;
    }
    return out.append(page.substring(at)).toString();
  }

  /** One model's file on so many threads: a line of the table for each engine. */
  private record Work(String model, String recipe, int threads) {
    static Work of(Row row) {
      return new Work(row.model(), row.recipe(), row.threads());
    }
  }

  /** The facts in a sentence, and a table with a column for each number of tokens. */
  static String table(PeerResults results) {
    StringBuilder out = new StringBuilder("\n");
    out.append(
        results.machine().entrySet().stream()
            .map(fact -> fact(fact.getKey(), fact.getValue()))
            .collect(Collectors.joining("; ")));
    out.append(".\n\n");
    Set<Integer> columns = new LinkedHashSet<>();
    Map<Work, Map<Integer, Row>> works = new LinkedHashMap<>();
    for (Row row : results.rows()) {
      columns.add(row.tokens());
      works.computeIfAbsent(Work.of(row), work -> new HashMap<>()).put(row.tokens(), row);
    }
    List<String> head = new ArrayList<>(List.of("model", "recipe", "threads", ""));
    columns.forEach(tokens -> head.add(tokens == 0 ? "texts" : Integer.toString(tokens)));
    line(out, head);
    line(out, head.stream().map(title -> "---").toList());
    works.forEach((work, rows) -> lines(out, work, rows, columns));
    return out.append('\n').toString();
  }

  private static void lines(
      StringBuilder out, Work work, Map<Integer, Row> rows, Set<Integer> columns) {
    List<String> own =
        new ArrayList<>(
            List.of(work.model(), work.recipe(), Integer.toString(work.threads()), "ms"));
    columns.forEach(tokens -> own.add(cell(rows.get(tokens), row -> milliseconds(row.own()))));
    line(out, own);
    Set<String> peers = new LinkedHashSet<>();
    columns.stream()
        .map(rows::get)
        .filter(Objects::nonNull)
        .forEach(row -> peers.addAll(row.peers().keySet()));
    for (String peer : peers) {
      List<String> cells = new ArrayList<>(List.of("", "", "", "over " + title(peer)));
      columns.forEach(tokens -> cells.add(cell(rows.get(tokens), row -> ratio(row, peer))));
      line(out, cells);
    }
  }

  private static String cell(@Nullable Row row, Function<Row, String> shown) {
    return row == null ? "" : shown.apply(row);
  }

  private static String ratio(Row row, String peer) {
    Beside beside = row.peers().get(peer);
    return beside == null
        ? ""
        : text(
            "%.2f [%.2f, %.2f] (%.2f)",
            beside.ratio(), beside.least(), beside.most(), beside.ofMin());
  }

  /** An engine's version begins with its name. */
  private static String fact(String name, String value) {
    return value.toLowerCase(Locale.ROOT).replace(" ", "").startsWith(name)
        ? value
        : name.replace('_', ' ') + " " + value;
  }

  private static String title(String peer) {
    return switch (peer) {
      case "onnxruntime" -> "ONNX Runtime";
      case "pytorch" -> "PyTorch";
      case "langchain4j" -> "LangChain4j";
      default -> peer;
    };
  }

  private static String milliseconds(PeerResults.Times times) {
    return text("%.2f (%.2f)", times.median(), times.min());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static void line(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
