package dev.litegraft.cli;

import dev.litegraft.ConversionOptions;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.calibration.Calibration;
import dev.litegraft.lab.calibration.CalibrationTexts;
import dev.litegraft.lab.calibration.Rounding;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the numbers of matrices are rounded, and by which texts. */
final class RoundingOptions {
  @Option(
      names = "--rounding",
      paramLabel = "METHOD",
      description =
          "How numbers are rounded: plain (default), mse (int4: scales with the least squared"
              + " error), smooth (int8: large activations are divided"
              + " before) or gptq (int8 and int4: a row makes good what its numbers lose).")
  private String method = Rounding.PLAIN.word();

  @Option(
      names = "--calibrate",
      paramLabel = "F",
      description =
          "Texts by which smooth, gptq and static_wi8_ai8 round: .txt with a text a line, or .tsv,"
              + " .csv, .jsonl with a column text (and pair); default: built-in ones.")
  private @Nullable Path texts;

  /**
   * Options whose recipe rounds by what was seen.
   *
   * @param seen what the recipe reads while it converts
   */
  record Calibrated(ConversionOptions options, Optional<Calibration> seen)
      implements AutoCloseable {
    @Override
    public void close() {
      seen.ifPresent(Calibration::close);
    }
  }

  /** The name that was given. */
  String method() {
    return method;
  }

  /** The file of texts, if there is one. */
  Optional<Path> data() {
    return Optional.ofNullable(texts);
  }

  /** The options as far as they can be checked before texts were read. */
  static ConversionOptions unread(ConversionOptions options) {
    return options.recipe().needsRanges() ? options.withRecipe(Recipe.DYNAMIC_WI8_AFP32) : options;
  }

  /**
   * Reads the texts, if the method asks for it.
   *
   * @throws dev.litegraft.error.InvalidInputException if method or texts cannot be used
   */
  Calibrated calibrated(Path folder, ConversionOptions options, int threads, Notes notes)
      throws IOException {
    Rounding rounding = Rounding.of(method);
    boolean isStatic = options.recipe().needsRanges();
    if (isStatic && (rounding == Rounding.GPTQ || rounding == Rounding.MSE)) {
      throw new InvalidRequestException(
          "--rounding "
              + rounding.word()
              + " is not for the recipe static_wi8_ai8, whose inputs are evened out",
          "--rounding",
          "leave it out");
    }
    if (!rounding.readsTexts() && !isStatic) {
      if (texts != null) {
        throw new InvalidRequestException(
            "--calibrate has texts, and --rounding " + rounding.word() + " reads none",
            texts.toString(),
            "leave it out, or add --rounding gptq");
      }
      return new Calibrated(
          options.withRecipe(rounding.withoutTexts(options.recipe())), Optional.empty());
    }
    CalibrationTexts read = texts == null ? CalibrationTexts.builtIn() : CalibrationTexts.of(texts);
    try (ProgressBar bar = notes.progress("calibrating")) {
      Calibration seen =
          Calibration.of(
              folder, options, read, isStatic ? Rounding.SMOOTH : rounding, threads, bar::at);
      try {
        return new Calibrated(
            isStatic
                ? seen.staticInt8(folder, options, threads, bar::at)
                : options.withRecipe(seen.applied(options.recipe(), rounding)),
            Optional.of(seen));
      } catch (RuntimeException | IOException e) {
        seen.close();
        throw e;
      }
    }
  }
}
