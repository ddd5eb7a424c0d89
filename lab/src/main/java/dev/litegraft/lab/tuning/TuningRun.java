package dev.litegraft.lab.tuning;

import dev.litegraft.ConversionOptions;
import dev.litegraft.ConversionReport;
import dev.litegraft.Converter;
import dev.litegraft.OutputPlace;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.Comparison;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.evaluation.Evaluation;
import dev.litegraft.lab.evaluation.EvaluationReport;
import dev.litegraft.lab.evaluation.FileReport;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.RecipeFile;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.AtomicFile;
import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One search for a file. */
final class TuningRun {
  /** Recipes that make smaller files than int8, and whose modules may be kept in int8. */
  private static final List<Recipe> COARSE =
      List.of(Recipe.DYNAMIC_WI4_AFP32, Recipe.DYNAMIC_WI4_AFP32_B64, Recipe.DYNAMIC_WI4_AFP32_B32);

  private static final List<Recipe> FINE =
      List.of(Recipe.DYNAMIC_WI8_AFP32, Recipe.WEIGHT_ONLY_WI8_AFP32, Recipe.F16);

  /** Kinds of modules that are stored better at most, one after the other. */
  private static final int MOST_KEPT = 4;

  private final Tuning asked;
  private final DataFile choosing;
  private final DataFile judging;
  private final Map<Mix, Tried> tried = new LinkedHashMap<>();
  private Path workspace = Path.of("");
  private int rows;

  TuningRun(Tuning asked) throws IOException {
    this.asked = asked;
    check(asked.data());
    String column = asked.columns().dividing(asked.data());
    this.choosing = half(asked.data(), column, 0);
    this.judging = half(asked.data(), column, 1);
    check(choosing);
    check(judging);
  }

  /** What the data lack is told before the first of many files is made. */
  private void check(DataFile data) throws IOException {
    evaluation(List.of(asked.folder()), data)
        .withGates(asked.bound().gates())
        .check(asked.folder());
  }

  private static DataFile half(DataFile data, String column, int which) throws IOException {
    DataFile half = data.half(column, which);
    try (var rows = half.open()) {
      if (rows.next() == null) {
        throw new InvalidInputException(
            "the rows cannot be divided into those that choose and those that judge",
            data.path().toString(),
            "give more rows; their texts differ, and a hash of them divides them");
      }
    }
    return half;
  }

  TuningReport run(Path target) throws IOException {
    Path recipeFile = beside(target);
    List<Path> read = List.of(asked.folder(), asked.data().path());
    OutputPlace.require(target, read);
    OutputPlace.require(recipeFile, read);
    requireRecipe(recipeFile);
    try (TemporaryFolder folder = TemporaryFolder.of("tuning")) {
      workspace = folder.path();
      Path reference = workspace.resolve("f32.tflite");
      ConversionReport original = convert(Recipe.DYNAMIC_WI8_AFP32.keepingFloat("*"), reference);
      List<Kind> kinds = Kind.of(original.keptInFloat());
      tryAll(reference, Stream.concat(COARSE.stream(), FINE.stream()).map(Mix::of).toList());
      for (Recipe recipe : COARSE) {
        refine(reference, Mix.of(recipe), kinds);
      }
      // Fast is int8 but for what hurts most; small, where no int8 is near enough, what is not f16.
      refine(
          reference,
          Mix.of(asked.speed() ? Recipe.DYNAMIC_WI8_AFP32 : Recipe.WEIGHT_ONLY_WI8_AFP32),
          kinds);
      Mix chosen = chosen();
      tried.computeIfPresent(chosen, (mix, one) -> one.with("chosen"));
      Files.delete(reference); // judged beside the folder, by its name
      return written(chosen, target);
    }
  }

  private ConversionReport convert(Recipe recipe, Path file) throws IOException {
    return convert(ConversionOptions.defaults().withRecipe(recipe), file);
  }

