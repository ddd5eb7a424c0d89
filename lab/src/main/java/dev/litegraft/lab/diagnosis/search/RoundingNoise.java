package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.diagnosis.faults.RoundedWeights;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.Int8Layers;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.verification.AnswerForm;
import dev.litegraft.lab.verification.StoredAs;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far answers may be apart because a file stores its weights in fewer bits: measured on this
 * very checkpoint and these very rows.
 */
public final class RoundingNoise {
  /** Other roundings of the same weights are at most so much worse. */
  private static final double SLACK = 1.6;

  /** int4 keeps 15 values where int8 keeps 255. */
  private static final double COARSER = 17;

  /** How much closer, as a logarithm, whole numbers have to be than f32 to be of use. */
  private static final double CLOSER = 2;

  /** How much higher, as a logarithm, the score of a right model may be by chance. */
  private static final double FALLEN = 4;

  private final Checkpoint checkpoint;
  private final PlainLayers layers;
  private final Optional<Recipe> recipe;
  private final int threads;

  /**
   * @param recipe that the file was made with, as far as it says so
   */
  public RoundingNoise(
      Checkpoint checkpoint, PlainLayers layers, Optional<Recipe> recipe, int threads) {
    this.checkpoint = checkpoint;
    this.layers = layers;
    this.recipe = recipe;
    this.threads = threads;
  }

  /**
   * What the storage of weights explains.
   *
   * @param floor the largest difference
   * @param exact the model in whole numbers, where the file's kernels can be followed so closely;
   *     absent where they cannot
   * @param noise what may still remain then, of each kind of row: its highest score
   */
  public record Rounding(double floor, Optional<VariantModel> exact, List<Double> noise) {
    Rounding inexact() {
      return new Rounding(floor, Optional.empty(), noise);
    }
  }

  /** Measures it. */
  public Rounding of(StoredAs storage, AskedFile subject, VariantModel own) throws IOException {
    return of(storage, subject, own, Optional.empty());
  }

  /**
   * Measures it for a file of another tool.
   *
   * @param theirs the checkpoint's model with the file's own weights, rounded as it rounds; absent
   *     where they were not found
   */
  public Rounding of(
      StoredAs storage, AskedFile subject, VariantModel own, Optional<VariantModel> theirs)
      throws IOException {
    Rounding rounding = measured(storage, subject, own);
    if (theirs.isEmpty()) {
      return rounding;
    }
    AskedFile.Screen all = subject.all();
    List<float[][]> exact = subject.answers(own, all, layers).orElseThrow();
    List<float[][]> rounded = subject.answers(theirs.get(), all, layers).orElseThrow();
    double apart = Distance.of(exact, rounded, subject.rounding()).max();
    // Who follows the file step by step is much nearer to it than rounding is far.
    List<Double> noise = new ArrayList<>();
    for (int i = 0; i < exact.size(); i++) {
      List<float[][]> one = exact.subList(i, i + 1);
      List<float[][]> other = rounded.subList(i, i + 1);
      noise.add(Distance.of(one, other, subject.rounding()).score() - CLOSER);
    }
    return new Rounding(Math.max(rounding.floor(), SLACK * apart), theirs, noise);
  }

  private Rounding measured(StoredAs storage, AskedFile subject, VariantModel own)
      throws IOException {
    return switch (storage) {
      case F32 -> new Rounding(0, Optional.empty(), List.of());
      case F16 -> new Rounding(SLACK * halves(subject, own), Optional.empty(), List.of());
      case INT8 -> rounded(recipe.orElse(Recipe.DYNAMIC_WI8_AFP32), subject, own, 1);
      case INT4 ->
          recipe.isPresent()
              ? rounded(recipe.get(), subject, own, 1).inexact()
              : rounded(Recipe.DYNAMIC_WI8_AFP32, subject, own, COARSER).inexact();
    };
  }

  /** Weights rounded to f16, whatever a tool made of them before, computed in f32. */
  private double halves(AskedFile subject, VariantModel own) {
    VariantModel rounded =
        own.with(RoundedWeights.of(own.weights(), RoundedWeights.Type.FOLDED_FLOAT16));
    AskedFile.Screen all = subject.all();
    return Distance.of(
            subject.answers(own, all, layers).orElseThrow(),
            subject.answers(rounded, all, layers).orElseThrow(),
            subject.rounding())
        .max();
  }

  /** The same rows; those without padding behind them that are filled up farther than ours take. */
  private static List<AskedRows.Batch> taken(AskedFile subject, RawModel ours) {
    int most = ours.maxLength().orElse(Integer.MAX_VALUE);
    return subject.batches().stream()
        .map(
            batch ->
                new AskedRows.Batch(
                    batch.name(),
                    batch.group(),
                    batch.rows().stream()
                        .map(row -> row.length() > most ? row.trimmed() : row)
                        .toList()))
        .toList();
  }

  /** Our own file of a recipe beside the reference, in f32 and in whole numbers. */
  private Rounding rounded(Recipe like, AskedFile subject, VariantModel own, double coarser)
      throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.of("rounding")) {
      Path temporary = folder.resolve("ours.tflite");
      ConversionOptions plain = ConversionOptions.defaults().withRecipe(like);
      ConversionOptions int8Options =
          checkpoint.adapterConfig().map(Path::getParent).map(plain::withAdapter).orElse(plain);
      Converter.of(checkpoint.folder())
          .withOptions(int8Options)
          .withThreads(threads)
          .convert(temporary);
      try (RawModel int8 =
          RawModel.open(temporary, RuntimeOptions.defaults().withThreads(threads))) {
        AskedFile ours =
            AskedFile.of(AskedModel.ours(int8, own, AnswerForm.LOGITS), taken(subject, int8));
        AskedFile.Screen all = ours.all();
        VariantModel exact = own.with((f, in) -> new Int8Layers(f));
        List<float[][]> followed = ours.answers(exact, all, layers).orElseThrow();
        Distance inF32 = ours.distance(ours.answers(own, all, layers), all);
        Distance inWhole = ours.distance(Optional.of(followed), all);
        // A number between two steps may fall to the other one, and takes its row with it.
        double slack = Math.min(FALLEN, (inF32.score() - inWhole.score()) / 2);
        return new Rounding(
            SLACK * coarser * inF32.max(),
            inWhole.score() < inF32.score() - CLOSER ? Optional.of(exact) : Optional.empty(),
            ours.scores(followed).stream().map(score -> score + slack).toList());
      }
    }
  }
}
