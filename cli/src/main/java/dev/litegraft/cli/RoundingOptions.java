package dev.litegraft.cli;

import dev.litegraft.ConversionOptions;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.calibration.Calibration;
import dev.litegraft.lab.calibration.CalibrationTexts;
import dev.litegraft.lab.calibration.Rounding;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.RecipeFile;
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
  private @Nullable String method;

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
   * @param note that the texts are too few; else absent
   */
  record Calibrated(ConversionOptions options, Optional<Calibration> seen, Optional<String> note)
      implements AutoCloseable {
    @Override
    public void close() {
      seen.ifPresent(Calibration::close);
    }
  }

  /** The file of texts, if there is one. */
  Optional<Path> data() {
    return Optional.ofNullable(texts);
  }

  /**
   * What is to be read: all that can be told of it before a model is downloaded or converted.
   *
   * @param rounding the method
   * @param texts none where nothing is read
   */
  record Reading(Rounding rounding, Optional<CalibrationTexts> texts) {
    /**
     * Options that can be checked with a folder before texts are read: what is rounded is known.
     */
    ConversionOptions unread(ConversionOptions options) {
      return options.recipe().needsRanges()
          ? options
          : options.withRecipe(rounding.unread(options.recipe()));
    }

    /**
     * Reads the texts, if there are any.
     *
     * @throws dev.litegraft.error.InvalidInputException if the checkpoint reads none of them
     */
    Calibrated calibrated(Path folder, ConversionOptions options, int threads, Notes notes)
        throws IOException {
      if (texts.isEmpty()) {
        return new Calibrated(
            options.withRecipe(rounding.withoutTexts(options.recipe())),
            Optional.empty(),
            Optional.empty());
      }
      boolean isStatic = options.recipe().needsRanges();
      Rounding method = isStatic ? Rounding.SMOOTH : rounding;
      try (ProgressBar bar = notes.progress("calibrating")) {
        Calibration seen = Calibration.of(folder, options, texts.get(), method, threads, bar::at);
        try {
          return new Calibrated(
              isStatic
                  ? seen.staticInt8(folder, options, threads, bar::at)
                  : options.withRecipe(seen.applied(options.recipe(), rounding)),
              Optional.of(seen),
              seen.shortage(method));
        } catch (RuntimeException | IOException e) {
          seen.close();
          throw e;
        }
      }
    }
  }

  /**
   * What is to be read for a recipe.
   *
   * @param recipeFile where the recipe is from, which may say how it is rounded
   * @throws dev.litegraft.error.InvalidInputException if method or texts cannot be used
   */
  Reading reading(ConversionOptions options, @Nullable Path recipeFile, Subcommand command)
      throws IOException {
    Optional<Rounding> named = Optional.ofNullable(method).map(Rounding::of);
    Optional<Rounding> ofFile =
        recipeFile == null
            ? Optional.empty()
            : RecipeFile.open(recipeFile).rounding().map(Rounding::of);
    if (named.isPresent() && ofFile.isPresent()) {
      throw command.usage(
          "--rounding is given, and the recipe's file has a rounding, too",
          "one of them: take it out of " + recipeFile + ", or leave --rounding out");
    }
    Rounding rounding = named.or(() -> ofFile).orElse(Rounding.PLAIN);
    boolean isStatic = options.recipe().needsRanges();
    if (isStatic && (rounding == Rounding.GPTQ || rounding == Rounding.MSE)) {
      throw new InvalidRequestException(
          "--rounding "
              + rounding.word()
              + " is not for the recipe static_wi8_ai8, whose inputs are evened out",
          ofFile.isPresent() ? String.valueOf(recipeFile) : "--rounding",
          ofFile.isPresent() ? "take \"rounding\" out of the file" : "leave it out");
    }
    if (isStatic) {
      Calibration.length(options);
    } else {
      requireAny(rounding, options.recipe(), ofFile.isPresent() ? recipeFile : null);
    }
    if (rounding.readsTexts() || isStatic) {
      return new Reading(
          rounding,
          Optional.of(texts == null ? CalibrationTexts.builtIn() : CalibrationTexts.of(texts)));
    }
    if (texts != null) {
      throw new InvalidRequestException(
          "--calibrate has texts, and --rounding " + rounding.word() + " reads none",
          texts.toString(),
          "leave it out, or add --rounding gptq");
    }
    return new Reading(rounding, Optional.empty());
  }

  private static void requireAny(Rounding rounding, Recipe recipe, @Nullable Path recipeFile) {
    try {
      rounding.requireAny(recipe);
    } catch (InvalidRequestException e) {
      throw recipeFile == null ? e : RecipeFile.roundsNothing(e, recipeFile);
    }
  }
}
