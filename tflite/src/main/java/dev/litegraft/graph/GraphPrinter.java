package dev.litegraft.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A graph as text, an operator a line: {@code result = OPERATOR(inputs) attributes : dtype[shape]}.
 * The golden form in tests.
 *
 * <p>Constants are written with their storage where they are first read.
 */
public final class GraphPrinter {
  private GraphPrinter() {}

  /** The text, every line ended by a newline. */
  public static String print(Graph graph) {
    List<String> lines = new ArrayList<>();
    lines.add(
        graph.signature() + "(" + named(graph.inputs()) + ") -> (" + named(graph.outputs()) + ")");
    for (Value constant : graph.constants()) {
      lines.add("  const " + typed(constant));
    }
    for (Op op : graph.ops()) {
      String inputs = op.inputs().stream().map(Value::name).collect(Collectors.joining(", "));
      String attributes = op.accept(ATTRIBUTES);
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s = %s(%s)%s : %s%s",
              op.output().name(),
              op.mnemonic(),
              inputs,
              attributes.isEmpty() ? "" : " " + attributes,
              dtype(op.output()),
              op.output().shape()));
    }
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String named(Map<String, Value> values) {
    return values.entrySet().stream()
        .map(e -> e.getKey() + " = " + typed(e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String typed(Value value) {
    return value.name() + " : " + dtype(value) + value.shape();
  }

  private static String dtype(Value value) {
    return value.dtype().name().toLowerCase(Locale.ROOT);
  }

  private static final Op.Visitor<String> ATTRIBUTES =
      new Op.Visitor<>() {
        @Override
        public String unary(Op.Unary op) {
          return "";
        }

        @Override
        public String binary(Op.Binary op) {
          return "";
        }

        @Override
        public String reduce(Op.Reduce op) {
          return "axis=" + op.axis();
        }

        @Override
        public String gelu(Op.Gelu op) {
          return op.approximate() ? "approximate" : "";
        }

        @Override
        public String softmax(Op.Softmax op) {
          return "";
        }

        @Override
        public String fullyConnected(Op.FullyConnected op) {
          return "";
        }

        @Override
        public String batchMatMul(Op.BatchMatMul op) {
          return op.transposeB() ? "transpose_b" : "";
        }

        @Override
        public String embeddingLookup(MoveOp.EmbeddingLookup op) {
          return "";
        }

        @Override
        public String gather(MoveOp.Gather op) {
          return "";
        }

        @Override
        public String cumsum(Op.Cumsum op) {
          return "axis=" + op.axis() + (op.exclusive() ? " exclusive" : "");
        }

        @Override
        public String cast(MoveOp.Cast op) {
          return "";
        }

        @Override
        public String shapeOf(MoveOp.ShapeOf op) {
          return "";
        }

        @Override
        public String reshape(MoveOp.Reshape op) {
          return "";
        }

        @Override
        public String transpose(MoveOp.Transpose op) {
          return "permutation=" + op.permutation();
        }

        @Override
        public String stridedSlice(MoveOp.StridedSlice op) {
          return "axis=" + op.axis() + " begin=" + op.begin() + " size=" + op.size();
        }

        @Override
        public String concatenation(MoveOp.Concatenation op) {
          return "axis=" + op.axis();
        }

        @Override
        public String dequantize(Op.Dequantize op) {
          return "";
        }

        @Override
        public String quantize(Op.Quantize op) {
          return "";
        }
      };
}
