package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.lab.reference.LastingTensor;
import dev.litegraft.tensor.ChangedNumbers;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Optional;

/**
 * A matrix of the checkpoint as a file has it: its numbers, from which is taken what the tool
 * multiplied them with.
 *
 * @param source the checkpoint's, [rows, columns]
 * @param in where the file has it
 * @param at the file's row of each of its rows
 * @param before what each column was multiplied with
 * @param factor what all of it was multiplied with: a scale behind it
 */
public record FoundMatrix(TensorData source, FileMatrix in, int[] at, Scales before, double factor)
    implements ChangedNumbers, LastingTensor {
  /**
   * What the columns of a matrix were multiplied with.
   *
   * @param norm the tensor of the norm before it; empty where nothing was folded in
   * @param columns the factor of each; all 1 where nothing was
   */
  record Scales(Optional<String> norm, float[] columns) {}

  /** What each column was multiplied with. */
  float[] columns() {
    return before.columns();
  }

  /** Whether its rows do not stand one behind the other. */
  boolean isReordered() {
    for (int i = 1; i < at.length; i++) {
      if (at[i] != at[i - 1] + 1) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void read(long from, float[] out, int begin, int count) throws IOException {
    float[] columns = columns();
    int width = columns.length;
    float[] row = new float[width];
    int done = 0;
    while (done < count) {
      int index = (int) ((from + done) / width);
      int first = (int) ((from + done) % width);
      in.numbers().read((long) at[index] * width, row, 0, width);
      for (int i = first; i < width && done < count; i++, done++) {
        out[begin + done] = (float) (row[i] / (columns[i] * factor));
      }
    }
  }
}
