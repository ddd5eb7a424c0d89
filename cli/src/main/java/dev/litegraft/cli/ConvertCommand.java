package dev.litegraft.cli;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.OutputPlace;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.client.Client;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.Shell;
import dev.litegraft.facts.Pooling;
import dev.litegraft.lab.calibration.Calibration;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.expected.ExpectedCheck;
import dev.litegraft.lab.expected.ExpectedReport;
import dev.litegraft.lab.verification.Verification;
import dev.litegraft.lab.verification.VerifiedConversion;
import dev.litegraft.tflite.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a .tflite file of a checkpoint. */
@Command(name = "convert", description = "Convert a Hugging Face checkpoint to a .tflite file.")
final class ConvertCommand extends Subcommand {
  @Parameters(
      paramLabel = "DIR",
      description =
          "The checkpoint: a folder with config.json and *.safetensors, or a model on the Hub by"
              + " its name, org/name.")
  private String given;

  @Mixin private HubOptions hub;

  private Path folder = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  private String outputName;

  @Mixin private RecipeOptions recipes;

  @Mixin private LayoutOptions layout;

  @Option(
      names = "--pooling",
      paramLabel = "KIND",
      description =
          "Embeddings: how the tokens' vectors become one: mean, cls, max, last,"
              + " mean_sqrt_len or weightedmean; default: as the checkpoint says, else mean.")
  private @Nullable Pooling pooling;

  @Option(names = "--normalize", description = "Embeddings: give every vector length 1.")
  private boolean normalize;

