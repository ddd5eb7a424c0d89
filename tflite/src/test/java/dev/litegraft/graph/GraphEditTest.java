package dev.litegraft.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GraphEditTest {
  private final GraphBuilder builder = new GraphBuilder();
  private final Value x = builder.input("x", DType.F32, Shape.of(1, Shape.TOKENS, 4));
  private final Value weight =
      builder.constant("w", TensorViews.of("w", Shape.of(4, 4), new float[16]), PlainStorage.F32);

  @Test
  void anOperatorIsInsertedBeforeTheOneThatReadsIt() {
    Value once = builder.fullyConnected("once", x, weight, Optional.empty());
    Value twice = builder.fullyConnected("twice", once, weight, Optional.empty());
    Graph graph = builder.build("serving_default", Map.of("y", twice));

    Graph edited =
        GraphEdit.of(
            graph,
            (op, edit) ->
                GraphEdit.reading(
                    op,
                    value -> {
                      if (value != weight || edit.now(weight) != weight) {
                        return edit.now(value);
                      }
                      Value half = Value.constant("w", weight.data(), PlainStorage.F16);
                      String name = edit.name("w");
                      Value wide =
                          edit.insert(
                              new Op.Dequantize(half, Value.of(name, DType.F32, weight.shape())));
                      edit.replace(weight, wide);
                      return wide;
                    }));

    GraphVerifier.verify(edited);
    assertThat(GraphPrinter.print(edited))
        .isEqualTo(
            """
            serving_default(x = x : f32[1, t, 4]) -> (y = twice : f32[1, t, 4])
              const w : f16[4, 4]
              w_2 = DEQUANTIZE(w) : f32[4, 4]
              once = FULLY_CONNECTED(x, w_2) : f32[1, t, 4]
              twice = FULLY_CONNECTED(once, w_2) : f32[1, t, 4]
            """);
  }

  @Test
  void whatAnOperatorMakesCanBeAnotherValue() {
    Value y = builder.add(x, builder.scalar(1));
    Graph graph = builder.build("serving_default", Map.of("y", builder.mul(y, y)));
    Quantization.Affine bytes = Quantization.Affine.of(0.5f, 3);

    Graph edited =
        GraphEdit.of(
            graph,
            (op, edit) -> {
              if (op.output() != y) {
                return op;
              }
              Value exact = edit.insert(op);
              Value stored = edit.insert(Op.Quantize.of(edit.name("y/i8"), exact, DType.I8, bytes));
              return Op.Dequantize.of(edit.name("y/f32"), stored);
            });

    GraphVerifier.verify(edited);
    assertThat(edited.ops())
        .extracting(Op::mnemonic)
        .containsExactly("ADD", "QUANTIZE", "DEQUANTIZE", "MUL");
    assertThat(edited.ops().get(3).inputs())
        .extracting(Value::name)
        .containsExactly("y/f32", "y/f32");
  }

  @Test
  void anOutputThatIsReplacedIsTheGraphsOutput() {
    Value y = builder.add(x, builder.scalar(1));
    Graph graph = builder.build("serving_default", Map.of("y", y));

    Graph edited =
        GraphEdit.of(
            graph, (op, edit) -> GraphEdit.making(op, Value.of("z", DType.F32, y.shape())));

    GraphVerifier.verify(edited);
    assertThat(edited.outputs().get("y")).hasToString("z f32[1, t, 4]");
  }
}
