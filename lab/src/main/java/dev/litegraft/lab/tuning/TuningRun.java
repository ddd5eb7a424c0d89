package dev.litegraft.lab.tuning;

import dev.litegraft.ConversionOptions;
import dev.litegraft.OutputPlace;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.lab.calibration.Rounding;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.evaluation.EvaluationReport;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.RecipeFile;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.AtomicFile;
import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
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

  /**
   * How recipes that miss the bound are rounded better; those that a method gains nothing on not.
   */
  private static final Map<Recipe, List<Rounding>> ROUNDINGS =
      Map.of(
          Recipe.DYNAMIC_WI4_AFP32, List.of(Rounding.MSE, Rounding.GPTQ),
          Recipe.DYNAMIC_WI4_AFP32_B64, List.of(Rounding.GPTQ),
          Recipe.DYNAMIC_WI4_AFP32_B32, List.of(Rounding.GPTQ),
          Recipe.DYNAMIC_WI8_AFP32, List.of(Rounding.SMOOTH, Rounding.GPTQ),
          Recipe.WEIGHT_ONLY_WI8_AFP32, List.of(Rounding.GPTQ));

  /** Kinds of modules that are stored better at most, one after the other. */
  private static final int MOST_KEPT = 4;

  private final Tuning asked;
  private final DataFile choosing;
  private final DataFile judging;

  TuningRun(Tuning asked) throws IOException {
    this.asked = asked;
    check(asked.data());
    String column = asked.columns().dividing(asked.data());
    this.choosing = half(asked.data(), column, 0);
    this.judging = half(asked.data(), column, 1);
    checkHalf(choosing, "that chooses");
    checkHalf(judging, "that judges");
  }

  private void checkHalf(DataFile half, String which) throws IOException {
    try {
      check(half);
    } catch (InvalidRequestException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              "the data cannot decide; of the half of the rows " + which + ": " + e.what(),
              e.where(),
              e.remedy());
      fault.initCause(e);
      throw fault;
    }
  }

  /** What the data lack is told before the first of many files is made. */
  private void check(DataFile data) throws IOException {
    asked
        .evaluation(List.of(asked.folder()), data)
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

  /**
   * Says that the file or its recipe cannot be written, before the first of many is made.
   *
   * @throws InvalidInputException if so
   */
  void requirePlaces(Path target) throws IOException {
    Path recipeFile = beside(target);
    List<Path> read = List.of(asked.folder(), asked.data().path());
    for (Path place : List.of(target, recipeFile)) {
      OutputPlace.require(place, read);
      AtomicFile.requireWritable(place);
    }
    requireRecipe(recipeFile);
  }

  TuningReport run(Path target) throws IOException {
    requirePlaces(target);
    try (TemporaryFolder folder = TemporaryFolder.of("tuning");
        Attempts attempts = new Attempts(asked, choosing, folder.path())) {
      attempts.tryAll(Stream.concat(COARSE.stream(), FINE.stream()).map(Mix::of).toList());
      for (Recipe recipe : Stream.concat(COARSE.stream(), FINE.stream()).toList()) {
        roundBetter(attempts, recipe);
      }
      for (Recipe recipe : COARSE) {
        refine(attempts, recipe);
      }
      // Fast is int8 but for what hurts most; small, where no int8 is near enough, what is not f16.
      refine(attempts, asked.speed() ? Recipe.DYNAMIC_WI8_AFP32 : Recipe.WEIGHT_ONLY_WI8_AFP32);
      Mix chosen = chosen(attempts);
      attempts.all().computeIfPresent(chosen, (mix, one) -> one.with("chosen"));
      return written(attempts, chosen, target);
    }
  }

  /** Whether a recipe misses the bound, and nothing that is not larger meets it. */
  private boolean isToImprove(Attempts attempts, Mix plain) {
    Tried one = attempts.of(plain);
    return one != null
        && one.reached().isPresent()
        && !one.isMet()
        && !isHopeless(attempts, one.bytes());
  }

  /** Whether something that is not larger meets the bound already. */
  private boolean isHopeless(Attempts attempts, long bytes) {
    return !asked.speed() && attempts.smallest().orElse(Long.MAX_VALUE) <= bytes;
  }

  private static List<Mix> rounded(Recipe recipe) {
    return ROUNDINGS.getOrDefault(recipe, List.of()).stream().map(Mix.of(recipe)::rounded).toList();
  }

  private void roundBetter(Attempts attempts, Recipe recipe) throws IOException {
    if (isToImprove(attempts, Mix.of(recipe))) {
      attempts.tryAll(rounded(recipe));
    }
  }

  /**
   * Of a recipe that misses the bound however it is rounded, the kinds that hurt most are stored
   * better: int4 in int8, int8 so that it is computed with in f32, and what is so already in f16.
   * What hurts is measured with plain rounding; what is put together is rounded as did least harm.
   */
  private void refine(Attempts attempts, Recipe recipe) throws IOException {
    Mix coarse = Mix.of(recipe);
    if (!isToImprove(attempts, coarse)
        || rounded(recipe).stream().map(attempts::of).anyMatch(TuningRun::isMet)) {
      return;
    }
    Tried plain = Objects.requireNonNull(attempts.of(coarse));
    List<Kind> kinds = attempts.kinds(coarse);
    attempts.tryAll(kinds.stream().map(coarse::keeping).toList());
    ToDoubleFunction<Kind> gain = kind -> gain(plain, attempts.of(coarse.keeping(kind)));
    List<Kind> byGain =
        kinds.stream()
            .filter(kind -> gain.applyAsDouble(kind) > 0)
            .sorted(Comparator.comparingDouble(gain).reversed())
            .limit(MOST_KEPT)
            .toList();
    Mix mix = leastHarmful(attempts, recipe);
    long bytes = plain.bytes();
    for (Kind kind : byGain) {
      mix = mix.keeping(kind);
      bytes += Objects.requireNonNull(attempts.of(coarse.keeping(kind))).bytes() - plain.bytes();
      if (isHopeless(attempts, bytes)) {
        return;
      }
      attempts.tryAll(List.of(mix));
      if (isMet(attempts.of(mix))) {
        return;
      }
    }
  }

  private static boolean isMet(@Nullable Tried one) {
    return one != null && one.isMet();
  }

  /** The way of rounding whose answers are nearest to f32. */
  private static Mix leastHarmful(Attempts attempts, Recipe recipe) {
    return Stream.concat(Stream.of(Mix.of(recipe)), rounded(recipe).stream())
        .filter(
            mix -> {
              Tried one = attempts.of(mix);
              return one != null && one.reached().isPresent();
            })
        .min(Comparator.comparingDouble(mix -> Objects.requireNonNull(attempts.of(mix)).damage()))
        .orElseThrow();
  }

  /** How much of the damage a better form takes away for each byte. */
  private static double gain(Tried plain, @Nullable Tried kept) {
    if (kept == null || kept.reached().isEmpty()) {
      return 0;
    }
    return (plain.damage() - kept.damage()) / Math.max(1, kept.bytes() - plain.bytes());
  }

  private Mix chosen(Attempts attempts) {
    Map<Mix, Tried> tried = attempts.all();
    Optional<Tried> fastest = fastest(tried);
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
                            .map(one -> one.name() + " " + shown(one.reached().get()))
                            .collect(Collectors.joining(", ")),
                    asked.data().path().toString(),
                    "convert with --recipe f32, or allow more"));
  }

  private static String shown(Bound.Reached reached) {
    return Double.isNaN(reached.value()) ? "not defined" : String.valueOf(reached.value());
  }

  private static Optional<Tried> fastest(Map<Mix, Tried> tried) {
    return tried.values().stream()
        .filter(Tried::isMet)
        .min(Comparator.comparingDouble(Tried::medianMilliseconds));
  }

  /** Why the chosen one is. */
  private String why(Map<Mix, Tried> tried) {
    List<Tried> met = tried.values().stream().filter(Tried::isMet).toList();
    String of = " of " + met.size() + " that meet the bound on the rows of the choice";
    if (!asked.speed()) {
      return "the smallest" + of;
    }
    List<Tried> level =
        met.stream().filter(one -> one.isAsFastAs(fastest(tried).orElseThrow())).toList();
    return level.size() == 1
        ? "the fastest" + of
        : "the smallest of "
            + level.size()
            + " of which the calls cannot decide which is the fastest ("
            + level.stream().map(Tried::name).collect(Collectors.joining("; "))
            + "),"
            + of;
  }

  private TuningReport written(Attempts attempts, Mix chosen, Path target) throws IOException {
    ConversionOptions options = attempts.options(chosen);
    attempts.convert(options, target);
    EvaluationReport judged = asked.evaluation(List.of(asked.folder(), target), judging).run();
    FittedConfidence confidence = fitted(target, judged);
    if (confidence.kept()) {
      // Thresholds and biases change answers, so that what stands in the file is judged again.
      attempts.convert(options.withConfidence(confidence.fit().orElseThrow().confidence()), target);
      EvaluationReport again = asked.evaluation(List.of(asked.folder(), target), judging).run();
      if (isKept(reached(judged), reached(again))) {
        judged = again;
      } else {
        confidence =
            confidence.dropped(
                "with it the file "
                    + (asked.bound().kind() == Bound.Kind.MIN_AGREEMENT
                        ? "agrees in "
                        : "drops by ")
                    + shown(reached(again))
                    + ", without it "
                    + shown(reached(judged)));
        attempts.convert(options, target);
      }
    }
    Optional<Confidence> kept = confidence.fitInFile();
    Path recipeFile = beside(target);
    AtomicFile.write(recipeFile, chosen.json(kept));
    return new TuningReport(
        List.copyOf(attempts.all().values()),
        chosen.shown(),
        why(attempts.all()),
        asked.bound(),
        attempts.rows(),
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
    return Double.compare(without.value(), with.value()) == 0 || (without.met() && with.met());
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
