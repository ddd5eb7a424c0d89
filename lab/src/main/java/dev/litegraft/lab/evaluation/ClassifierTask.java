package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.statistics.Calibration;
import dev.litegraft.lab.statistics.ClassCounts;
import dev.litegraft.lab.statistics.Confusion;
import dev.litegraft.lab.statistics.Divergence;
import dev.litegraft.lab.statistics.Statistic;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** One of several labels is right for each text or pair. */
final class ClassifierTask implements Task {
  /** A table of more classes by themselves is read by nobody, and takes their square in memory. */
  private static final int MOST_CONFUSED = 1000;

  private final String text;
  private final Optional<String> pair;
  private final Optional<String> label;
  private final ModelLabels labels;
  private final Ints right = new Ints();

  ClassifierTask(NamedColumns columns, List<String> labels) {
    this.text = columns.text("text");
    this.pair = columns.pair();
    this.label = columns.oneLabel();
    this.labels = new ModelLabels(labels);
  }

  @Override
  public String name() {
    return "classification";
  }

  @Override
  public void read(List<DataRow> item) {
    DataRow row = item.get(0);
    row.text(text);
    pair.ifPresent(row::text);
    label.ifPresent(column -> right.add(labels.id(row.name(column), row.where())));
  }

  @Override
  public void end() {
    labels.requireKnown();
  }

  @Override
  public List<String> notes() {
    return labels.notes();
  }

  @Override
  public String shown(DataRow row) {
    return pair.map(second -> row.text(text) + " | " + row.text(second)).orElse(row.text(text));
  }

  @Override
  public boolean isLabelled() {
    return label.isPresent();
  }

  @Override
  public Optional<String> mainMeasure() {
    return label.map(column -> "accuracy");
  }

  @Override
  public void requireLabels(List<String> other, String file) {
    labels.places(other, file);
  }

  @Override
  public Asker open(Path file, RuntimeOptions options, int items) throws IOException {
    FileLabels own = FileLabels.of(file, options);
    int[] places = labels.places(own.labels(), file.toString());
    TextClassifier classifier = TextClassifier.open(file, options);
    return new ClassifierAsker(classifier, text, pair) {
      private final NumberStore store = new NumberStore(items, places.length);

      @Override
      void keep(int index, DataRow row, Classification answer) {
        store.put(index, inOrder(answer.probabilities(), places, row, file));
      }

      @Override
      public Answers answers() {
        return new Given(store);
      }
    };
  }

  static Classification classified(
      TextClassifier classifier, DataRow row, String text, Optional<String> pair) {
    return pair.isPresent()
        ? classifier.classify(row.text(text), row.text(pair.get()))
        : classifier.classify(row.text(text));
  }

  /** Numbers of a file's labels in the order of the first file's. */
  static double[] inOrder(List<Double> numbers, int[] places, DataRow row, Path file) {
    double[] ordered = new double[places.length];
    if (numbers.size() != places.length) {
      throw new InvalidFileException(
          "the file answers with "
              + numbers.size()
              + " numbers, where there are "
              + places.length
              + " labels",
          file.toString(),
          "evaluate files of one task together");
    }
    for (int i = 0; i < places.length; i++) {
      ordered[places[i]] = numbers.get(i);
      if (Double.isNaN(ordered[places[i]])) {
        throw notANumber(row, file);
      }
    }
    return ordered;
  }

  static InvalidFileException notANumber(DataRow row, Path file) {
    return new InvalidFileException(
        "the file answers with NaN to " + row.where(),
        file.toString(),
        "litegraft verify DIR FILE says where it begins");
  }

  private final class Given implements Answers {
    private final NumberStore store;
    private final int[] answered;
    private final double[] confidence;

    Given(NumberStore store) {
      this.store = store;
      this.answered = new int[store.rows()];
      this.confidence = new double[store.rows()];
      for (int i = 0; i < answered.length; i++) {
        double[] row = store.row(i);
        answered[i] = best(row, -1);
        confidence[i] = row[answered[i]];
      }
    }

