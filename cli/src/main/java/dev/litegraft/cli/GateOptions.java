package dev.litegraft.cli;

import dev.litegraft.lab.evaluation.Gates;
import java.math.BigDecimal;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Bounds that make an evaluation a gate. */
final class GateOptions {
  @Option(
      names = "--min-accuracy",
      paramLabel = "P",
      description =
          "Exit with 4 if a file's accuracy (or what the task has for it) is below: 0.83 or 83%%.")
  private @Nullable String accuracy;

  @Option(
      names = "--max-drop",
      paramLabel = "P",
      description = "Exit with 4 if it is lower than the first file's by more: 0.005 or 0.5%%.")
  private @Nullable String drop;

  @Option(
      names = "--min-agreement",
      paramLabel = "P",
      description = "Exit with 4 if fewer rows have the first file's answer: 0.99 or 99%%.")
  private @Nullable String agreement;

  @Option(
      names = "--max-p95-ms",
      paramLabel = "MS",
      description = "Exit with 4 if more than 5 %% of the calls take longer.")
  private @Nullable Double p95;

  Gates gates(Subcommand command) {
    if (p95 != null && !(p95 > 0 && Double.isFinite(p95))) {
      throw command.usage("--max-p95-ms is " + p95, "milliseconds, more than 0");
    }
    return new Gates(
        part("--min-accuracy", accuracy, command),
        drop(drop, command),
        part("--min-agreement", agreement, command),
        p95 == null ? OptionalDouble.empty() : OptionalDouble.of(p95));
  }

  /** A drop, of which 1 would be all: who writes so means a percent. */
  static OptionalDouble drop(@Nullable String word, Subcommand command) {
    OptionalDouble part = part("--max-drop", word, command);
    if (word != null && part.orElse(0) == 1 && !word.strip().endsWith("%")) {
      throw command.usage(
          "--max-drop is " + word + ", a drop of 100 points, which allows everything",
          "1% for one point, or 100%");
    }
    return part;
  }

  /** A part of 1, written so or in percent. */
  static OptionalDouble part(String option, @Nullable String word, Subcommand command) {
    if (word == null) {
      return OptionalDouble.empty();
    }
    String text = word.strip();
    boolean percent = text.endsWith("%");
    try {
      BigDecimal number =
          new BigDecimal(percent ? text.substring(0, text.length() - 1).strip() : text);
      // In decimals: 95.2 / 100 in binary is more than 0.952.
      double part = (percent ? number.scaleByPowerOfTen(-2) : number).doubleValue();
      if (part >= 0 && part <= 1) {
        return OptionalDouble.of(part);
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // It is no number, or one beyond all bounds: said below.
    }
    throw command.usage(option + " is " + word, "a part of 1, as 0.995, or percent, as 99.5%");
  }
}
