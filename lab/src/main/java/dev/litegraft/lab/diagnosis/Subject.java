package dev.litegraft.lab.diagnosis;

import dev.litegraft.error.LitegraftException;
import dev.litegraft.lab.diagnosis.Probes.Batch;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.Task;
import dev.litegraft.runtime.RawModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The file under diagnosis: its answers to the probes, and how far a variant of the checkpoint's
 * model is from them.
 */
final class Subject {
  /** Below this, differences are rounding: a batch that is explained so well is explained. */
  private static final double NOISE = 1e-5;

  private final PlainLayers layers;
  private final List<Batch> batches;
  private final List<float[][]> answers;
  private final boolean tokenTypes;

  private Subject(
      PlainLayers layers, List<Batch> batches, List<float[][]> answers, boolean tokenTypes) {
    this.layers = layers;
    this.batches = batches;
    this.answers = answers;
    this.tokenTypes = tokenTypes;
  }

  /** Asks the file everything. */
  static Subject of(
      RawModel file, List<Batch> batches, PlainLayers layers, Task task, boolean tokenTypes) {
    List<float[][]> answers = new ArrayList<>();
    for (Batch batch : batches) {
      answers.add(attended(answers(file, batch), batch, task));
    }
    return new Subject(layers, batches, answers, tokenTypes);
  }

  static float[][] answers(RawModel file, Batch batch) {
    float[][] rows = new float[batch.ids().length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = file.answer(batch.ids()[i], batch.mask()[i], null).values();
    }
    return rows;
  }

  /**
   * How far two sets of answers are apart.
   *
   * @param max the largest difference of a logit
   * @param rms the root of the mean squared difference
   * @param score the mean over the batches of the logarithm of their rms: low where some kinds of
   *     probes are explained exactly, even if others are not
   */
  record Distance(double max, double rms, double score) {
    static final Distance INFINITE =
        new Distance(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** The file's answers; [batch][text][logit]. */
  List<float[][]> answers() {
    return answers;
  }

  /** The largest magnitude of the file's logits. */
  double scale() {
    double scale = 0;
    for (float[][] batch : answers) {
      for (float[] row : batch) {
        for (float logit : row) {
          scale = Math.max(scale, Math.abs(logit));
        }
      }
    }
    return scale;
  }

  /** The variant's answers. */
  List<float[][]> answers(Variant variant) {
    List<float[][]> all = new ArrayList<>();
    for (Batch batch : batches) {
      Batch read = variant.readsPadding() ? batch : batch.trimmed();
      float[][] rows = variant.answers(layers, read.inputs(variant.task(), tokenTypes));
      all.add(attended(rows, read, variant.task()));
    }
    return all;
  }

  /** Of answers token by token those to padding are nothing that anybody reads. */
  private static float[][] attended(float[][] rows, Batch batch, Task task) {
    if (task != Task.TOKEN_CLASSIFICATION) {
      return rows;
    }
    float[][] kept = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      int[] mask = batch.mask()[i];
      int labels = rows[i].length / mask.length;
      kept[i] = new float[Arrays.stream(mask).sum() * labels];
      int filled = 0;
      for (int token = 0; token < mask.length; token++) {
        if (mask[token] == 1) {
          System.arraycopy(rows[i], token * labels, kept[i], filled, labels);
          filled += labels;
        }
      }
    }
    return kept;
  }

  /** How far the variant is from the file; infinitely far if the checkpoint cannot be read so. */
  Distance distance(Variant variant) {
    try {
      return distance(answers(variant));
    } catch (LitegraftException | IllegalArgumentException e) {
      return Distance
          .INFINITE; // The hypothesis asks for tensors or shapes that this checkpoint does not
      // have.
    }
  }

  /** How far these answers are from the file's. */
  Distance distance(List<float[][]> others) {
    double max = 0;
    double squares = 0;
    double logs = 0;
    long count = 0;
    for (int b = 0; b < answers.size(); b++) {
      double batchSquares = 0;
      long batchCount = 0;
      for (int i = 0; i < answers.get(b).length; i++) {
        float[] own = answers.get(b)[i];
        float[] other = others.get(b)[i];
        if (own.length != other.length) {
          return Distance.INFINITE;
        }
        for (int j = 0; j < own.length; j++) {
          double difference = Math.abs((double) own[j] - other[j]);
          if (Double.isNaN(difference)) {
            return Distance.INFINITE;
          }
          max = Math.max(max, difference);
          batchSquares += difference * difference;
          batchCount++;
        }
      }
      squares += batchSquares;
      count += batchCount;
      logs += Math.log(Math.sqrt(batchSquares / Math.max(1, batchCount)) + NOISE);
    }
    return new Distance(max, Math.sqrt(squares / Math.max(1, count)), logs / answers.size());
  }
}
