package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.statistics.Divergence;
import dev.litegraft.lab.statistics.LabelSets;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Each of several labels is right or not by itself for each text or pair. */
final class LabelSetTask implements Task {
  private final String text;
  private final Optional<String> pair;
  private final Optional<LabelCells> label;
  private final ModelLabels labels;
  private final List<BitSet> right = new ArrayList<>();

  LabelSetTask(NamedColumns columns, List<String> labels) {
    this.text = columns.text("text");
    this.pair = columns.pair();
    this.labels = new ModelLabels(labels);
    this.label = columns.labelCells(this.labels);
  }

  @Override
  public String name() {
    return "multi-label classification";
  }

  @Override
  public void read(List<DataRow> item) {
    DataRow row = item.get(0);
    row.text(text);
    pair.ifPresent(row::text);
    label.ifPresent(cells -> right.add(cells.right(row)));
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
    return row.text(text);
  }

  @Override
  public boolean isLabelled() {
    return label.isPresent();
  }

  @Override
  public Optional<String> mainMeasure() {
    return label.map(column -> "micro_f1");
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
      private final BitSet[] answered = new BitSet[items];

      @Override
      void keep(int index, DataRow row, Classification answer) {
        store.put(index, ClassifierTask.inOrder(answer.probabilities(), places, row, file));
        BitSet set = new BitSet();
        for (String name : answer.labels()) {
          set.set(places[own.labels().indexOf(name)]);
        }
        answered[index] = set;
      }

      @Override
      public Answers answers() {
        return new Given(store, answered);
      }
    };
  }

  private String names(BitSet set) {
    return set.isEmpty()
        ? "none"
        : set.stream().mapToObj(labels.names()::get).collect(Collectors.joining(", "));
  }

  private final class Given implements Answers {
    private final NumberStore store;
    private final BitSet[] answered;

    Given(NumberStore store, BitSet[] answered) {
      this.store = store;
      this.answered = answered;
    }

    private LabelSets sets() {
      int count = labels.names().size();
      boolean[][] isRight = new boolean[count][answered.length];
      boolean[][] isAnswered = new boolean[count][answered.length];
      double[][] scores = new double[count][answered.length];
      for (int i = 0; i < answered.length; i++) {
        double[] row = store.row(i);
        for (int l = 0; l < count; l++) {
          isRight[l][i] = right.get(i).get(l);
          isAnswered[l][i] = answered[i].get(l);
          scores[l][i] = row[l];
        }
      }
      return new LabelSets(isRight, isAnswered, scores);
    }

    @Override
    public List<Measured> measures() {
      if (!isLabelled()) {
        return List.of();
      }
      LabelSets sets = sets();
      return List.of(
          new Measured("micro_f1", sets::microF1, 1),
          new Measured("macro_f1", sets::macroF1, 1),
          new Measured("average_precision", sets::averagePrecision, 1));
    }

    @Override
    public List<ClassReport> classes() {
      return isLabelled()
          ? IntStream.range(0, labels.names().size()).mapToObj(this::ofLabel).toList()
          : List.of();
    }

    private ClassReport ofLabel(int label) {
      long both = 0;
      long is = 0;
      long said = 0;
      for (int i = 0; i < answered.length; i++) {
        is += right.get(i).get(label) ? 1 : 0;
        said += answered[i].get(label) ? 1 : 0;
        both += right.get(i).get(label) && answered[i].get(label) ? 1 : 0;
      }
      return new ClassReport(
          labels.names().get(label),
          said == 0 ? 0 : (double) both / said,
          is == 0 ? 0 : (double) both / is,
          is + said == 0 ? 0 : 2.0 * both / (is + said),
          is);
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
        double kl = Divergence.klOfLabels(p, q);
        sum += kl;
        most = Math.max(most, kl);
        same[i] = first.answered[i].equals(answered[i]) ? 1 : 0;
        if (same[i] == 0) {
          BitSet changed = (BitSet) first.answered[i].clone();
          changed.xor(answered[i]);
          flips.add(
              new Flip(
                  i,
                  "",
                  "",
                  isLabelled() ? Optional.of(names(right.get(i))) : Optional.empty(),
                  names(first.answered[i]),
                  names(answered[i]),
                  sureness(p, changed),
                  sureness(q, changed)));
        }
      }
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put("kl_mean", sum / same.length);
      numbers.put("kl_max", most);
      return new Beside(same, numbers, flips);
    }

    /** How far the surest of the labels that changed was from being in doubt, 0 to 1. */
    private static double sureness(double[] probabilities, BitSet changed) {
      return changed.stream().mapToDouble(l -> Math.abs(2 * probabilities[l] - 1)).max().orElse(0);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