  @Option(
      names = "--no-verify",
      description =
          "Leave the file without comparing its answers with the checkpoint's. Otherwise a float"
              + " file that differs is not left.")
  private boolean noVerify;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "A LoRA adapter to merge: a folder that PEFT's save_pretrained wrote, or its name on the"
              + " Hub.")
  private @Nullable String adapterGiven;

  private @Nullable Path adapter;

  @Option(
      names = "--as",
      paramLabel = "USE",
      description =
          "What the folder is read as, where it says nothing or something else: classifier or"
              + " embedder.")
  private @Nullable ReadAs readAs;

  @Option(
      names = "--dimensions",
      paramLabel = "N",
      description =
          "Embeddings: keep only the first N numbers of each vector, of models that were trained"
              + " for it (matryoshka); with --normalize they get length 1 then.")
  private @Nullable Integer dimensions;

  @Option(
      names = "--reranker",
      paramLabel = "NAME",
      description =
          "How a causal language model is asked for a score: qwen3, mxbai, bge-gemma, or a JSON"
              + " file of a template of your own.")
  private @Nullable String reranker;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "Of a model with weights for several tasks (jina-embeddings-v3), the one that is wanted.")
  private @Nullable String task;

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description =
          "What the original answered, recorded by the script that `litegraft expect` prints: a"
              + " folder that we read otherwise is not converted (exit 4).")
  private @Nullable Path expected;

  @Mixin private ConfidenceOptions confidence;

  @Mixin private RoundingOptions rounding;

  @Override
  int execute() throws IOException {
    if (dimensions != null && dimensions < 1) {
      throw usage("--dimensions is " + dimensions, "a number from 1 on");
    }
    hub.requireTokenIsUsed(given, adapterGiven, this);
    if (confidence.isFormAlone()) {
      throw usage(
          "--confidence-form without --confidence, whose rows it is fitted to",
          "add --confidence rows.tsv, or leave it out");
    }
    if (confidence.data().isPresent()
        && layout.client(this).equals(Optional.of(Client.MEDIAPIPE))) {
      throw usage(
          "--confidence and --for mediapipe are both given",
          "one of them: for MediaPipe the probabilities are made inside of the graph");
    }
    if (confidence.data().isPresent() && options().confidence().isPresent()) {
      throw usage(
          "--confidence is given, and the recipe's file has a confidence, too",
          "one of them: take it out of "
              + recipes.file().orElseThrow()
              + ", or leave --confidence out");
    }
    // A fault of who typed it is told before anything is downloaded.
    requirePossible(options());
    OutputPlace.require(
        output(),
        Stream.of(recipes.file(), Optional.ofNullable(expected), confidence.data(), rounding.data())
            .flatMap(Optional::stream)
            .toList());
    AtomicFile.requireWritable(output());
    RoundingOptions.Reading read = rounding.reading(options(), recipes.file().orElse(null), this);
    confidence.requireRows();
    adapter = HubOptions.adapter(adapterGiven, hub, this).orElse(null);
    ConversionOptions options = options();
    HubOptions.Found found = hub.find(given, this, preview -> check(preview, options));
    folder = found.path();
    if (read.texts().isPresent() || confidence.data().isPresent()) {
      check(folder, read.unread(options));
    }
    Optional<ExpectedReport> met = asExpected();
    try (RoundingOptions.Calibrated calibrated =
        read.calibrated(folder, options, common().threads(), notes())) {
      return converted(calibrated, found, met);
    }
  }

  private void requirePossible(ConversionOptions options) {
    try {
      options.requirePossible();
    } catch (InvalidRequestException e) {
      throw usage(e.what(), e.remedy());
    }
  }

  /** What can be told before texts are read or weights downloaded. */
  private void check(Path checkpoint, ConversionOptions options) throws IOException {
    Converter.of(checkpoint).withOptions(Calibration.unread(options)).check();
    confidence.check(checkpoint, options);
  }

  private int converted(
      RoundingOptions.Calibrated calibrated, HubOptions.Found found, Optional<ExpectedReport> met)
      throws IOException {
    ConversionOptions options = calibrated.options();
    Optional<ConfidenceFit> fit = confidence.fit(folder, options, common().threads());
    VerifiedConversion made =
        converted(fit.isPresent() ? options.withConfidence(fit.get().confidence()) : options);
    if (common().json()) {
      out().line(ConversionSummary.json(made, calibrated.note(), fit, found));
    } else if (!common().quiet()) {
      ConversionSummary.print(made, calibrated.note(), found, out());
      if (fit.isPresent()) {
        out().line("confidence: " + ConfidenceOptions.shown(fit.get()));
      }
      if (met.isPresent()) {
        out().line("proven:     " + met.get().verdict());
      }
    }
    return ExitCode.DONE;
  }

  private ConversionOptions options() throws IOException {
    ConversionOptions laidOut = layout.options(this);
    ConversionOptions options =
        laidOut.withRecipe(recipes.recipe(laidOut.recipe(), this)).withNormalize(normalize);
    options = with(options, pooling, ConversionOptions::withPooling);
    options = with(options, adapter, ConversionOptions::withAdapter);
    options = with(options, readAs, ConversionOptions::withReadAs);
    options = with(options, dimensions, ConversionOptions::withDimensions);
    options = with(options, reranker, ConversionOptions::withReranker);
    options = with(options, task, ConversionOptions::withTask);
    return recipes.file().isPresent() ? options.withConfidenceOf(recipes.file().get()) : options;
  }

  private static <T> ConversionOptions with(
      ConversionOptions options,
      @Nullable T value,
      BiFunction<ConversionOptions, T, ConversionOptions> setting) {
    return value == null ? options : setting.apply(options, value);
  }

  /** A path forgets the slash that says: a folder. */
  private Path output() {
    if (outputName.endsWith("/") || outputName.endsWith(File.separator)) {
      throw new InvalidInputException(
          "the output is a folder, and it must be a file",
          outputName,
          "name a file in it: " + Shell.word(outputName + "model.tflite"));
    }
    return Path.of(outputName);
  }

  /** Compared before anything is written: a folder that is read wrongly makes no right file. */
  private Optional<ExpectedReport> asExpected() throws IOException {
    if (expected == null) {
      return Optional.empty();
    }
    ExpectedReport report =
        ExpectedCheck.of(folder, expected)
            .with(Optional.ofNullable(adapter), Optional.ofNullable(readAs))
            .withTask(Optional.ofNullable(task))
            .withThreads(common().threads())
            .run();
    if (!report.match()) {
      throw ExpectedView.fault(report, asked(expected));
    }
    return Optional.of(report);
  }

  /** {@code diagnose} about the same reading. */
  private String asked(Path answers) {
    StringBuilder line = new StringBuilder("litegraft diagnose ");
    line.append(Shell.word(folder.toString()));
    line.append(" --expected ").append(Shell.word(answers.toString()));
    if (adapter != null) {
      line.append(" --adapter ").append(Shell.word(adapter.toString()));
    }
    if (readAs != null) {
      line.append(" --as ").append(readAs.toString().toLowerCase(Locale.ROOT));
    }
    if (task != null) {
      line.append(" --task ").append(Shell.word(task));
    }
    return line.toString();
  }

  private VerifiedConversion converted(ConversionOptions options) throws IOException {
    Path output = output();
    try (ProgressBar converting = notes().progress("converting");
        ProgressBar verifying = notes().progress("verifying")) {
      Converter converter =
          Converter.of(folder)
              .withOptions(options)
              .withProgress(converting::at)
              .withThreads(common().threads());
      if (noVerify) {
        return new VerifiedConversion(
            converter.convert(output), Optional.empty(), Optional.empty());
      }
      Verification verification =
          Verification.of(folder, output)
              .withAdapter(Optional.ofNullable(adapter))
              .readingAs(Optional.ofNullable(readAs))
              .withTask(Optional.ofNullable(task))
              .asBrief()
              .withThreads(common().threads())
              .withProgress(verifying::at);
      return VerifiedConversion.convert(converter, verification, output);
    }
  }
}
