package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.statistics.Correlation;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A number is right for each text or pair. */
final class NumberTask implements Task {
  /** Why there is no correlation. */
  static final String SAME = "all numbers of the column are the same, so that nothing has a rank";

  private final String text;
  private final Optional<String> pair;
  private final Optional<String> label;
  private final Doubles right = new Doubles();

  NumberTask(NamedColumns columns) {
    this.text = columns.text("text");
    this.pair = columns.pair();
    this.label = columns.label("score", "label");
  }

  @Override
  public String name() {
    return "regression";
  }

  @Override
  public void read(List<DataRow> item) {
    DataRow row = item.get(0);
    row.text(text);
    pair.ifPresent(row::text);
    label.ifPresent(column -> right.add(row.number(column)));
  }

  @Override
  public void end() {}

  @Override
  public String shown(DataRow row) {
    return row.text(text);
  }

  @Override
  public boolean isLabelled() {
    return label.isPresent();
  }

  @Override
  public Optional<String> mainMeasure() {
    return label.map(column -> "spearman");
  }

  @Override
  public Optional<String> whyNoMeasure(int items) {
    return isLabelled() && right.areAllTheSame() ? Optional.of(SAME) : Optional.empty();
  }

  @Override
  public Asker open(Path file, RuntimeOptions options, int items) throws IOException {
    TextClassifier classifier = TextClassifier.open(file, options);
    return new ClassifierAsker(classifier, text, pair) {
      private final double[] answered = new double[items];

      @Override
      void keep(int index, DataRow row, Classification answer) {
        answered[index] =
            ClassifierTask.inOrder(answer.probabilities().subList(0, 1), new int[] {0}, row, file)[
                0];
      }

      @Override
      public Answers answers() {
        return new Numbers(
            answered, isLabelled() ? Optional.of(right.toArray()) : Optional.empty());
      }
    };
  }

  /**
   * A number a row.
   *
   * @param answered [rows]
   * @param known what is right, [rows]; absent without labels
   */
  record Numbers(double[] answered, Optional<double[]> known) implements Answers {
    @Override
    public List<Measured> measures() {
      return known
          .map(
              numbers -> {
                Correlation correlation = new Correlation(answered, numbers);
                return List.of(
                    new Measured("pearson", correlation::pearson, 1),
                    new Measured("spearman", correlation::spearman, 1),
                    new Measured("rmse", correlation::rootMeanSquare, -1));
              })
          .orElse(List.of());
    }

    /**
     * There are no same numbers: agreement is the rank correlation's business, not the rows'. Where
     * the first file's have no spread, nothing is near them or far.
     */
    @Override
    public Beside beside(Answers other) {
      double[] first = ((Numbers) other).answered;
      double sum = 0;
      double most = 0;
      double[] near = new double[answered.length];
      double spread = spread(first);
      for (int i = 0; i < answered.length; i++) {
        double distance = Math.abs(answered[i] - first[i]);
        sum += distance;
        most = Math.max(most, distance);
        near[i] = distance <= NEAR * spread ? 1 : 0;
      }
      boolean isSpread = Arrays.stream(first).anyMatch(number -> number != first[0]);
      if (!isSpread) {
        Arrays.fill(near, Double.NaN);
      }
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put("mean_abs", sum / answered.length);
      numbers.put("max_abs", most);
      return new Beside(
          near,
          true,
          isSpread
              ? Optional.empty()
              : Optional.of("the first file answers with one number, which has no spread"),
          numbers,
          List.of());
    }

    /** Two numbers are the same answer if they are apart by this part of the numbers' spread. */
    private static final double NEAR = 0.05;

    private static double spread(double[] numbers) {
      double mean = Arrays.stream(numbers).average().orElse(0);
      return Math.sqrt(
          Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).average().orElse(0));
    }

    @Override
    public void close() {}
  }
}
