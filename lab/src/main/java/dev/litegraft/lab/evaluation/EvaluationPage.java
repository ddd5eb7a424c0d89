package dev.litegraft.lab.evaluation;

import static dev.litegraft.lab.report.Body.text;
import static dev.litegraft.lab.report.Html.escaped;

import dev.litegraft.lab.report.Body;
import dev.litegraft.lab.report.Page;
import dev.litegraft.lab.statistics.Difference;
import dev.litegraft.lab.statistics.Interval;
import java.util.List;
import java.util.Map;

/**
 * An evaluation as one page that needs nothing beside itself: tables, and the plots of {@link
 * EvaluationPlots}.
 */
public final class EvaluationPage {
  private static final int FLIPS = 100;
  private static final int MOST_CLASSES = 30;

  private final EvaluationReport report;
  private final Body page = new Body();

  private EvaluationPage(EvaluationReport report) {
    this.report = report;
  }

  /** The page's text. */
  public static String of(EvaluationReport report, List<Gate> gates) {
    EvaluationPage page = new EvaluationPage(report);
    page.write(gates);
    return Page.of("Evaluation on " + report.manifest().data(), page.page);
  }

  private void write(List<Gate> gates) {
    page.title(report.task() + " of " + report.rows() + " " + report.items());
    report.notes().forEach(page::soft);
    files();
    gates(gates);
    measures();
    page.plot(
        "Quality against size",
        EvaluationPlots.qualityAgainstSize(report),
        "Each file with its 95 % interval.");
    comparisons();
    page.plot(
        "Margins of flips",
        EvaluationPlots.margins(report),
        "How much more probable the first file took its answer than the next one, of the rows that"
            + " another file answers otherwise.");
    classes();
    page.plot(
        "Reliability",
        EvaluationPlots.reliability(report),
        "Of answers with this confidence, this part is right.");
    page.plot(
        "Latency by length", EvaluationPlots.latency(report), "Median of a call by its tokens.");
    manifest();
    page.soft("Made by litegraft evaluate.");
  }

  static String letter(int index) {
    return index < 26 ? String.valueOf((char) ('A' + index)) : "F" + index;
  }

  private void files() {
    page.begin(
        "", "file", "recipe", "MiB", "median ms", "p95 ms", "rows/s", "start ms", "peak MiB");
    for (int i = 0; i < report.files().size(); i++) {
      FileReport file = report.files().get(i);
      page.row(
          false,
          letter(i),
          file.file(),
          file.recipeAndRounding(),
          text("%.1f", file.bytes() / 1048576.0),
          text("%.2f", file.latency().median()),
          text("%.2f", file.latency().p95()),
          text("%.0f", file.rowsPerSecond()),
          file.footprint().map(f -> text("%.0f", f.startMilliseconds())).orElse(""),
          file.footprint()
              .filter(f -> f.peakBytes().isPresent())
              .map(f -> text("%.0f", f.peakBytes().getAsLong() / 1048576.0))
              .orElse(""));
    }
    page.end();
  }

  private void gates(List<Gate> gates) {
    if (gates.isEmpty()) {
      return;
    }
    page.heading("Gates");
    page.begin("gate", "file", "bound", "value", "95 % interval", "");
    for (Gate gate : gates) {
      page.row(
          !gate.passed(),
          gate.name(),
          letter(report.files().stream().map(FileReport::file).toList().indexOf(gate.file())),
          number(gate.bound()),
          number(gate.value()),
          interval(gate.interval()),
          gate.passed() ? "passed" : "missed");
    }
    page.end();
  }

  private void measures() {
    if (report.files().get(0).measures().isEmpty()) {
      return;
    }
    page.heading("Measures");
    page.begin("measure", "file", "value", "95 % interval", "less A", "95 % interval", "");
    for (FileReport.MeasuredValue named : report.files().get(0).measures()) {
      for (int i = 0; i < report.files().size(); i++) {
        FileReport file = report.files().get(i);
        FileReport.MeasuredValue value = file.measure(named.name()).orElseThrow();
        Difference less = file.comparison().flatMap(c -> c.difference(named.name())).orElse(null);
        page.row(
            false,
            named.name(),
            letter(i),
            number(value.value()),
            interval(value.interval()),
            less == null ? "" : number(less.value()),
            less == null ? "" : interval(less.interval()),
            less == null ? "" : resolved(less));
      }
    }
    page.end();
  }

