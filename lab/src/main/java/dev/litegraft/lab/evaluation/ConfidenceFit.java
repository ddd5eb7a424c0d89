package dev.litegraft.lab.evaluation;

import dev.litegraft.ConversionOptions;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.data.RowReader;
import dev.litegraft.lab.statistics.Calibration;
import dev.litegraft.lab.statistics.LogitFit;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fits how a classifier's logits become probabilities. Half of the rows, by a hash of their text,
 * are fitted; the other half says what it was before and what it is now.
 *
 * @param confidence what was fitted
 * @param rows that were fitted
 * @param before on the other rows, without it
 * @param after on the other rows, with it
 * @param notes what a reader is to know of how the data were taken: numbers for labels
 */
public record ConfidenceFit(
    Confidence confidence, int rows, Quality before, Quality after, List<String> notes) {
  public ConfidenceFit {
    notes = List.copyOf(notes);
  }

  /** One of which there is nothing to know besides. */
  public ConfidenceFit(Confidence confidence, int rows, Quality before, Quality after) {
    this(confidence, rows, before, after, List.of());
  }

  /** What is fitted to one of several labels. */
  public enum Form {
    /** One number, which changes no label. */
    TEMPERATURE,
    /**
     * That and a number a label, which may change labels; not of labels that are each right or not.
     */
    BIAS
  }

  private static final int FEWEST = 20;
  private static final int SHOWN = 10;

  /**
   * How good probabilities are.
   *
   * @param rows how many
   * @param logLoss the mean of −ln of the probability of what is right; of labels that are each
   *     right or not, the mean of theirs
   * @param calibrationError the expected calibration error; NaN of labels that are each right or
   *     not
   * @param accuracy the part of rows whose label is right; of sets of labels their micro-F1
   */
  public record Quality(int rows, double logLoss, double calibrationError, double accuracy) {}

  /** Rows with their logits and what is right. */
  private record Rows(List<double[]> logits, List<BitSet> right) {
    private Rows() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * Fits a file.
   *
   * @throws InvalidRequestException if the file is of no classifier, or there are too few rows, or
   *     all of them are of one label, or a bias is fitted and a label does not occur or each is
   *     right or not by itself
   */
  public static ConfidenceFit of(
      Path file, DataFile data, Columns named, Form form, RuntimeOptions options)
      throws IOException {
    Reading reading = reading(FileLabels.of(file, options), file, data, named, form);
    DataFile[] halves = reading.halves(data);
    Rows fitted;
    Rows others;
    try (TextClassifier classifier = TextClassifier.open(file, options)) {
      fitted = reading.asked(classifier, halves[0]);
      others = reading.asked(classifier, halves[1]);
    }
    Confidence found = reading.several ? sets(fitted) : one(fitted, form);
    return new ConfidenceFit(
        found,
        fitted.logits().size(),
        quality(others, new Confidence(1, List.of(), List.of()), reading.several),
        quality(others, found, reading.several),
        reading.labels.notes());
  }

  /**
   * Reads the rows for the file of a checkpoint's folder before there is one, so that what {@link
   * #of} would refuse is told before it is made.
   *
   * @param options with which the folder will be converted
   * @throws InvalidRequestException as {@link #of}
   */
  public static void check(
      Path folder, ConversionOptions options, DataFile data, Columns named, Form form)
      throws IOException {
    Optional<FileLabels> known = FileLabels.ofFolder(folder, options);
    if (known.isPresent() && options.reranker().isEmpty()) {
      reading(known.get(), folder, data, named, form);
    }
  }

  /** How rows are read, after all of them were: each has a label that the file has. */
  private static Reading reading(
      FileLabels known, Path file, DataFile data, Columns named, Form form) throws IOException {
    ProblemType problem = known.problem().orElseGet(() -> ProblemType.usual(known.labels().size()));
    if (known.task() != Task.SEQUENCE_CLASSIFICATION
        || problem == ProblemType.REGRESSION
        || known.labels().size() == 1) { // one output is a number, as evaluate has it
      throw new InvalidRequestException(
          "confidence is fitted to labels, and the file gives "
              + (known.labels().size() == 1 ? "one number" : "none"),
          file.toString(),
          "leave --confidence out");
    }
    boolean several = problem == ProblemType.MULTI_LABEL;
    if (several && form == Form.BIAS) {
      throw new InvalidRequestException(
          "a bias is fitted where one of several labels is right; here each is right or not by"
              + " itself, and has a threshold, which changes answers as a bias would",
          file.toString(),
          "leave --confidence-form out: a temperature and a threshold a label are fitted");
    }
    Reading reading = new Reading(file, data, named, several, known);
    DataFile[] halves = reading.halves(data);
    List<List<BitSet>> right = List.of(reading.right(halves[0]), reading.right(halves[1]));
    reading.labels.requireKnown();
    right.forEach(half -> requireEnough(half, data));
    if (form == Form.BIAS) {
      requireEach(right.get(0), known.labels(), data);
    }
    return reading;
  }

  /**
   * Whether probabilities are better with it on the rows that were not fitted, no label is the
   * worse for it, and the temperature is {@link #isEnd no end} of the search.
   */
  public boolean gains() {
    return !isEnd() && after.logLoss() < before.logLoss() && after.accuracy() >= before.accuracy();
  }

  /** Whether the temperature is an end of what is searched: the rows do not determine it. */
  public boolean isEnd() {
    return LogitFit.isEnd(confidence.temperature());
  }

  /** What the rows say, and how a file answers them. */
  private static final class Reading {
    private final Path file;
    private final boolean several;
    private final String text;
    private final Optional<String> pair;
    private final String label;
    private final ModelLabels labels;
    private final LabelCells cells;

    Reading(Path file, DataFile data, Columns named, boolean several, FileLabels known) {
      NamedColumns columns = new NamedColumns(data, named);
      this.file = file;
      this.several = several;
      this.text = columns.text("text");
      this.pair = columns.pair();
      this.labels = new ModelLabels(known.labels());
      this.label =
          (several ? columns.severalLabels() : columns.oneLabel())
              .orElseThrow(
                  () ->
                      new InvalidRequestException(
                          "there is no column of labels; there are " + columns.shown(),
                          data.path().toString(),
                          "call the column label"));
      this.cells = LabelCells.of(label, columns, labels);
    }

    /** The rows that are fitted, and those that judge the fit. */
    DataFile[] halves(DataFile data) {
      return new DataFile[] {data.half(text, 0), data.half(text, 1)};
    }

    private BitSet right(DataRow row) {
      if (several) {
        return cells.right(row);
      }
      BitSet right = new BitSet();
      int id = labels.id(row.name(label), row.where());
      if (id >= 0) {
        right.set(id);
      }
      return right;
    }

    /** What is right, before anything is asked. */
    List<BitSet> right(DataFile data) throws IOException {
      List<BitSet> all = new ArrayList<>();
      try (RowReader reader = data.open()) {
        for (DataRow row = reader.next(); row != null; row = reader.next()) {
          row.text(text);
          pair.ifPresent(row::text);
          all.add(right(row));
        }
      }
      return all;
    }

    Rows asked(TextClassifier classifier, DataFile data) throws IOException {
      Rows rows = new Rows();
      try (Items all = new Items(List.of(data), Optional.empty())) {
        ClassifierAsker.askAll(
            classifier,
            Asker.rows(all.stream()),
            text,
            pair,
            (row, answer) -> keep(row, answer.logits(), rows),
            row -> e -> fault(row, e.what(), e.remedy()));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      return rows;
    }

    private void keep(DataRow row, List<Float> logits, Rows rows) {
      if (logits.stream().anyMatch(logit -> !Float.isFinite(logit))) {
        throw new InvalidInputException(
            "the answer is not a number",
            file.toString(),
            "litegraft verify says whether the checkpoint answers so, too");
      }
      rows.right().add(right(row));
      rows.logits().add(logits.stream().mapToDouble(Float::doubleValue).toArray());
    }

    private InvalidInputException fault(DataRow row, String what, String remedy) {
      return new InvalidInputException(what, file + ", asked " + row.where(), remedy);
    }
  }

  private static void requireEnough(List<BitSet> right, DataFile data) {
    long kinds = right.stream().distinct().count();
    if (right.size() < FEWEST || kinds < 2) {
      throw new InvalidRequestException(
          right.size() >= FEWEST
              ? "all rows of one half have the same label"
              : "there are "
                  + right.size()
                  + " rows in one half, where "
                  + FEWEST
                  + " are the fewest",
          data.path().toString(),
          "give some hundred rows of all labels, as they occur where the model is used");
    }
  }

  /** The best bias of a label that is never right is minus infinity. */
  private static void requireEach(List<BitSet> right, List<String> labels, DataFile data) {
    List<String> missing =
        IntStream.range(0, labels.size())
            .filter(label -> right.stream().noneMatch(row -> row.get(label)))
            .mapToObj(labels::get)
            .toList();
    if (!missing.isEmpty()) {
      throw new InvalidRequestException(
          "a bias cannot be fitted to a label that does not occur: of "
              + labels.size()
              + " labels the fitted half of the rows lacks "
              + missing.stream().limit(SHOWN).collect(Collectors.joining(", "))
              + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : ""),
          data.path().toString(),
          "give rows of all labels, or --confidence-form temperature");
    }
  }

  private static Confidence one(Rows rows, Form form) {
    int[] right = rows.right().stream().mapToInt(set -> set.nextSetBit(0)).toArray();
    LogitFit fit =
        LogitFit.ofClasses(rows.logits().toArray(double[][]::new), right, form == Form.BIAS);
    return new Confidence(fit.temperature(), Arrays.stream(fit.bias()).boxed().toList(), List.of());
  }

  private static Confidence sets(Rows rows) {
    double[][] logits = rows.logits().toArray(double[][]::new);
    LogitFit fit = LogitFit.ofLabels(logits, rows.right());
    Confidence scaled = new Confidence(fit.temperature(), List.of(), List.of());
    List<Double> thresholds =
        IntStream.range(0, logits[0].length)
            .mapToObj(
                label ->
                    LogitFit.threshold(
                        rows.logits().stream()
                            .mapToDouble(row -> sigmoid(row[label], scaled, label))
                            .toArray(),
                        rows.right(),
                        label))
            .toList();
    return new Confidence(fit.temperature(), List.of(), thresholds);
  }

  private static double sigmoid(double logit, Confidence how, int label) {
    double bias = how.bias().isEmpty() ? 0 : how.bias().get(label);
    return 1 / (1 + Math.exp(-(logit / how.temperature() + bias)));
  }

  private static Quality quality(Rows rows, Confidence how, boolean several) {
    return several ? ofSets(rows, how) : ofClasses(rows, how);
  }

  private static Quality ofClasses(Rows rows, Confidence how) {
    int n = rows.logits().size();
    double[] confidence = new double[n];
    boolean[] correct = new boolean[n];
    double loss = 0;
    for (int i = 0; i < n; i++) {
      double[] p = LogitFit.softmax(rows.logits().get(i), how.temperature(), how.bias());
      int best = 0;
      for (int c = 1; c < p.length; c++) {
        best = p[c] > p[best] ? c : best;
      }
      int right = rows.right().get(i).nextSetBit(0);
      confidence[i] = p[best];
      correct[i] = best == right;
      loss -= Math.log(Math.max(Double.MIN_NORMAL, p[right]));
    }
    int[] once = new int[n];
    Arrays.fill(once, 1);
    long good = IntStream.range(0, n).filter(i -> correct[i]).count();
    return new Quality(
        n, loss / n, new Calibration(confidence, correct).error(once), (double) good / n);
  }

  private static Quality ofSets(Rows rows, Confidence how) {
    int n = rows.logits().size();
    int labels = rows.logits().get(0).length;
    double loss = 0;
    long both = 0;
    long sum = 0;
    for (int i = 0; i < n; i++) {
      for (int l = 0; l < labels; l++) {
        double p = sigmoid(rows.logits().get(i)[l], how, l);
        boolean right = rows.right().get(i).get(l);
        boolean said = p > (how.thresholds().isEmpty() ? 0.5 : how.thresholds().get(l));
        loss -= Math.log(Math.max(Double.MIN_NORMAL, right ? p : 1 - p));
        both += right && said ? 1 : 0;
        sum += (right ? 1 : 0) + (said ? 1 : 0);
      }
    }
    return new Quality(n, loss / n / labels, Double.NaN, sum == 0 ? 0 : 2.0 * both / sum);
  }
}
