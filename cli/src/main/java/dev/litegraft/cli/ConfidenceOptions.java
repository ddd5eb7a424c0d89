package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.Columns;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a file's probabilities are fitted to known labels. */
final class ConfidenceOptions {
  @Option(
      names = "--confidence",
      paramLabel = "F",
      description =
          "Fit the file's probabilities to rows with known labels (.tsv, .csv or .jsonl; columns text,"
              + " pair, label). Logits stay as they are.")
  private @Nullable Path rows;

  @Option(
      names = "--confidence-form",
      paramLabel = "FORM",
      description =
          "What is fitted: temperature (default; changes no label) or bias (a number a label, too)."
              + " Labels that are each right or not get a threshold each.")
  private ConfidenceFit.@Nullable Form form;

  /** The file with the rows, if there is one. */
  Optional<Path> data() {
    return Optional.ofNullable(rows);
  }

  /** Whether a form is given, and nothing that is fitted. */
  boolean isFormAlone() {
    return form != null && rows == null;
  }

  /**
   * Whether the rows can be opened, before anything is downloaded.
   *
   * @throws dev.litegraft.error.InvalidInputException if not
   */
  void requireRows() throws IOException {
    if (rows != null) {
      DataFile.of(rows);
    }
  }

  /**
   * Reads the rows for a folder, before it is converted.
   *
   * @throws dev.litegraft.error.InvalidInputException if the rows cannot be used
   */
  void check(Path folder, ConversionOptions options) throws IOException {
    if (rows != null) {
      ConfidenceFit.check(folder, options, DataFile.of(rows), Columns.usual(), form());
    }
  }

  private ConfidenceFit.Form form() {
    return form == null ? ConfidenceFit.Form.TEMPERATURE : form;
  }

  /**
   * The fit of a file that is converted for it, and deleted; absent where none is asked for.
   *
   * @throws dev.litegraft.error.InvalidInputException if the rows cannot be used
   */
  Optional<ConfidenceFit> fit(Path folder, ConversionOptions options, int threads)
      throws IOException {
    if (rows == null) {
      return Optional.empty();
    }
    DataFile data = DataFile.of(rows);
    try (TemporaryFolder workspace = TemporaryFolder.of("confidence")) {
      Path file = workspace.resolve("unfitted.tflite");
      Converter.of(folder).withOptions(options).withThreads(threads).convert(file);
      return Optional.of(
          ConfidenceFit.of(
              file, data, Columns.usual(), form(), RuntimeOptions.defaults().withThreads(threads)));
    }
  }

  /** What it was and what it is, in a sentence. */
  static String shown(ConfidenceFit fit) {
    return "temperature "
        + number(fit.confidence().temperature())
        + (fit.confidence().bias().isEmpty() ? "" : ", bias " + fit.confidence().bias())
        + (fit.confidence().thresholds().isEmpty()
            ? ""
            : ", thresholds " + fit.confidence().thresholds())
        + ", of "
        + fit.rows()
        + " rows; on "
        + fit.after().rows()
        + " others log loss "
        + number(fit.before().logLoss())
        + " -> "
        + number(fit.after().logLoss())
        + (Double.isNaN(fit.after().calibrationError())
            ? ", micro-F1 "
            : ", calibration error "
                + number(fit.before().calibrationError())
                + " -> "
                + number(fit.after().calibrationError())
                + ", accuracy ")
        + number(fit.before().accuracy())
        + " -> "
        + number(fit.after().accuracy())
        + (fit.isEnd()
            ? "; this temperature is the end of what is searched, and the rows do not determine it"
            : "")
        + fit.notes().stream().map(note -> "; " + note).collect(Collectors.joining());
  }

  static void write(ConfidenceFit fit, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("confidence");
    json.writeNumberField("temperature", fit.confidence().temperature());
    json.writeArrayFieldStart("bias");
    for (double bias : fit.confidence().bias()) {
      json.writeNumber(bias);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("thresholds");
    for (double threshold : fit.confidence().thresholds()) {
      json.writeNumber(threshold);
    }
    json.writeEndArray();
    json.writeNumberField("rows", fit.rows());
    json.writeArrayFieldStart("notes");
    for (String note : fit.notes()) {
      json.writeString(note);
    }
    json.writeEndArray();
    write("before", fit.before(), json);
    write("after", fit.after(), json);
    json.writeEndObject();
  }

  private static void write(String name, ConfidenceFit.Quality quality, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("rows", quality.rows());
    json.writeNumberField("log_loss", quality.logLoss());
    if (!Double.isNaN(quality.calibrationError())) {
      json.writeNumberField("ece", quality.calibrationError());
    }
    json.writeNumberField("accuracy", quality.accuracy());
    json.writeEndObject();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