  private static String resolved(Difference difference) {
    return difference.isResolved()
        ? "resolved"
        : difference.rowsNeeded().isPresent()
            ? "not resolved; " + difference.rowsNeeded().getAsLong() + " rows would be needed"
            : "not resolved";
  }

  private void comparisons() {
    for (int i = 1; i < report.files().size(); i++) {
      Comparison comparison = report.files().get(i).comparison().orElseThrow();
      page.heading(letter(i) + " beside A").append("<p>").append(escaped(agreement(comparison)));
      comparison.mcNemar().ifPresent(p -> page.append(", McNemar's exact p ").append(number(p)));
      for (Map.Entry<String, Double> entry : comparison.numbers().entrySet()) {
        page.append(", ")
            .append(escaped(entry.getKey()))
            .append(" ")
            .append(number(entry.getValue()));
      }
      page.append(".</p>\n");
      flips(comparison.flips());
    }
  }

  private String agreement(Comparison comparison) {
    double agreement = comparison.agreement();
    return Double.isNaN(agreement)
        ? comparison.agreementNote().orElseThrow()
        : text("The same answer to %.2f %% of ", 100 * agreement)
            + report.items()
            + " "
            + interval(comparison.agreementInterval());
  }

  private void flips(List<Flip> flips) {
    if (flips.isEmpty()) {
      return;
    }
    page.begin("A", "margin", "here", "margin", "right", "text");
    flips.stream()
        .sorted((a, b) -> Double.compare(b.firstMargin(), a.firstMargin()))
        .limit(FLIPS)
        .forEach(
            flip ->
                page.row(
                    false,
                    flip.first(),
                    number(flip.firstMargin()),
                    flip.answer(),
                    number(flip.margin()),
                    flip.right().orElse(""),
                    flip.text()));
    page.end();
    if (flips.size() > FLIPS) {
      page.soft((flips.size() - FLIPS) + " more have smaller margins.");
    }
  }

  private void classes() {
    for (int i = 0; i < report.files().size(); i++) {
      FileReport file = report.files().get(i);
      if (file.classes().isEmpty()) {
        continue;
      }
      page.heading("Classes of " + letter(i));
      page.begin("class", "precision", "recall", "f1", "rows");
      for (ClassReport one : file.classes()) {
        page.row(
            false,
            one.label(),
            number(one.precision()),
            number(one.recall()),
            number(one.f1()),
            Long.toString(one.support()));
      }
      page.end();
      confusion(file);
    }
  }

  private void confusion(FileReport file) {
    if (file.confusion().isEmpty() || file.classes().size() > MOST_CLASSES) {
      return;
    }
    long[][] counts = file.confusion().get().counts();
    page.append("<p>Rows by the right class, columns by the answered one.</p>\n");
    page.append("<div class=\"scroll\"><table>\n<tr><th></th>");
    file.classes()
        .forEach(c -> page.append("<th class=\"n\">").append(escaped(c.label())).append("</th>"));
    page.append("</tr>\n");
    for (int i = 0; i < counts.length; i++) {
      long all = Math.max(1, java.util.Arrays.stream(counts[i]).sum());
      page.append("<tr><th>").append(escaped(file.classes().get(i).label())).append("</th>");
      for (long count : counts[i]) {
        page.append(
            text(
                "<td class=\"n\" style=\"background:rgba(76,139,245,%.2f)\">%d</td>",
                0.6 * count / all, count));
      }
      page.append("</tr>\n");
    }
    page.end();
  }

  private void manifest() {
    Manifest m = report.manifest();
    page.heading("What it was made with").begin();
    page.fact("Litegraft", m.litegraft());
    page.fact("runtime", m.runtime());
    page.fact("Java", m.java());
    page.fact("system", m.system());
    page.fact("processor", m.processor());
    page.fact("int8 instructions", String.join(", ", m.int8Instructions()));
    page.fact("threads", Integer.toString(m.threads()));
    page.fact("data", m.data() + ", sha256 " + m.dataSha256());
    m.files().forEach((file, hash) -> page.fact(file, "sha256 " + hash));
    page.end();
  }

  private static String interval(Interval interval) {
    return Double.isNaN(interval.low())
        ? ""
        : "[" + number(interval.low()) + ", " + number(interval.high()) + "]";
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return Double.isNaN(value)
        ? "not defined"
        : text(size != 0 && (size < 0.001 || size >= 10_000) ? "%.2e" : "%.4f", value);
  }
}
