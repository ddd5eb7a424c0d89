package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.error.LitegraftException;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedRows.Batch;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The file under diagnosis: its answers to the questions, and how far a variant of the checkpoint's
 * model is from them.
 */
public final class AskedFile {
  /** Below this share of the answers' size, differences are rounding in f32. */
  private static final double F32_ROUNDING = 1e-6;

  /** How much higher, as a logarithm, a score is by those numbers that fall to another step. */
  private static final double FEW_FALLEN = 3;

  /** What of a variant is compared with the file. */
  @FunctionalInterface
  interface Compared {
    /**
     * The variant's numbers, a row each, or a token each where the file's are so.
     *
     * @throws IllegalArgumentException if it has none
     */
    float[][] of(VariantModel variant, PlainLayers layers, List<TokenRow> rows);
  }

  private static final Compared ANSWERS = (variant, f, rows) -> variant.answers(f, rows);

  private final List<Batch> batches;
  private final List<float[][]> answers;
  private final Compared compared;
  private final double scale;
  private final double rounding;
  private final List<Double> noise;
  private final boolean followed;

  private AskedFile(
      List<Batch> batches,
      List<float[][]> answers,
      Compared compared,
      double rounding,
      List<Double> noise) {
    this(batches, answers, compared, rounding, noise, false);
  }

  private AskedFile(
      List<Batch> batches,
      List<float[][]> answers,
      Compared compared,
      double rounding,
      List<Double> noise,
      boolean followed) {
    this.followed = followed;
    this.compared = compared;
    this.noise = noise;
    this.batches = batches;
    this.answers = answers;
    double largest = 0;
    for (float[][] batch : answers) {
      for (float[] row : batch) {
        for (float number : row) {
          largest = Math.max(largest, Math.abs(number));
        }
      }
    }
    this.scale = largest;
    this.rounding = Math.max(rounding, F32_ROUNDING * Math.max(1, largest));
  }

  /** Asks the file everything. */
  public static AskedFile of(AskedModel file, List<Batch> batches) {
    List<float[][]> answers = new ArrayList<>();
    for (Batch batch : batches) {
      answers.add(file.answers(batch.rows()));
    }
    return new AskedFile(batches, answers, ANSWERS, 0, List.of());
  }

  /**
   * A file of which something else than its answers is compared.
   *
   * @param numbers of the file; [batch][row][number]
   * @param compared what stands beside them
   */
  static AskedFile of(List<Batch> batches, List<float[][]> numbers, Compared compared) {
    return new AskedFile(batches, numbers, compared, 0, List.of());
  }

  /** Whether what is compared are its answers. */
  boolean comparesAnswers() {
    return compared == ANSWERS;
  }

