package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.report.Plot;
import dev.litegraft.lab.report.Plot.Axis;
import java.util.ArrayList;
import java.util.List;

/** The plots of an evaluation; empty where there is nothing to show. */
final class EvaluationPlots {
  private static final int MARGIN_BINS = 20;
  private static final double MIB = 1 << 20;

  private EvaluationPlots() {}

  static String qualityAgainstSize(EvaluationReport report) {
    if (report.mainMeasure().isEmpty()) {
      return "";
    }
    String name = report.mainMeasure().get();
    List<Double> values = new ArrayList<>();
    List<Double> sizes = new ArrayList<>();
    for (FileReport file : report.files()) {
      FileReport.MeasuredValue value = file.measure(name).orElseThrow();
      values.add(value.interval().low());
      values.add(value.interval().high());
      sizes.add(file.bytes() / MIB);
    }
    if (values.stream().anyMatch(v -> !Double.isFinite(v))) {
      return "";
    }
    Plot plot =
        new Plot(
            name + " against size", Axis.fromZero("size in MiB", sizes), Axis.around(name, values));
    for (int i = 0; i < report.files().size(); i++) {
      FileReport.MeasuredValue value = report.files().get(i).measure(name).orElseThrow();
      plot.point(
          i,
          EvaluationPage.letter(i),
          sizes.get(i),
          value.value(),
          value.interval().low(),
          value.interval().high());
    }
    return plot.svg();
  }

  static String margins(EvaluationReport report) {
    List<int[]> histograms = new ArrayList<>();
    List<Double> most = new ArrayList<>(List.of(1.0));
    boolean any = false;
    for (FileReport file : report.files()) {
      int[] bins = new int[MARGIN_BINS];
      for (Flip flip : file.comparison().map(Comparison::flips).orElse(List.of())) {
        if (flip.firstMargin() >= 0 && flip.firstMargin() <= 1) {
          int bin = (int) Math.min(MARGIN_BINS - 1, flip.firstMargin() * MARGIN_BINS);
          most.add((double) ++bins[bin]);
          any = true;
        }
      }
      histograms.add(bins);
    }
    if (!any) {
      return "";
    }
    Plot plot = new Plot("margins of flips", new Axis("margin", 0, 1), Axis.counting("rows", most));
    int files = report.files().size();
    for (int i = 1; i < files; i++) {
      plot.key(i, EvaluationPage.letter(i), files - 1 - i);
    }
    for (int bin = 0; bin < MARGIN_BINS; bin++) {
      for (int i = 1; i < files; i++) {
        double width = 1.0 / MARGIN_BINS / (files - 1);
        double from = (double) bin / MARGIN_BINS + (i - 1) * width;
        plot.bar(i, from, from + width, histograms.get(i)[bin]);
      }
    }
    return plot.svg();
  }

  static String reliability(EvaluationReport report) {
    Plot plot =
        new Plot(
                "confidence against accuracy",
                new Axis("confidence", 0, 1),
                new Axis("accuracy", 0, 1))
            .diagonal();
    boolean any = false;
    for (int i = 0; i < report.files().size(); i++) {
      List<double[]> points =
          report.files().get(i).reliability().stream()
              .map(bin -> new double[] {bin.confidence(), bin.accuracy()})
              .toList();
      any |= !points.isEmpty();
      plot.line(i, EvaluationPage.letter(i), points);
    }
    return any ? plot.svg() : "";
  }

  static String latency(EvaluationReport report) {
    List<Double> milliseconds = new ArrayList<>();
    List<Double> tokens = new ArrayList<>();
    for (FileReport file : report.files()) {
      for (Latency.Bucket bucket : file.latency().byTokens()) {
        milliseconds.add(bucket.median());
        tokens.add((double) bucket.most());
      }
    }
    Plot plot =
        new Plot(
            "latency by length",
            Axis.fromZero("tokens, up to", tokens),
            Axis.fromZero("milliseconds", milliseconds));
    for (int i = 0; i < report.files().size(); i++) {
      plot.line(
          i,
          EvaluationPage.letter(i),
          report.files().get(i).latency().byTokens().stream()
              .map(bucket -> new double[] {bucket.most(), bucket.median()})
              .toList());
    }
    return plot.svg();
  }
}
