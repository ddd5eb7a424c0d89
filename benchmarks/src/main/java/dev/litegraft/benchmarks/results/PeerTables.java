package dev.litegraft.benchmarks.results;

import dev.litegraft.benchmarks.results.PeerResults.Beside;
import dev.litegraft.benchmarks.results.PeerResults.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

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

  /** The facts in a sentence, and a row of the table for each of the results. */
  static String table(PeerResults results) {
    StringBuilder out = new StringBuilder("\n");
    out.append(
        results.machine().entrySet().stream()
            .map(fact -> fact(fact.getKey(), fact.getValue()))
            .collect(Collectors.joining("; ")));
    out.append(".\n\n");
    Set<String> peers = new LinkedHashSet<>();
    results.rows().forEach(row -> peers.addAll(row.peers().keySet()));
    List<String> head =
        new ArrayList<>(List.of("model", "recipe", "threads", "tokens", "Litegraft ms"));
    for (String peer : peers) {
      head.addAll(List.of(title(peer) + " ms", "ratio", "of the shortest"));
    }
    line(out, head);
    line(out, head.stream().map(title -> "---").toList());
    for (Row row : results.rows()) {
      line(out, cells(row, peers));
    }
    return out.append('\n').toString();
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

  private static List<String> cells(Row row, Set<String> peers) {
    List<String> cells = new ArrayList<>();
    cells.add(row.model());
    cells.add(row.recipe());
    cells.add(Integer.toString(row.threads()));
    cells.add(row.tokens() == 0 ? "texts" : Integer.toString(row.tokens()));
    cells.add(milliseconds(row.own()));
    for (String peer : peers) {
      Beside beside = row.peers().get(peer);
      cells.addAll(
          beside == null
              ? List.of("", "", "")
              : List.of(
                  milliseconds(beside.times()),
                  text("%.2f [%.2f, %.2f]", beside.ratio(), beside.least(), beside.most()),
                  text("%.2f", beside.ofMin())));
    }
    return cells;
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
