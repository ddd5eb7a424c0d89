package dev.litegraft.cli;

import dev.litegraft.lab.evaluation.ClassReport;
import dev.litegraft.lab.evaluation.Comparison;
import dev.litegraft.lab.evaluation.EvaluationReport;
import dev.litegraft.lab.evaluation.FileReport;
import dev.litegraft.lab.evaluation.Flip;
import dev.litegraft.lab.evaluation.Gate;
import dev.litegraft.lab.evaluation.Latency;
import dev.litegraft.lab.evaluation.Manifest;
import dev.litegraft.lab.statistics.Difference;
import dev.litegraft.lab.statistics.Interval;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An evaluation as text. */
final class EvaluationView {
  /** Flips that are shown a file; all of them are in the JSON. */
  private static final int FLIPS = 10;

  private static final int MOST_CLASSES = 20;

  private final EvaluationReport report;
  private final Results out;

  EvaluationView(EvaluationReport report, Results out) {
    this.report = report;
    this.out = out;
  }

  void print(List<Gate> gates) throws IOException {
    out.line(report.task() + " of " + report.rows() + " " + report.items());
    for (String note : report.notes()) {
      out.line(note);
    }
    out.line("");
    files();
    measures();
    FileReport first = report.files().get(0);
    for (int i = 0; i < report.files().size(); i++) {
      classes(report.files().get(i), name(i));
    }
    for (FileReport file : report.files()) {
      if (file.comparison().isPresent()) {
        beside(first, file, file.comparison().get());
      }
    }
    latency();
    gates(gates);
    made();
  }

  private void files() throws IOException {
    Table table =
        new Table(
            "", "file", "recipe", "size", "median ms", "p95 ms", "rows/s", "start ms", "peak");
    for (int i = 0; i < report.files().size(); i++) {
      FileReport file = report.files().get(i);
      Latency latency = file.latency();
      table.row(
          name(i),
          file.file(),
          file.recipeAndRounding(),
          Units.bytes(file.bytes()),
          Units.milliseconds(latency.median()),
          Units.milliseconds(latency.p95()),
          Long.toString(Math.round(file.rowsPerSecond())),
          file.footprint().map(f -> Units.milliseconds(f.startMilliseconds())).orElse(""),
          file.footprint()
              .filter(f -> f.peakBytes().isPresent())
              .map(f -> Units.bytes(f.peakBytes().getAsLong()))
              .orElse(""));
    }
    table.print(out);
  }

  /** Files are called A, B …, as their names may be long. */
  private static String name(int index) {
    return index < 26 ? String.valueOf((char) ('A' + index)) : "F" + index;
  }

  private void measures() throws IOException {
    if (report.files().get(0).measures().isEmpty()) {
      return;
    }
    out.line("");
    Table table =
        new Table("measure", "file", "value", "95 % interval", "less A", "95 % interval", "");
    for (FileReport.MeasuredValue named : report.files().get(0).measures()) {
      for (int i = 0; i < report.files().size(); i++) {
        FileReport file = report.files().get(i);
        FileReport.MeasuredValue value = file.measure(named.name()).orElseThrow();
        Difference less = file.comparison().flatMap(c -> c.difference(named.name())).orElse(null);
        table.row(
            named.name(),
            name(i),
            number(value.value()),
            interval(value.interval()),
            less == null ? "" : signed(less.value()),
            less == null ? "" : interval(less.interval()),
            less == null ? "" : resolved(less));
      }
    }
    table.print(out);
  }

  private static String resolved(Difference difference) {
    if (difference.isResolved()) {
      return "resolved";
    }
    return difference.rowsNeeded().isPresent()
        ? "not resolved; "
            + Units.count(difference.rowsNeeded().getAsLong())
            + " rows would be needed"
        : "not resolved";
  }

  private void classes(FileReport file, String name) throws IOException {
    if (file.classes().isEmpty()) {
      return;
    }
    out.line("");
    Table table = new Table("class (of " + name + ")", "precision", "recall", "f1", "rows");
    for (ClassReport one :
        file.classes().subList(0, Math.min(MOST_CLASSES, file.classes().size()))) {
      table.row(
          one.label(),
          number(one.precision()),
          number(one.recall()),
          number(one.f1()),
          Long.toString(one.support()));
    }
    table.print(out);
    if (file.confusion().isPresent() && file.classes().size() <= MOST_CLASSES) {
      out.line("");
      String[] head = new String[file.classes().size() + 1];
      head[0] = "right \\ answered";
      for (int i = 1; i < head.length; i++) {
        head[i] = file.classes().get(i - 1).label();
      }
      Table confusion = new Table(head);
      long[][] counts = file.confusion().get().counts();
      for (int i = 0; i < counts.length; i++) {
        String[] cells = new String[head.length];
        cells[0] = head[i + 1];
        for (int j = 0; j < counts.length; j++) {
          cells[j + 1] = Long.toString(counts[i][j]);
        }
        confusion.row(cells);
      }
      confusion.print(out);
    }
  }

