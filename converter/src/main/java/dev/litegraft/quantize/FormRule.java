package dev.litegraft.quantize;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The matrices for which a form is meant.
 *
 * @param pattern that fits their path; absent for all
 * @param reader the operator that reads them; absent for all
 */
record FormRule(Optional<PathPattern> pattern, Optional<Matrix.Reader> reader, MatrixForm form) {
  /** Paths of a message. */
  private static final int SHOWN = 5;

  /** For all matrices. */
  static FormRule all(MatrixForm form) {
    return new FormRule(Optional.empty(), Optional.empty(), form);
  }

  /** For embedding tables. */
  static FormRule embeddings(MatrixForm form) {
    return new FormRule(Optional.empty(), Optional.of(Matrix.Reader.EMBEDDING_LOOKUP), form);
  }

  /**
   * Checks that every alternative of the pattern fits a matrix: what fits none is a mistake.
   *
   * @throws InvalidRequestException that names it and what is nearest
   */
  void requireUsed(Collection<Matrix> matrices) {
    if (pattern.isEmpty()) {
      requireReader(matrices);
      return;
    }
    List<String> paths =
        matrices.stream()
            .filter(m -> reader.map(m.readers()::contains).orElse(true))
            .map(Matrix::path)
            .toList();
    for (PathPattern alternative : pattern.get().alternatives()) {
      if (paths.stream().noneMatch(alternative::fits)) {
        throw new InvalidRequestException(
            "the pattern \"" + alternative + "\" fits no matrix of this model",
            pattern.get().where(),
            Nearest.to(alternative.toString(), paths)
                .map(near -> "did you mean " + near + "?")
                .orElse(
                    "matrices are called "
                        + paths.stream().limit(SHOWN).collect(Collectors.joining(", "))
                        + (paths.size() > SHOWN ? " …" : "")));
      }
    }
  }

  private void requireReader(Collection<Matrix> matrices) {
    if (reader.isPresent() && matrices.stream().noneMatch(this::holds)) {
      throw new InvalidRequestException(
          "no matrix of this model is read by " + reader.get(),
          "the recipe's rules",
          "leave the rule out");
    }
  }

  /** As the file's facts have it: {@code model.layers.0.*: f32}. */
  @Override
  public String toString() {
    return pattern.map(PathPattern::toString).orElse("*")
        + reader.map(r -> " of " + r).orElse("")
        + ": "
        + form.word();
  }

  /** Whether it holds for every path: it has no pattern, or one of stars. */
  boolean isForAllPaths() {
    return pattern
        .map(p -> p.alternatives().stream().anyMatch(one -> one.toString().matches("\\*+")))
        .orElse(true);
  }

  /** Whether this is meant for the matrix. */
  boolean holds(Matrix matrix) {
    return pattern.map(p -> p.fits(matrix.path())).orElse(true)
        && reader.map(matrix.readers()::contains).orElse(true);
  }
}
