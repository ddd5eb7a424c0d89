package dev.litegraft.quantize;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphEdit;
import dev.litegraft.graph.MoveOp;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Rounding;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stores matrices in other forms, as rules say: of those that hold for a matrix, the last one
 * counts, and a matrix without one stays in f32.
 *
 * @param rules in the order of their weight
 * @param seen what linear layers were multiplied with, so that what one number of a matrix loses
 *     others make good; absent: each number is rounded to the nearest
 * @param clipped whether rows in int4 have the scales with the least squared error
 */
record StoreMatrices(List<FormRule> rules, Optional<SeenInputs> seen, boolean clipped)
    implements Pass {
  StoreMatrices {
    rules = List.copyOf(rules);
  }

  /** Each number is rounded to the nearest. */
  StoreMatrices(List<FormRule> rules) {
    this(rules, Optional.empty(), false);
  }

  /** The same, where numbers make good what others lose. */
  StoreMatrices compensated(SeenInputs inputs) {
    return new StoreMatrices(rules, Optional.of(inputs), false);
  }

  /** The same, where rows in int4 have the scales with the least squared error. */
  StoreMatrices withLeastError() {
    return new StoreMatrices(rules, Optional.empty(), true);
  }

  /** The same with further rules, which count more than those before. */
  StoreMatrices with(List<FormRule> more) {
    return new StoreMatrices(Stream.concat(rules.stream(), more.stream()).toList(), seen, clipped);
  }

  /** Paths of the matrices that stay in f32. */
  List<String> keptInFloat(Graph graph) {
    return Matrix.of(graph).values().stream()
        .filter(matrix -> form(matrix) == MatrixForm.F32)
        .map(Matrix::path)
        .toList();
  }

  @Override
  public String name() {
    return "matrices in other forms";
  }

  @Override
  public Graph apply(Graph graph) {
    Map<Value, Matrix> matrices = Matrix.of(graph);
    rules.forEach(rule -> rule.requireUsed(matrices.values()));
    return new Run(matrices).apply(graph);
  }

  /** What the last rule says that holds for a matrix. */
  MatrixForm form(Matrix matrix) {
    MatrixForm form = MatrixForm.F32;
    for (FormRule rule : rules) {
      if (rule.holds(matrix)) {
        form = rule.form();
      }
    }
    return form;
  }

  /** One graph; a matrix that several operators read is stored once. */
  private final class Run {
    private final Map<Value, Matrix> matrices;
    private final Map<Value, Value> stored = new HashMap<>();
    private final Map<Value, Value> dequantized = new HashMap<>();

    Run(Map<Value, Matrix> matrices) {
      this.matrices = matrices;
    }

    Graph apply(Graph graph) {
      return GraphEdit.of(
          graph,
          (op, edit) -> {
            if (op instanceof Op.FullyConnected linear && matrices.containsKey(linear.weight())) {
              return linear(linear, form(matrices.get(linear.weight())), edit);
            }
            if (op instanceof MoveOp.EmbeddingLookup look && matrices.containsKey(look.table())) {
              return lookUp(look, form(matrices.get(look.table())), edit);
            }
            return op;
          });
    }

    private Op linear(Op.FullyConnected op, MatrixForm form, GraphEdit edit) {
      Value weight = stored(op.weight(), form, edit);
      if (!form.isDequantized()) {
        return GraphEdit.reading(op, value -> value == op.weight() ? weight : value);
      }
      Value wide = dequantized(weight, edit);
      // XNNPACK takes a layer with an f16 weight only if its bias is in f16 as well.
      Value bias = op.bias().filter(b -> form == MatrixForm.F16 && b.isConstant()).orElse(null);
      Value wideBias = bias == null ? null : dequantized(stored(bias, form, edit), edit);
      return GraphEdit.reading(
          op,
          value -> value == op.weight() ? wide : value == bias && bias != null ? wideBias : value);
    }

    /** EMBEDDING_LOOKUP gives wrong numbers of an f16 table, and GATHER right ones. */
    private Op lookUp(MoveOp.EmbeddingLookup op, MatrixForm form, GraphEdit edit) {
      Value table = stored(op.table(), form, edit);
      if (form != MatrixForm.F16) {
        return GraphEdit.reading(op, value -> value == op.table() ? table : value);
      }
      String name = edit.name(op.output().name() + "/f16");
      Value rows = Value.of(name, DType.F16, op.output().shape());
      return new Op.Dequantize(edit.insert(new MoveOp.Gather(table, op.ids(), rows)), op.output());
    }

    private Value stored(Value matrix, MatrixForm form, GraphEdit edit) {
      return stored.computeIfAbsent(matrix, m -> form.stored(m, edit::name, rounding(m, form)));
    }

    /** Tables are looked up: nothing of a row makes good what another number lost. */
    private Optional<Rounding> rounding(Value constant, MatrixForm form) {
      if (clipped && form == MatrixForm.INT4) {
        return Optional.of(new LeastError());
      }
      Matrix matrix = matrices.get(constant);
      return seen.filter(
              inputs ->
                  matrix != null
                      && !matrix.readers().contains(Matrix.Reader.EMBEDDING_LOOKUP)
                      && inputs.largest(constant.name()).isPresent())
          .map(inputs -> new Compensation(inputs, constant.name()));
    }

    private Value dequantized(Value constant, GraphEdit edit) {
      return dequantized.computeIfAbsent(
          constant,
          c -> {
            String name = edit.name(c.name() + "/f32");
            return edit.insert(new Op.Dequantize(c, Value.of(name, DType.F32, c.shape())));
          });
    }
  }
}