  private void beside(FileReport first, FileReport file, Comparison comparison) throws IOException {
    out.line("");
    out.line(
        out.bold(
            name(report.files().indexOf(file))
                + " beside "
                + name(report.files().indexOf(first))
                + ": "
                + agreement(comparison)));
    StringBuilder numbers = new StringBuilder();
    comparison
        .mcNemar()
        .ifPresent(p -> numbers.append("McNemar p ").append(number(p)).append("  "));
    for (Map.Entry<String, Double> entry : comparison.numbers().entrySet()) {
      numbers.append(entry.getKey()).append(' ').append(number(entry.getValue())).append("  ");
    }
    out.line(numbers.toString().stripTrailing());
    List<Flip> flips = comparison.flips();
    if (flips.isEmpty()) {
      return;
    }
    Table table = new Table("first", "margin", "here", "margin", "right", "text");
    flips.stream()
        .sorted((a, b) -> Double.compare(b.firstMargin(), a.firstMargin()))
        .limit(FLIPS)
        .forEach(
            flip ->
                table.row(
                    flip.first(),
                    number(flip.firstMargin()),
                    flip.answer(),
                    number(flip.margin()),
                    flip.right().orElse(""),
                    flip.text()));
    table.print(out);
    if (flips.size() > FLIPS) {
      out.line("… and " + (flips.size() - FLIPS) + " more with smaller margins; --json has all");
    }
  }

  private static String agreement(Comparison comparison) {
    return Double.isNaN(comparison.agreement())
        ? comparison.agreementNote().orElseThrow()
        : "the same answer to "
            + percent(comparison.agreement())
            + " ["
            + percent(comparison.agreementInterval().low())
            + ", "
            + percent(comparison.agreementInterval().high())
            + "]";
  }

  private void latency() throws IOException {
    out.line("");
    Table table = new Table("tokens up to", "file", "calls", "median ms", "p95 ms");
    for (int i = 0; i < report.files().size(); i++) {
      for (Latency.Bucket bucket : report.files().get(i).latency().byTokens()) {
        table.row(
            Integer.toString(bucket.most()),
            name(i),
            Integer.toString(bucket.calls()),
            Units.milliseconds(bucket.median()),
            Units.milliseconds(bucket.p95()));
      }
    }
    table.print(out);
  }

  private void gates(List<Gate> gates) throws IOException {
    if (gates.isEmpty()) {
      return;
    }
    out.line("");
    Table table = new Table("gate", "file", "bound", "value", "95 % interval", "");
    for (Gate gate : gates) {
      table.row(
          gate.name(),
          gate.file(),
          number(gate.bound()),
          number(gate.value()),
          interval(gate.interval()),
          (gate.passed() ? "passed" : Double.isNaN(gate.value()) ? "MISSED: not defined" : "MISSED")
              + (gate.isUncertain() ? ", but other rows could decide otherwise" : ""));
    }
    table.print(out);
  }

  private void made() throws IOException {
    Manifest manifest = report.manifest();
    out.line("");
    out.line(
        "Litegraft "
            + manifest.litegraft()
            + ", "
            + manifest.runtime()
            + ", "
            + manifest.processor()
            + (manifest.int8Instructions().isEmpty()
                ? ""
                : " (" + String.join(", ", manifest.int8Instructions()) + ")")
            + ", "
            + manifest.threads()
            + " threads, "
            + Units.seconds(report.seconds()));
    out.line("sha256 " + manifest.dataSha256() + "  " + manifest.data());
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      out.line("sha256 " + file.getValue() + "  " + file.getKey());
    }
  }

  static String number(double value) {
    double size = Math.abs(value);
    return Double.isNaN(value)
        ? "not defined"
        : String.format(
            Locale.ROOT, size != 0 && (size < 0.001 || size >= 10_000) ? "%.2e" : "%.4f", value);
  }

  private static String signed(double value) {
    return (value > 0 ? "+" : "") + number(value);
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * part);
  }

  static String interval(Interval interval) {
    return Double.isNaN(interval.low())
        ? ""
        : "[" + number(interval.low()) + ", " + number(interval.high()) + "]";
  }
}
