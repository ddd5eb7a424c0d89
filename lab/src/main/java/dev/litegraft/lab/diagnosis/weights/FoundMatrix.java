package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.tensor.ChangedNumbers;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;

/**
 * A matrix of the checkpoint as a file has it: its numbers, from which is taken what the tool
 * multiplied them with.
 *
 * @param source the checkpoint's, [rows, columns]
 * @param in where the file has it
 * @param at the file's row of each of its rows
 * @param columns what each column was multiplied with: a norm before it; all 1 where nothing was
 *     folded in
 * @param factor what all of it was multiplied with: a scale behind it
 */
public record FoundMatrix(
    TensorData source, FileMatrix in, int[] at, float[] columns, double factor)
    implements ChangedNumbers {
  /** Whether something was folded into it. */
  boolean isFolded() {
    for (float column : columns) {
      if (column != 1) {
        return true;
      }
    }
    return factor != 1;
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
