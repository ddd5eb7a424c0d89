package dev.litegraft.cli;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.OutputPlace;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.client.Client;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.Shell;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.lab.calibration.Calibration;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.expected.ExpectedCheck;
import dev.litegraft.lab.expected.ExpectedReport;
import dev.litegraft.lab.verification.Verification;
import dev.litegraft.lab.verification.VerifiedConversion;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.RecipeFile;
import dev.litegraft.tensor.DType;
import dev.litegraft.tflite.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a .tflite file of a checkpoint. */
@Command(name = "convert", description = "Convert a Hugging Face checkpoint to a .tflite file.")
final class ConvertCommand extends Subcommand {
  /** The input types, as people call them. */
  enum InputType {
    INT32(DType.I32),
    INT64(DType.I64);

    private final DType dtype;

    InputType(DType dtype) {
      this.dtype = dtype;
    }
  }

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

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description =
          "How weights are stored: int8 (default; in full dynamic_wi8_afp32), f32, f16,"
              + " weight_only_wi8_afp32, dynamic_wi8t_afp32, int4 (dynamic_wi4_afp32),"
              + " dynamic_wi4_afp32_b32, dynamic_wi4_afp32_b64, or static_wi8_ai8 (calibrated, one"
              + " length).")
  private @Nullable String recipe;

  @Option(
      names = "--recipe-file",
      paramLabel = "FILE",
      description =
          "How weights are stored, matrix by matrix: a JSON file of rules, in place of --recipe.")
  private @Nullable Path recipeFile;

  @Option(
      names = "--keep-float",
      paramLabel = "PATTERN",
      description =
          "Matrices that stay in f32, by the path of their module: 'score|model.layers.0.*'.")
  private @Nullable String keepFloat;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "The longest text in tokens; default: the smallest of 512, the tokenizer's and the"
              + " model's limit.")
  private @Nullable Integer maxLength;

  @Option(
      names = "--length",
      paramLabel = "LENGTHS",
      description =
          "dynamic (default), or static lengths with a signature each: 128, or 16,32,128.")
  private @Nullable String length;

  @Option(
      names = "--batch",
      paramLabel = "TEXTS",
      description =
          "A further signature that takes so many texts of one length at once, 2 to 64, for"
              + " classify --file and programs with many texts: 5 or 8 answer short ones in half"
              + " the time with a large model. Default: none.")
  private @Nullable Integer batch;

  @Option(
      names = "--for",
      paramLabel = "CLIENT",
      description =
          "The program that the file is for: web (LiteRT.js), android (tensorflow-lite 2.16),"
              + " android-litert, mediapipe (one length, probabilities inside, its own tokens) or"
              + " litertlm (embedders, a .litertlm bundle). It sets lengths and recipe; a file that"
              + " would not run there is not made.")
  private @Nullable String client;

  @Option(
      names = "--signature-names",
      paramLabel = "STYLE",
      description =
          "How inputs are called: hf (default; input_ids, attention_mask) or positional (args_0,"
              + " args_1).")
  private SignatureNames signatureNames = ConversionOptions.defaults().signatureNames();

  @Option(
      names = "--input-type",
      paramLabel = "TYPE",
      description = "Type of ids and masks: int32 (default) or int64.")
  private InputType inputType = InputType.INT32;

  @Option(
      names = "--qkv",
      paramLabel = "LAYOUT",
      description = "Query, key and value projections: split (default, faster) or fused.")
  private Qkv qkv = ConversionOptions.defaults().qkv();

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
    if (maxLength != null && maxLength < 1) {
      throw usage("--max-length is " + maxLength, "a number of tokens, 1 or more");
    }
    if (dimensions != null && dimensions < 1) {
      throw usage("--dimensions is " + dimensions, "a number from 1 on");
    }
    hub.requireTokenIsUsed(given, adapterGiven, this);
    if (confidence.isFormAlone()) {
      throw usage(
          "--confidence-form without --confidence, whose rows it is fitted to",
          "add --confidence rows.tsv, or leave it out");
    }
    if (confidence.data().isPresent() && client().equals(Optional.of(Client.MEDIAPIPE))) {
      throw usage(
          "--confidence and --for mediapipe are both given",
          "one of them: for MediaPipe the probabilities are made inside of the graph");
    }
    if (confidence.data().isPresent() && options().confidence().isPresent()) {
      throw usage(
          "--confidence is given, and the recipe's file has a confidence, too",
          "one of them: take it out of " + recipeFile + ", or leave --confidence out");
    }
    options(); // A fault of who typed it is told before anything is downloaded.
    OutputPlace.require(
        output(),
        Stream.of(
                recipeFile, expected, confidence.data().orElse(null), rounding.data().orElse(null))
            .filter(Objects::nonNull)
            .toList());
    AtomicFile.requireWritable(output());
    RoundingOptions.Reading read = rounding.reading(options(), recipeFile, this);
    confidence.requireRows();
    adapter = HubOptions.adapter(adapterGiven, hub, this).orElse(null);
    ConversionOptions options = options();
    HubOptions.Found found = hub.find(given, this, preview -> check(preview, options));
    folder = found.path();
    if (read.texts().isPresent() || confidence.data().isPresent()) {
      check(folder, options);
    }
    Optional<ExpectedReport> met = asExpected();
    try (RoundingOptions.Calibrated calibrated =
        read.calibrated(folder, options, common().threads(), notes())) {
      return converted(calibrated.options(), found, met);
    }
  }

  /** What can be told before texts are read or weights downloaded. */
  private void check(Path checkpoint, ConversionOptions options) throws IOException {
    Converter.of(checkpoint).withOptions(Calibration.unread(options)).check();
    confidence.check(checkpoint, options);
  }

  private int converted(
      ConversionOptions options, HubOptions.Found found, Optional<ExpectedReport> met)
      throws IOException {
    Optional<ConfidenceFit> fit = confidence.fit(folder, options, common().threads());
    VerifiedConversion made =
        converted(fit.isPresent() ? options.withConfidence(fit.get().confidence()) : options);
    if (common().json()) {
      out().line(ConversionSummary.json(made, fit, found));
    } else if (!common().quiet()) {
      ConversionSummary.print(made, found, out());
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
    ConversionOptions options =
        new ConversionOptions(
            recipe(),
            maxLength == null ? OptionalInt.empty() : OptionalInt.of(maxLength),
            lengths(),
            signatureNames,
            inputType.dtype,
            qkv,
            Optional.ofNullable(pooling),
            normalize,
            Optional.ofNullable(adapter),
            Optional.ofNullable(readAs),
            dimensions == null ? OptionalInt.empty() : OptionalInt.of(dimensions),
            Optional.ofNullable(reranker),
            Optional.ofNullable(task),
            Optional.empty(),
            client(),
            batch());
    return recipeFile == null ? options : options.withConfidenceOf(recipeFile);
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

  private Recipe recipe() throws IOException {
    if (recipe != null && recipeFile != null) {
      throw usage("--recipe and --recipe-file are both given", "one of them");
    }
    Recipe named = recipeFile == null ? named() : RecipeFile.open(recipeFile).recipe();
    try {
      return keepFloat == null ? named : named.keepingFloat(keepFloat);
    } catch (InvalidInputException e) {
      throw usage(e.what(), e.remedy());
    }
  }

  private Recipe named() {
    try {
      ConversionOptions defaults = ConversionOptions.defaults();
      return recipe == null
          ? client().map(defaults::withClient).orElse(defaults).recipe()
          : Recipe.of(recipe);
    } catch (InvalidInputException e) {
      throw usage(e.what(), e.remedy());
    }
  }

  private Optional<Client> client() {
    if (client == null) {
      return Optional.empty();
    }
    Optional<Client> known = Client.of(client);
    if (known.isEmpty()) {
      throw usage("--for is \"" + client + "\"", "one of: " + Client.ids());
    }
    return known;
  }

  private int batch() {
    if (batch == null) {
      return 1;
    }
    if (batch < 2 || batch > ConversionOptions.MOST_TEXTS) {
      throw usage(
          "--batch is " + batch, "2 to " + ConversionOptions.MOST_TEXTS + ": 5 or 8 do well");
    }
    return batch;
  }

  private List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>();
    if (length != null && length.equals("dynamic") && client != null) {
      throw usage(
          "--length dynamic and --for " + client + " are both given",
          "one of them: for a client a file has static lengths, 16,32,64 …");
    }
    if (length != null && !length.equals("dynamic")) {
      for (String number : length.split(",", -1)) {
        try {
          lengths.add(Integer.parseUnsignedInt(number.strip()));
        } catch (NumberFormatException e) {
          lengths.add(0);
        }
      }
      if (lengths.stream().anyMatch(tokens -> tokens < 1)) {
        throw usage(
            "--length is \"" + length + "\"", "dynamic, or numbers of tokens: 128, or 16,32,128");
      }
    }
    return lengths;
  }
}
