package dev.litegraft.lab.benchmark;

import static dev.litegraft.lab.report.Body.text;

import dev.litegraft.lab.evaluation.Machine;
import dev.litegraft.lab.report.Body;
import dev.litegraft.lab.report.Page;
import dev.litegraft.lab.report.Plot;
import dev.litegraft.lab.report.Plot.Axis;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** A benchmark as one page that needs nothing beside itself: tables and plots. */
public final class BenchmarkPage {
  private static final double MIB = 1 << 20;

  private final BenchmarkReport report;
  private final Body page = new Body();

  private BenchmarkPage(BenchmarkReport report) {
    this.report = report;
  }

  /** The page's text. */
  public static String of(BenchmarkReport report) {
    BenchmarkPage page = new BenchmarkPage(report);
    page.write();
    return Page.of("Benchmark on " + report.machine().processor(), page.page);
  }

  private void write() {
    page.title(
        "Benchmark of " + report.files().size() + " files on " + report.machine().processor());
    files();
    for (Peak peak : report.peaks()) {
      latencies(peak);
    }
    machine();
    page.soft("Made by litegraft bench.");
  }

  private void files() {
    page.begin(
        "", "file", "recipe", "MiB", "cold start ms", "warm start ms", "resident MiB", "peak MiB");
    for (int i = 0; i < report.files().size(); i++) {
      BenchmarkedFile file = report.files().get(i);
      page.row(
          false,
          BenchmarkReport.letter(i),
          file.file(),
          file.recipe(),
          text("%.1f", file.bytes() / MIB),
          file.coldStart().map(start -> text("%.0f", start.median())).orElse(""),
          text("%.0f", file.warmStart().median()),
          mebibytes(file.residentBytes()),
          mebibytes(file.peakBytes()));
    }
    page.end();
  }

  private static String mebibytes(OptionalLong bytes) {
    return bytes.isPresent() ? text("%.0f", bytes.getAsLong() / MIB) : "";
  }

  private void latencies(Peak peak) {
    int threads = peak.threads();
    String on = threads == 1 ? "one thread" : threads + " threads";
    page.heading("On " + on);
    page.soft(
        text(
            "The machine's peak: %.0f Gop/s with weights in int8, %.0f in floats.",
            peak.int8(), peak.f32()));
    page.begin(
        "tokens",
        "file",
        "median ms",
        "p95 ms",
        "min ms",
        "tokens/s",
        "texts/s",
        "Gop/s",
        "of the peak",
        "beside A",
        "calls");
    for (int i = 0; i < report.files().size(); i++) {
      for (Latency one : report.files().get(i).latencies()) {
        if (one.threads() == threads) {
          row(BenchmarkReport.letter(i), one);
        }
      }
    }
    page.end();
    if (report.hasTogether()) {
      together(threads);
    }
    page.plot(
        "Latency on " + on,
        plot(threads, "milliseconds", one -> one.timing().median()),
        "Median of a call by its tokens.");
    page.plot(
        "Tokens a second on " + on,
        plot(threads, "tokens a second", Latency::tokensPerSecond),
        "By the medians, one text after the other.");
  }

  private void row(String letter, Latency one) {
    page.row(
        false,
        Integer.toString(one.tokens()),
        letter,
        text("%.2f", one.timing().median()),
        text("%.2f", one.timing().p95()),
        text("%.2f", one.timing().min()),
        text("%.0f", one.tokensPerSecond()),
        text("%.1f", one.textsPerSecond()),
        number("%.0f", one.gops()),
        number("%.2f", one.peakShare()),
        one.besideFirst().map(BenchmarkPage::ratio).orElse(""),
        Integer.toString(one.timing().calls()));
  }

  private void together(int threads) {
    page.soft("Several texts at once, by the signature that the file has for it.");
    page.begin("tokens", "file", "texts", "ms a text", "min ms", "texts/s", "of a text alone");
    for (int i = 0; i < report.files().size(); i++) {
      for (Latency one : report.files().get(i).latencies()) {
        if (one.threads() == threads && one.together().isPresent()) {
          Latency.Together all = one.together().get();
          page.row(
              false,
              Integer.toString(one.tokens()),
              BenchmarkReport.letter(i),
              Integer.toString(all.texts()),
              text("%.2f", all.timing().median()),
              text("%.2f", all.timing().min()),
              text("%.1f", all.textsPerSecond()),
              ratio(all.besideAlone()));
        }
      }
    }
    page.end();
  }

  private static String ratio(Latency.Ratio ratio) {
    return text("%.2f [%.2f, %.2f]", ratio.median(), ratio.min(), ratio.max());
  }

  private static String number(String format, OptionalDouble number) {
    return number.isPresent() ? text(format, number.getAsDouble()) : "";
  }

  private String plot(int threads, String name, ToDoubleFunction<Latency> value) {
    List<Double> values = new ArrayList<>();
    List<Double> tokens = new ArrayList<>();
    for (BenchmarkedFile file : report.files()) {
      for (Latency one : file.latencies()) {
        values.add(value.applyAsDouble(one));
        tokens.add((double) one.tokens());
      }
    }
    Plot plot = new Plot(name, Axis.fromZero("tokens", tokens), Axis.fromZero(name, values));
    for (int i = 0; i < report.files().size(); i++) {
      List<double[]> points =
          report.files().get(i).latencies().stream()
              .filter(one -> one.threads() == threads)
              .map(one -> new double[] {one.tokens(), value.applyAsDouble(one)})
              .toList();
      plot.line(i, BenchmarkReport.letter(i), points);
    }
    return plot.svg();
  }

  private void machine() {
    Machine m = report.machine();
    page.heading("What it was made with").begin();
    page.fact("Litegraft", m.litegraft());
    page.fact("runtime", m.runtime());
    page.fact("Java", m.java());
    page.fact("system", m.system());
    page.fact("processor", m.processors() + " of " + m.processor());
    page.fact("int8 instructions", String.join(", ", m.int8Instructions()));
    page.fact("load when it began", number("%.1f", report.load()));
    page.fact("rounds", Integer.toString(report.rounds()));
    page.end();
  }
}
