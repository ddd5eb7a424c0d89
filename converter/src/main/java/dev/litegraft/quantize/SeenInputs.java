package dev.litegraft.quantize;

import java.io.IOException;
import java.util.Optional;

/**
 * What the matrices of a model were multiplied with while it read texts. Matrices go by the names
 * of their constants.
 */
public interface SeenInputs {
  /** Of a model that has read nothing. */
  SeenInputs NONE =
      new SeenInputs() {
        @Override
        public Optional<float[]> largest(String matrix) {
          return Optional.empty();
        }

        @Override
        public Optional<float[]> products(String matrix) {
          return Optional.empty();
        }
      };

  /** The largest magnitude of each input, [in]; absent for a matrix that was not seen. */
  Optional<float[]> largest(String matrix);

  /**
   * The mean products of inputs, {@code E[x_i · x_j]}, [in, in]: symmetric.
   *
   * @return the upper half row by row, {@code in · (in + 1) / 2} numbers; absent for a matrix that
   *     was not seen
   * @throws IOException if they cannot be read
   */
  Optional<float[]> products(String matrix) throws IOException;
}