  /**
   * What the original answered, in the place of a file.
   *
   * @param rows what it was asked, the shortest of which come first here
   * @param answers to each
   */
  public static AskedFile recorded(List<TokenRow> rows, List<float[]> answers) {
    List<Batch> batches = new ArrayList<>();
    List<float[][]> sorted = new ArrayList<>();
    IntStream.range(0, rows.size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> rows.get(i).length()))
        .forEach(
            i -> {
              batches.add(new Batch("recorded", AskedRows.Group.PLAIN, List.of(rows.get(i))));
              sorted.add(new float[][] {answers.get(i)});
            });
    return new AskedFile(batches, sorted, ANSWERS, 0, List.of());
  }

  /** What is asked. */
  public List<Batch> batches() {
    return batches;
  }

  /** Some of the kinds of rows: those that are computed for every hypothesis. */
  public record Screen(List<Integer> batches) {}

  /** All kinds of rows. */
  public Screen all() {
    return new Screen(IntStream.range(0, batches.size()).boxed().toList());
  }

  /**
   * The cheapest kinds of rows, up to so many tokens, and at least one in which the variant differs
   * from the file if there is one.
   *
   * @param model the variant's answers to all
   * @param floor the largest difference that counts as none
   */
  public Screen screen(List<float[][]> model, double floor, int tokens) {
    List<Integer> chosen = new ArrayList<>();
    int cost = 0;
    boolean differs = false;
    for (int i = 0; i < batches.size(); i++) {
      Screen kind = new Screen(List.of(i));
      boolean apart = !isNoise(distance(Optional.of(model.subList(i, i + 1)), kind), kind, floor);
      if (chosen.isEmpty() || cost + batches.get(i).tokens() <= tokens || (apart && !differs)) {
        chosen.add(i);
        cost += batches.get(i).tokens();
        differs |= apart;
      }
    }
    return new Screen(chosen);
  }

  /**
   * The same file, of which is known what may remain of each kind of row where nothing is wrong.
   *
   * @param logs the highest score of each
   */
  public AskedFile withNoise(List<Double> logs) {
    return new AskedFile(batches, answers, compared, 0, List.copyOf(logs));
  }

  /** The highest score of a variant that explains these rows; infinite where no noise is known. */
  private double allowed(Screen screen) {
    return noise.isEmpty()
        ? Double.POSITIVE_INFINITY
        : screen.batches.stream().mapToDouble(noise::get).average().orElse(0);
  }

  /** The same file, whose answers are rounded so coarsely. */
  public AskedFile roundedTo(double size) {
    return new AskedFile(batches, answers, compared, size, List.of());
  }

  /** The size of differences that mean nothing. */
  public double rounding() {
    return rounding;
  }

  /** Whether the file is followed so closely that nothing else explains what one fault does. */
  boolean isFollowed() {
    return followed;
  }

  /**
   * The same file, of which all but a few numbers are met to this: that is noise, and nothing else.
   */
  AskedFile followedTo(double size) {
    double most = Math.log(size) + FEW_FALLEN;
    List<Double> logs = batches.stream().map(batch -> most).toList();
    return new AskedFile(batches, answers, compared, size, logs, true);
  }

  /** Whether nothing but noise remains of a distance on these rows. */
  public boolean isNoise(Distance distance, Screen screen, double floor) {
    return distance.max() <= floor && distance.score() <= allowed(screen);
  }

  /** The score of each kind of row. */
  public List<Double> scores(List<float[][]> model) {
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      scores.add(Distance.of(answers.subList(i, i + 1), model.subList(i, i + 1), rounding).score());
    }
    return scores;
  }

  /** How many tokens the rows have that are computed. */
  public int tokens(Screen screen) {
    return screen.batches.stream().mapToInt(i -> batches.get(i).tokens()).sum();
  }

  /** The largest magnitude of the file's numbers. */
  public double scale() {
    return scale;
  }

  /** The file's answers; [batch][row][number]. */
  public List<float[][]> answers(Screen screen) {
    return screen.batches.stream().map(answers::get).toList();
  }

  /** A row of the file's first answer that has a number which is none; absent where all are. */
  public Optional<TokenRow> notFinite() {
    for (int b = 0; b < batches.size(); b++) {
      for (int i = 0; i < answers.get(b).length; i++) {
        for (float number : answers.get(b)[i]) {
          if (!Float.isFinite(number)) {
            return Optional.of(batches.get(b).rows().get(i));
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The variant's answers; empty if the checkpoint cannot be read so: the hypothesis asks for
   * tensors or shapes that it does not have.
   */
  public Optional<List<float[][]>> answers(
      VariantModel variant, Screen screen, PlainLayers layers) {
    List<TokenRow> rows = new ArrayList<>();
    screen.batches.forEach(i -> rows.addAll(batches.get(i).rows()));
    float[][] flat;
    try {
      flat = compared.of(variant, layers, rows);
    } catch (LitegraftException | IllegalArgumentException e) {
      return Optional.empty();
    }
    List<float[][]> all = new ArrayList<>();
    int at = 0;
    for (int i : screen.batches) {
      int count = answers.get(i).length;
      all.add(java.util.Arrays.copyOfRange(flat, at, at + count));
      at += count;
    }
    return Optional.of(all);
  }

  /** How far the variant's answers are from the file's. */
  public Distance distance(Optional<List<float[][]>> model, Screen screen) {
    return model.map(m -> Distance.of(answers(screen), m, rounding)).orElse(Distance.INFINITE);
  }
}
