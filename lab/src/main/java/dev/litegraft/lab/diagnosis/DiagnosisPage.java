package dev.litegraft.lab.diagnosis;

import static dev.litegraft.lab.report.Html.escaped;

import dev.litegraft.lab.report.Page;
import dev.litegraft.lab.verification.LayerDifference;
import java.util.List;
import java.util.Locale;

/**
 * A diagnosis as one page that needs nothing beside itself: to read on any screen, and in print.
 */
public final class DiagnosisPage {
  private final DiagnosisReport report;
  private final String checkpoint;
  private final String file;
  private final StringBuilder page = new StringBuilder();

  private DiagnosisPage(DiagnosisReport report, String checkpoint, String file) {
    this.report = report;
    this.checkpoint = checkpoint;
    this.file = file;
  }

  /**
   * The page's text.
   *
   * @param checkpoint what the file was compared with, as people call it
   * @param file what was diagnosed
   */
  public static String of(DiagnosisReport report, String checkpoint, String file) {
    return new DiagnosisPage(report, checkpoint, file).text();
  }

  private String text() {
    page.append("<h1>").append(escaped(verdict())).append("</h1>\n");
    compared();
    faults();
    conventions();
    layers();
    page.append("<p class=\"soft\">Made by litegraft diagnose.</p>\n");
    return Page.of("Diagnosis of " + file, page);
  }

  private String verdict() {
    String verdict = report.verdict();
    return verdict.isEmpty() ? verdict : capitalized(verdict) + ".";
  }

  /** As a sentence begins, unless it begins with a key, which is written as it is. */
  private static String capitalized(String sentence) {
    int end = sentence.indexOf(' ');
    String first = end < 0 ? sentence : sentence.substring(0, end);
    return first.matches("[A-Za-z]+:?")
        ? first.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1)
        : sentence;
  }

  private void compared() {
    page.append("<h2>What was compared</h2>\n<table>\n");
    row("checkpoint", checkpoint);
    row("file", file);
    row("largest difference of a logit", number(report.residual()));
    row("counts as none", number(report.floor()));
    row(
        "models tried",
        String.format(Locale.ROOT, "%d in %.1f s", report.hypotheses(), report.seconds()));
    report.weights().ifPresent(weights -> row("weights", weights.sentence()));
    page.append("</table>\n");
  }

  private void row(String name, String value) {
    page.append("<tr><th scope=\"row\">")
        .append(escaped(name))
        .append("</th><td>")
        .append(escaped(value))
        .append("</td></tr>\n");
  }

  private void faults() {
    if (report.explainedBy().isEmpty()) {
      return;
    }
    page.append("<h2>The setting at fault</h2>\n");
    settings(report.explainedBy());
    for (Explanation fault : report.explainedBy()) {
      page.append("<h2>Where to change <code>")
          .append(escaped(fault.setting()))
          .append("</code></h2>\n<p>")
          .append(escaped(capitalized(fault.advice())))
          .append(".</p>\n<div class=\"scroll\"><table>\n")
          .append("<tr><th>tool</th><th>line</th><th></th></tr>\n");
      for (ExporterLine line : ExporterLine.of(fault)) {
        page.append("<tr><td>")
            .append(escaped(line.tool()))
            .append("</td><td><code>")
            .append(escaped(line.line()))
            .append("</code></td><td class=\"soft\">")
            .append(escaped(line.note()))
            .append("</td></tr>\n");
      }
      page.append("</table></div>\n");
    }
    page.append(
        "<p class=\"soft\">What the tools call it was read in their sources, not run.</p>\n");
  }

  private void conventions() {
    if (report.conventions().isEmpty()) {
      return;
    }
    page.append(
            "<h2>Conventions</h2>\n<p>How the file treats what a tokenizer of the folder does not")
        .append(" make, or how it gives its answers: no fault where nobody asks so.</p>\n");
    settings(report.conventions());
  }

  private void settings(List<Explanation> all) {
    page.append("<div class=\"scroll\"><table>\n<tr><th>setting</th><th>checkpoint</th>")
        .append("<th>the file behaves like</th><th class=\"n\">then differs by</th></tr>\n");
    for (Explanation e : all) {
      page.append("<tr><td><code>")
          .append(escaped(e.setting()))
          .append("</code></td><td>")
          .append(escaped(e.checkpoint()))
          .append("</td><td>")
          .append(escaped(e.file()))
          .append("</td><td class=\"n\">")
          .append(escaped(number(e.residual())))
          .append("</td></tr>\n");
    }
    page.append("</table></div>\n");
  }

  private void layers() {
    page.append("<h2>Layer by layer</h2>\n");
    List<LayerDifference> layers = report.layers();
    if (layers.isEmpty()) {
      page.append(
          "<p>The file's graph shows no value that is one of the checkpoint's modules.</p>\n");
      return;
    }
    report.narrowed().ifPresent(n -> page.append("<p>").append(escaped(n)).append(".</p>\n"));
    page.append("<figure>\n")
        .append(LayerPlot.of(layers))
        .append("<figcaption>Relative difference of each value, in the order of computation,")
        .append(" logarithmic.</figcaption>\n</figure>\n")
        .append(
            "<div class=\"scroll\"><table>\n<tr><th>value</th><th class=\"n\">largest difference")
        .append("</th><th class=\"n\">relative</th><th class=\"n\">cosine</th></tr>\n");
    boolean first = true;
    for (LayerDifference layer : layers) {
      page.append(
          layer.departs() ? (first ? "<tr class=\"bad first\">" : "<tr class=\"bad\">") : "<tr>");
      first &= !layer.departs();
      page.append("<td><code>")
          .append(escaped(layer.name()))
          .append("</code></td><td class=\"n\">")
          .append(number(layer.maxAbs()))
          .append("</td><td class=\"n\">")
          .append(number(layer.relative()))
          .append("</td><td class=\"n\">")
          .append(String.format(Locale.ROOT, "%.6f", layer.cosine()))
          .append("</td></tr>\n");
    }
    page.append("</table></div>\n");
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2g", value) : "not a number";
  }
}