  private ConversionReport convert(ConversionOptions options, Path file) throws IOException {
    return Converter.of(asked.folder())
        .withOptions(options)
        .withThreads(asked.threads())
        .convert(file);
  }

  /** Makes files and compares them with f32 on the rows of the choice. */
  private void tryAll(Path reference, List<Mix> mixes) throws IOException {
    List<Path> files = new ArrayList<>(List.of(reference));
    List<Mix> made = new ArrayList<>();
    for (Mix mix : mixes) {
      Path file = workspace.resolve("tried-" + files.size() + ".tflite");
      try {
        convert(mix.recipe(workspace), file);
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
    EvaluationReport report = evaluation(files, choosing).run();
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

  private Evaluation evaluation(List<Path> files, DataFile data) {
    return Evaluation.of(files, data)
        .withColumns(asked.columns())
        .withThreads(asked.threads())
        .withProgress(asked.progress());
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

  /**
   * Of a recipe that misses the bound, the kinds that hurt most are stored better: int4 in int8,
   * int8 so that it is computed with in f32, and what is so already in f16.
   */
  private void refine(Path reference, Mix coarse, List<Kind> kinds) throws IOException {
    Tried plain = tried.get(coarse);
    if (plain == null || plain.reached().isEmpty() || plain.isMet() || isHopeless(plain)) {
      return;
    }
    List<Mix> singles = kinds.stream().map(coarse::keeping).toList();
    tryAll(reference, singles);
    List<Kind> byGain =
        kinds.stream()
            .filter(kind -> gain(plain, tried.get(coarse.keeping(kind))) > 0)
            .sorted(
                Comparator.comparingDouble(
                        (Kind kind) -> gain(plain, tried.get(coarse.keeping(kind))))
                    .reversed())
            .limit(MOST_KEPT)
            .toList();
    Mix mix = coarse;
    for (Kind kind : byGain) {
      mix = mix.keeping(kind);
      if (!tried.containsKey(mix)) {
        tryAll(reference, List.of(mix));
      }
      Tried now = tried.get(mix);
      if (now != null && now.isMet()) {
        return;
      }
    }
  }

  /** Whether something that is not larger meets the bound already. */
  private boolean isHopeless(Tried plain) {
    return !asked.speed()
        && tried.values().stream().anyMatch(one -> one.isMet() && one.bytes() <= plain.bytes());
  }

  /** How much of the damage a better form takes away for each byte. */
  private static double gain(Tried plain, @Nullable Tried kept) {
    if (kept == null || kept.reached().isEmpty()) {
      return 0;
    }
    return (plain.damage() - kept.damage()) / Math.max(1, kept.bytes() - plain.bytes());
  }

  private Mix chosen() {
    Optional<Tried> fastest = fastest();
    return tried.entrySet().stream()
        .filter(one -> one.getValue().isMet())
        .filter(one -> !asked.speed() || one.getValue().isAsFastAs(fastest.orElseThrow()))
        .min(Comparator.comparingLong(one -> one.getValue().bytes()))
        .map(Map.Entry::getKey)
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "no recipe meets the bound but f32: "
                        + tried.values().stream()
                            .filter(one -> one.reached().isPresent())
                            .map(one -> one.name() + " " + one.reached().get().value())
                            .collect(Collectors.joining(", ")),
                    asked.data().path().toString(),
                    "convert with --recipe f32, or allow more"));
  }

  private Optional<Tried> fastest() {
    return tried.values().stream()
        .filter(Tried::isMet)
        .min(Comparator.comparingDouble(Tried::medianMilliseconds));
  }

  /** Why the chosen one is. */
  private String why() {
    List<Tried> met = tried.values().stream().filter(Tried::isMet).toList();
    String of = " of " + met.size() + " that meet the bound on the rows of the choice";
    if (!asked.speed()) {
      return "the smallest" + of;
    }
    List<Tried> level =
        met.stream().filter(one -> one.isAsFastAs(fastest().orElseThrow())).toList();
    return level.size() == 1
        ? "the fastest" + of
        : "the smallest of "
            + level.size()
            + " of which the calls cannot decide which is the fastest ("
            + level.stream().map(Tried::name).collect(Collectors.joining("; "))
            + "),"
            + of;
  }

  private TuningReport written(Mix chosen, Path target) throws IOException {
    ConversionOptions options = ConversionOptions.defaults().withRecipe(chosen.recipe(workspace));
    convert(options, target);
    EvaluationReport judged = evaluation(List.of(asked.folder(), target), judging).run();
    FittedConfidence confidence = fitted(target, judged);
    if (confidence.kept()) {
      // Thresholds and biases change answers, so that what stands in the file is judged again.
      convert(options.withConfidence(confidence.fit().orElseThrow().confidence()), target);
      EvaluationReport again = evaluation(List.of(asked.folder(), target), judging).run();
      if (isKept(reached(judged), reached(again))) {
        judged = again;
      } else {
        confidence =
            confidence.dropped(
                "with it the file "
                    + (asked.bound().kind() == Bound.Kind.MIN_AGREEMENT
                        ? "agrees in "
                        : "drops by ")
                    + reached(again).value()
                    + ", without it "
                    + reached(judged).value());
        convert(options, target);
      }
    }
    Optional<Confidence> kept = confidence.fitInFile();
    Path recipeFile = beside(target);
    AtomicFile.write(recipeFile, chosen.json(kept));
    return new TuningReport(
        List.copyOf(tried.values()),
        chosen.shown(),
        why(),
        asked.bound(),
        rows,
        judged,
        reached(judged),
        confidence,
        target,
        recipeFile);
  }

  private Bound.Reached reached(EvaluationReport report) {
    return asked.bound().of(report.files().get(1).comparison().orElseThrow(), report.mainMeasure());
  }

  /** A fit may not make a file miss the bound, nor meet it: it knows half of these rows. */
  private static boolean isKept(Bound.Reached without, Bound.Reached with) {
    return without.value() == with.value() || (without.met() && with.met());
  }

  /** What is fitted to rows that did not choose: a fit to those that did would flatter. */
  private FittedConfidence fitted(Path target, EvaluationReport judged) throws IOException {
    if (asked.confidence().isEmpty()) {
      return FittedConfidence.none("none was asked for");
    }
    if (judged.mainMeasure().isEmpty()) {
      return FittedConfidence.none("the data do not say what is right");
    }
    FittedConfidence first = fitted(target, asked.confidence().get());
    if (first.fit().isPresent() || asked.confidence().get() == ConfidenceFit.Form.TEMPERATURE) {
      return first;
    }
    FittedConfidence other = fitted(target, ConfidenceFit.Form.TEMPERATURE);
    return other.fit().isEmpty() ? first : other.insteadOf(first.note());
  }

  private FittedConfidence fitted(Path target, ConfidenceFit.Form form) throws IOException {
    try {
      return FittedConfidence.of(
          ConfidenceFit.of(
              target,
              judging,
              asked.columns(),
              form,
              RuntimeOptions.defaults().withThreads(asked.threads())));
    } catch (InvalidRequestException e) {
      return FittedConfidence.none(e.what());
    }
  }

  /** A recipe that stood there may be written again, and nothing else. */
  private static void requireRecipe(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try {
      RecipeFile.read(file);
    } catch (InvalidInputException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              "what stands where the recipe is to be written is no recipe, and would be lost",
              file.toString(),
              "name another output: the recipe's file is called after it");
      fault.initCause(e);
      throw fault;
    }
  }

  private static Path beside(Path target) {
    String name = String.valueOf(target.getFileName());
    String stem = name.endsWith(".tflite") ? name.substring(0, name.length() - 7) : name;
    return target.resolveSibling(stem + ".recipe.json");
  }
}
