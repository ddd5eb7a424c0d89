package dev.litegraft.cli;

import dev.litegraft.lab.benchmark.BenchmarkReport;
import dev.litegraft.lab.benchmark.BenchmarkedFile;
import dev.litegraft.lab.benchmark.Latency;
import dev.litegraft.lab.benchmark.Peak;
import dev.litegraft.lab.evaluation.Machine;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A benchmark as text. */
final class BenchView {
  private final BenchmarkReport report;
  private final Results out;

  BenchView(BenchmarkReport report, Results out) {
    this.report = report;
    this.out = out;
  }

  void print() throws IOException {
    files();
    for (Peak peak : report.peaks()) {
      latencies(peak);
    }
    made();
  }

  private void files() throws IOException {
    Table table =
        new Table(
            "", "file", "recipe", "size", "cold start ms", "warm start ms", "resident", "peak");
    for (int i = 0; i < report.files().size(); i++) {
      BenchmarkedFile file = report.files().get(i);
      table.row(
          BenchmarkReport.letter(i),
          file.file(),
          file.recipe(),
          Units.bytes(file.bytes()),
          file.coldStart().map(start -> Units.milliseconds(start.median())).orElse(""),
          Units.milliseconds(file.warmStart().median()),
          bytes(file.residentBytes()),
          bytes(file.peakBytes()));
    }
    table.print(out);
  }

  private static String bytes(OptionalLong bytes) {
    return bytes.isPresent() ? Units.bytes(bytes.getAsLong()) : "";
  }

  private void latencies(Peak peak) throws IOException {
    out.line("");
    out.line(
        out.bold(
            text(
                "%s; the machine's peak: %.0f Gop/s with weights in int8, %.0f in floats",
                peak.threads() == 1 ? "one thread" : peak.threads() + " threads",
                peak.int8(),
                peak.f32())));
    Table table =
        new Table(
            "tokens",
            "file",
            "median ms",
            "p95 ms",
            "min ms",
            "tokens/s",
            "texts/s",
            "Gop/s",
            "of the peak",
            "beside A");
    for (int i = 0; i < report.files().size(); i++) {
      for (Latency one : report.files().get(i).latencies()) {
        if (one.threads() == peak.threads()) {
          row(table, BenchmarkReport.letter(i), one);
        }
      }
    }
    table.print(out);
    if (report.hasTogether()) {
      together(peak.threads());
    }
  }

  private void together(int threads) throws IOException {
    out.line("");
    out.line("several texts at once, by the signature that the file has for it");
    Table table =
        new Table("tokens", "file", "texts", "ms a text", "min ms", "texts/s", "of a text alone");
    for (int i = 0; i < report.files().size(); i++) {
      for (Latency one : report.files().get(i).latencies()) {
        if (one.threads() == threads && one.together().isPresent()) {
          Latency.Together all = one.together().get();
          table.row(
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
    table.print(out);
  }

  private static String ratio(Latency.Ratio ratio) {
    return text("%.2f [%.2f, %.2f]", ratio.median(), ratio.min(), ratio.max());
  }

  private static void row(Table table, String letter, Latency one) {
    table.row(
        Integer.toString(one.tokens()),
        letter,
        text("%.2f", one.timing().median()),
        text("%.2f", one.timing().p95()),
        text("%.2f", one.timing().min()),
        text("%.0f", one.tokensPerSecond()),
        text("%.1f", one.textsPerSecond()),
        number("%.0f", one.gops()),
        number("%.2f", one.peakShare()),
        one.besideFirst().map(BenchView::ratio).orElse(""));
  }

  private static String number(String format, OptionalDouble number) {
    return number.isPresent() ? text(format, number.getAsDouble()) : "";
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private void made() throws IOException {
    Machine machine = report.machine();
    out.line("");
    out.line(
        machine.runtime()
            + ", "
            + machine.processors()
            + " processors "
            + machine.processor()
            + (machine.int8Instructions().isEmpty()
                ? ""
                : " (" + String.join(", ", machine.int8Instructions()) + ")")
            + (report.load().isPresent() ? text(", load %.1f", report.load().getAsDouble()) : "")
            + ", "
            + Units.of(report.rounds(), "round")
            + ", "
            + Units.seconds(report.seconds()));
  }
}
