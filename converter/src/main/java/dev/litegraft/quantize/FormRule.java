package dev.litegraft.quantize;

import java.util.Optional;

/**
 * The matrices for which a form is meant.
 *
 * @param pattern that fits their path; absent for all
 * @param reader the operator that reads them; absent for all
 */
record FormRule(Optional<PathPattern> pattern, Optional<Matrix.Reader> reader, MatrixForm form) {
  /** For all matrices. */
  static FormRule all(MatrixForm form) {
    return new FormRule(Optional.empty(), Optional.empty(), form);
  }

  /** For embedding tables. */
  static FormRule embeddings(MatrixForm form) {
    return new FormRule(Optional.empty(), Optional.of(Matrix.Reader.EMBEDDING_LOOKUP), form);
  }

  /** Whether this is meant for the matrix. */
  boolean holds(Matrix matrix) {
    return pattern.map(p -> p.fits(matrix.path())).orElse(true)
        && reader.map(matrix.readers()::contains).orElse(true);
  }
}
