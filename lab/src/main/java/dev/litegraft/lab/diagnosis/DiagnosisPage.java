package dev.litegraft.lab.diagnosis;

import static dev.litegraft.lab.diagnosis.Html.escaped;

import dev.litegraft.lab.verification.LayerDifference;
import java.util.List;
import java.util.Locale;

/**
 * A diagnosis as one page that needs nothing beside itself: to read on any screen, and in print.
 */
public final class DiagnosisPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#59636e;--line:#d1d9e0;--ok:#4c8bf5;--bad:#d1383d;--code:#f3f5f7}
      @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;--line:#3d444d;--ok:#6ea8fe;--bad:#ff7b72;--code:#1b222b}}
      *{box-sizing:border-box}
      body{margin:0 auto;padding:1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
      h1{font-size:1.35rem;line-height:1.3}h2{font-size:1.1rem;margin-top:2rem}
      p.soft,td.soft,figcaption{color:var(--soft)}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
      td.n,th.n{text-align:right;white-space:nowrap}tr.bad td{color:var(--bad)}tr.first td{font-weight:600}
      code{background:var(--code);padding:.1em .3em;border-radius:.2em;font-size:.92em}
      figure{margin:1rem 0}svg{width:100%;height:auto}svg text{font-size:11px;fill:var(--soft)}
      svg .grid{stroke:var(--line)}svg .ok{fill:var(--ok)}svg .bad{fill:var(--bad)}
      @media print{:root{--ink:#000;--paper:#fff;--soft:#333;--line:#999;--code:#eee}body{max-width:none;padding:0}tr,figure{break-inside:avoid}}
      """;

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
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'\">\n<title>Diagnosis of ")
        .append(escaped(file))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n");
    page.append("<h1>").append(escaped(verdict())).append("</h1>\n");
    compared();
    faults();
    conventions();
    layers();
    page.append("<p class=\"soft\">Made by litegraft diagnose.</p>\n</body>\n</html>\n");
    return page.toString();
  }

  private String verdict() {
    String verdict = report.verdict();
    return verdict.isEmpty()
        ? verdict
        : verdict.substring(0, 1).toUpperCase(Locale.ROOT) + verdict.substring(1) + ".";
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
    page.append("</table>\n");
  }

  private void row(String name, String value) {
    page.append("<tr><th>")
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
          .append(escaped(fault.advice()))
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
