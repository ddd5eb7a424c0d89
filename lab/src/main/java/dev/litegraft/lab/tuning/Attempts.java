package dev.litegraft.lab.tuning;

import dev.litegraft.ConversionOptions;
import dev.litegraft.ConversionReport;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.calibration.Calibration;
import dev.litegraft.lab.calibration.CalibrationTexts;
import dev.litegraft.lab.calibration.Rounding;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.Comparison;
import dev.litegraft.lab.evaluation.EvaluationReport;
import dev.litegraft.lab.evaluation.FileReport;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Files that were made of a checkpoint, and compared with f32 on the rows of the choice. */
final class Attempts implements AutoCloseable {
  private final Tuning asked;
  private final DataFile choosing;
  private final Path workspace;
  private final Path reference;
  private final Matrices matrices;
  private final List<Kind> kinds;
  private final Map<Mix, Tried> tried = new LinkedHashMap<>();
  private @Nullable Calibration seen;
  private int rows;

  /**
   * Converts to f32.
   *
   * @param choosing the rows of the choice
   * @param workspace for files that are tried
   */
  Attempts(Tuning asked, DataFile choosing, Path workspace) throws IOException {
    this.asked = asked;
    this.choosing = choosing;
    this.workspace = workspace;
    this.reference = workspace.resolve("f32.tflite");
    this.matrices = new Matrices();
    convert(ConversionOptions.defaults().withRecipe(matrices.recipe()), reference);
    this.kinds = Kind.of(matrices.paths());
  }

  /**
   * The kinds of modules that a mix can store in its better form; not those that it stores so
   * already, as int4 does tables.
   */
  List<Kind> kinds(Mix coarse) throws IOException {
    List<Kind> changing = new ArrayList<>();
    for (Kind kind : kinds) {
      if (!matrices.areSame(
          coarse.unrounded(workspace), coarse.keeping(kind).unrounded(workspace))) {
        changing.add(kind);
      }
    }
    return changing;
  }

  /** All that was tried, in the order of the attempts. */
  Map<Mix, Tried> all() {
    return tried;
  }

  @Nullable Tried of(Mix mix) {
    return tried.get(mix);
  }

  /** How many rows there are. */
  int rows() {
    return rows;
  }

  /** The size of the smallest file that meets the bound. */
  OptionalLong smallest() {
    return tried.values().stream().filter(Tried::isMet).mapToLong(Tried::bytes).min();
  }

  /** Makes a file of the checkpoint. */
  ConversionReport convert(ConversionOptions options, Path file) throws IOException {
    return Converter.of(asked.folder())
        .withOptions(options)
        .withThreads(asked.threads())
        .convert(file);
  }

  /** How a mix is converted. */
  ConversionOptions options(Mix mix) throws IOException {
    Recipe plain = mix.unrounded(workspace);
    Recipe recipe =
        mix.rounding().readsTexts()
            ? seen().applied(plain, mix.rounding())
            : mix.rounding().withoutTexts(plain);
    return ConversionOptions.defaults().withRecipe(recipe);
  }

  /** What layers read of the built-in texts: a recipe's file can repeat it without the data. */
  private Calibration seen() throws IOException {
    if (seen == null) {
      seen =
          Calibration.of(
              asked.folder(),
              ConversionOptions.defaults(),
              CalibrationTexts.builtIn(),
              Rounding.GPTQ,
              asked.threads(),
              (done, total) -> {});
    }
    return seen;
  }

  /** Makes files and compares them. */
  void tryAll(List<Mix> mixes) throws IOException {
    List<Path> files = new ArrayList<>(List.of(reference));
    List<Mix> made = new ArrayList<>();
    for (Mix mix : mixes) {
      if (tried.containsKey(mix)) {
        continue;
      }
      Path file = workspace.resolve("tried-" + files.size() + ".tflite");
      try {
        convert(options(mix), file);
        files.add(file);
        made.add(mix);
      } catch (InvalidRequestException e) {
        tried.put(
            mix,
            new Tried(mix.shown(), 0, 0, Optional.empty(), Double.NaN, "not made: " + e.what()));
      }
    }
    if (made.isEmpty()) {
      return;
    }
    EvaluationReport report = asked.evaluation(files, choosing).run();
    rows = report.rows();
    for (int i = 0; i < made.size(); i++) {
      FileReport file = report.files().get(i + 1);
      Comparison beside = file.comparison().orElseThrow();
      tried.put(
          made.get(i),
          new Tried(
              made.get(i).shown(),
              file.bytes(),
              file.latency().median(),
              file.latency().medianInterval(),
              Optional.of(asked.bound().of(beside, report.mainMeasure())),
              damage(beside),
              ""));
      Files.delete(files.get(i + 1));
    }
  }

  private static double damage(Comparison beside) {
    Map<String, Double> numbers = beside.numbers();
    if (numbers.containsKey("kl_mean")) {
      return numbers.get("kl_mean");
    }
    return numbers.containsKey("cosine_mean")
        ? 1 - numbers.get("cosine_mean")
        : 1 - beside.agreement();
  }

  @Override
  public void close() {
    if (seen != null) {
      seen.close();
    }
  }
}
