package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.facts.Task;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Labels in another order than the checkpoint's. */
final class LabelOrder {
  private LabelOrder() {}

  /**
   * The order in which the model's logits fit the file's best, if it is not the checkpoint's own.
   *
   * @param file the file's answers: [batch][text][logit]
   * @param model the model's answers
   * @param task an embedding has no labels
   */
  static Optional<Hypothesis> of(List<float[][]> file, List<float[][]> model, Task task) {
    int labels = file.get(0)[0].length;
    if (labels < 2 || model.get(0)[0].length != labels || task.embeds()) {
      return Optional.empty();
    }
    double[][] cost = new double[labels][labels];
    for (int b = 0; b < file.size(); b++) {
      for (int row = 0; row < file.get(b).length; row++) {
        for (int i = 0; i < labels; i++) {
          for (int j = 0; j < labels; j++) {
            cost[i][j] += squares(file.get(b)[row], i, model.get(b)[row], j, labels);
          }
        }
      }
    }
    int[] order = cheapest(cost);
    boolean own = IntStream.range(0, labels).allMatch(i -> order[i] == i);
    return own ? Optional.empty() : Optional.of(hypothesis(order));
  }

  /** How far column i of one row of tokens is from column j of another. */
  private static double squares(float[] file, int i, float[] model, int j, int labels) {
    double sum = 0;
    for (int token = 0; token < file.length; token += labels) {
      double difference = file[token + i] - model[token + j];
      sum += difference * difference;
    }
    return sum;
  }

  private static Hypothesis hypothesis(int[] order) {
    List<Integer> own = IntStream.range(0, order.length).boxed().toList();
    List<Integer> other = IntStream.of(order).boxed().toList();
    VariantModel.Readout readout =
        logits -> {
          float[] moved = new float[logits.length];
          for (int i = 0; i < moved.length; i++) {
            moved[i] = logits[i / order.length * order.length + order[i % order.length]];
          }
          return moved;
        };
    return new Hypothesis(
        "label_order",
        own.toString(),
        other.toString(),
        v -> v.with(readout),
        "keep the rows of the head in the order of id2label; of question answering where an answer"
            + " begins comes first");
  }

  /** The cheapest pairs first, each row and column once. */
  private static int[] cheapest(double[][] cost) {
    int n = cost.length;
    int[] order = new int[n];
    List<Integer> rows = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    List<Integer> columns = new ArrayList<>(rows);
    while (!rows.isEmpty()) {
      int bestRow = rows.get(0);
      int bestColumn = columns.get(0);
      for (int i : rows) {
        for (int j : columns) {
          if (cost[i][j] < cost[bestRow][bestColumn]) {
            bestRow = i;
            bestColumn = j;
          }
        }
      }
      order[bestRow] = bestColumn;
      rows.remove(Integer.valueOf(bestRow));
      columns.remove(Integer.valueOf(bestColumn));
    }
    return order;
  }
}