    @Override
    public List<Measured> measures() {
      if (!isLabelled()) {
        return List.of();
      }
      int[] gold = right.toArray();
      int classes = labels.names().size();
      Calibration calibration = calibration();
      double[] loss =
          IntStream.range(0, gold.length)
              .mapToDouble(i -> -Math.log(Math.max(Double.MIN_NORMAL, store.row(i)[gold[i]])))
              .toArray();
      return List.of(
          new Measured("accuracy", counts -> accuracy(gold, counts), 1),
          new Measured(
              "macro_f1", counts -> ClassCounts.of(classes, gold, answered, counts).macroF1(), 1),
          new Measured("ece", calibration::error, -1),
          new Measured("log_loss", Statistic.mean(loss), -1));
    }

    private double accuracy(int[] gold, int[] counts) {
      long correct = 0;
      long n = 0;
      for (int i = 0; i < gold.length; i++) {
        n += counts[i];
        correct += gold[i] == answered[i] ? counts[i] : 0;
      }
      return (double) correct / n;
    }

    private Calibration calibration() {
      return new Calibration(confidence, right().orElseThrow());
    }

    @Override
    public Optional<boolean[]> right() {
      if (!isLabelled()) {
        return Optional.empty();
      }
      int[] gold = right.toArray();
      boolean[] correct = new boolean[gold.length];
      for (int i = 0; i < correct.length; i++) {
        correct[i] = gold[i] == answered[i];
      }
      return Optional.of(correct);
    }

    @Override
    public Optional<Confusion> confusion() {
      int classes = labels.names().size();
      return isLabelled() && classes <= MOST_CONFUSED
          ? Optional.of(Confusion.of(classes, right.toArray(), answered, once()))
          : Optional.empty();
    }

    private int[] once() {
      int[] once = new int[answered.length];
      Arrays.fill(once, 1);
      return once;
    }

    @Override
    public List<ClassReport> classes() {
      if (!isLabelled()) {
        return List.of();
      }
      int classes = labels.names().size();
      ClassCounts counts = ClassCounts.of(classes, right.toArray(), answered, once());
      return IntStream.range(0, classes)
          .mapToObj(
              i ->
                  new ClassReport(
                      labels.names().get(i),
                      counts.precision(i),
                      counts.recall(i),
                      counts.f1(i),
                      counts.support(i)))
          .toList();
    }

    @Override
    public List<Calibration.Bin> reliability() {
      return isLabelled() ? calibration().bins(once()) : List.of();
    }

    @Override
    public Beside beside(Answers other) {
      Given first = (Given) other;
      double[] same = new double[answered.length];
      List<Flip> flips = new ArrayList<>();
      double sum = 0;
      double most = 0;
      for (int i = 0; i < same.length; i++) {
        double[] p = first.store.row(i);
        double[] q = store.row(i);
        double kl = Divergence.kl(p, q);
        sum += kl;
        most = Math.max(most, kl);
        int was = first.answered[i];
        int is = answered[i];
        same[i] = was == is ? 1 : 0;
        if (was != is) {
          flips.add(
              new Flip(
                  i,
                  "",
                  "",
                  isLabelled() ? Optional.of(labels.names().get(right.at(i))) : Optional.empty(),
                  labels.names().get(was),
                  labels.names().get(is),
                  p[was] - (p.length > 1 ? p[best(p, was)] : 0),
                  q[is] - q[was]));
        }
      }
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put("kl_mean", sum / same.length);
      numbers.put("kl_max", most);
      return new Beside(same, numbers, flips);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** The first of the largest numbers, one of which is left out. */
  private static int best(double[] numbers, int without) {
    int best = without == 0 ? 1 : 0;
    for (int i = best + 1; i < numbers.length; i++) {
      best = i != without && numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }
}
