package dev.litegraft.quantize;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphEdit;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores matrices in other forms, as rules say: of those that hold for a matrix, the last one
 * counts, and a matrix without one stays in f32.
 *
 * @param rules in the order of their weight
 */
record StoreMatrices(List<Rule> rules) implements Pass {
  /** A rule: the matrices for which it holds, and their form. */
  interface Rule {
    /** Whether it holds for this matrix. */
    boolean holds(Matrix matrix);

    /** The form of the matrix; empty for f32. */
    Optional<MatrixForm> form(Matrix matrix);
  }

  StoreMatrices {
    rules = List.copyOf(rules);
  }

  /** All matrices in one form. */
  static StoreMatrices in(MatrixForm form) {
    return new StoreMatrices(List.of(all(form)));
  }

  /** A rule for all matrices. */
  static Rule all(MatrixForm form) {
    return new Rule() {
      @Override
      public boolean holds(Matrix matrix) {
        return true;
      }

      @Override
      public Optional<MatrixForm> form(Matrix matrix) {
        return Optional.of(form);
      }
    };
  }

  @Override
  public String name() {
    return "matrices in other forms";
  }

  @Override
  public Graph apply(Graph graph) {
    Map<Value, Matrix> matrices = Matrix.of(graph);
    Map<Value, Value> stored = new HashMap<>();
    return GraphEdit.of(
        graph,
        (op, edit) ->
            GraphEdit.reading(
                op,
                value -> {
                  Matrix matrix = matrices.get(value);
                  return matrix == null
                      ? value
                      : stored.computeIfAbsent(value, v -> stored(matrix, edit));
                }));
  }

  private Value stored(Matrix matrix, GraphEdit edit) {
    Optional<MatrixForm> form = form(matrix);
    if (form.isEmpty()) {
      return matrix.value();
    }
    Value constant = form.get().stored(matrix.value(), edit::name);
    if (!form.get().isDequantized()) {
      return constant;
    }
    String name = edit.name(matrix.value().name() + "/f32");
    return edit.insert(new Op.Dequantize(constant, Value.of(name, DType.F32, constant.shape())));
  }

  /** What the last rule says that holds for a matrix. */
  Optional<MatrixForm> form(Matrix matrix) {
    Optional<MatrixForm> form = Optional.empty();
    for (Rule rule : rules) {
      if (rule.holds(matrix)) {
        form = rule.form(matrix);
      }
    }
    return form;
  }
}
