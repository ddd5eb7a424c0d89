package dev.litegraft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GraphTest {
  private final GraphBuilder builder = new GraphBuilder();

  @Test
  void aGraphIsPrintedAnOperatorALine() {
    Value ids = builder.input("input_ids", DType.I32, Shape.of(1, Shape.TOKENS));
    builder.scope("embed");
    Value rows =
        builder.embeddingLookup(
            builder.reshape(ids, Shape.of(Shape.TOKENS)), weight("embed.weight", 8, 4));
    Value heads = builder.reshape(rows, Shape.of(1, Shape.TOKENS, 2, 2));
    Value turned = builder.transpose(heads, 0, 2, 1, 3);
    builder.scope("");
    Value mean = builder.reduce(Op.ReduceKind.MEAN, turned, -1);
    Value logits =
        builder.fullyConnected("score", mean, weight("score.weight", 3, 1), Optional.empty());

    Graph graph = builder.build("serving_default", Map.of("logits", logits));

    assertThat(GraphPrinter.print(graph))
        .isEqualTo(
            """
            serving_default(input_ids = input_ids : i32[1, t]) -> (logits = score : f32[1, 2, t, 3])
              const embed.weight : f32[8, 4]
              const score.weight : f32[3, 1]
              embed/reshape = RESHAPE(input_ids) : i32[t]
              embed/embedding_lookup = EMBEDDING_LOOKUP(embed/reshape, embed.weight) : f32[t, 4]
              embed/reshape_2 = RESHAPE(embed/embedding_lookup) : f32[1, t, 2, 2]
              embed/transpose = TRANSPOSE(embed/reshape_2) permutation=[0, 2, 1, 3] : f32[1, 2, t, 2]
              mean = MEAN(embed/transpose) axis=3 : f32[1, 2, t, 1]
              score = FULLY_CONNECTED(mean, score.weight) : f32[1, 2, t, 3]
            """);
  }

  @Test
  void operatorsThatNoOutputNeedsAreLeftOut() {
    Value x = builder.input("x", DType.F32, Shape.of(1, 2));
    builder.unary(Op.UnaryKind.TANH, x);
    Value kept = builder.unary(Op.UnaryKind.ABS, x);

    Graph graph = builder.build("serving_default", Map.of("y", kept));

    assertThat(graph.ops()).extracting(Op::mnemonic).containsExactly("ABS");
  }

  @Test
  void aValueReadBeforeItIsMadeIsNamed() {
    Value x = Value.of("x", DType.F32, Shape.of(1));
    Op.Unary first = Op.Unary.of(Op.UnaryKind.ABS, "first", x);
    Op.Unary second = Op.Unary.of(Op.UnaryKind.NEG, "second", first.output());

    assertThatThrownBy(
            () ->
                GraphVerifier.verify(
                    new Graph(
                        "s", Map.of("x", x), Map.of("y", second.output()), List.of(second, first))))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("NEG reads a value before it is made")
        .hasMessageContaining("first");
  }

  @Test
  void twoValuesOfOneNameAreRefused() {
    Value x = Value.of("x", DType.F32, Shape.of(1));
    Op.Unary first = Op.Unary.of(Op.UnaryKind.ABS, "same", x);
    Op.Unary second = Op.Unary.of(Op.UnaryKind.NEG, "same", first.output());

    assertThatThrownBy(
            () ->
                GraphVerifier.verify(
                    new Graph(
                        "s", Map.of("x", x), Map.of("y", second.output()), List.of(first, second))))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("two values have one name");
  }

  @Test
  void aDeadOperatorIsNamed() {
    Value x = Value.of("x", DType.F32, Shape.of(1));
    Op.Unary dead = Op.Unary.of(Op.UnaryKind.ABS, "dead", x);
    Op.Unary live = Op.Unary.of(Op.UnaryKind.NEG, "live", x);

    assertThatThrownBy(
            () ->
                GraphVerifier.verify(
                    new Graph(
                        "s", Map.of("x", x), Map.of("y", live.output()), List.of(dead, live))))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("ABS makes a value that nothing reads");
  }

  @Test
  void matricesThatDoNotFitNameBothShapes() {
    Value x = builder.input("x", DType.F32, Shape.of(1, Shape.TOKENS, 5));

    assertThatThrownBy(
            () ->
                builder.fullyConnected(
                    "q_proj", x, weight("q_proj.weight", 3, 4), Optional.empty()))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("[1, t, 5]")
        .hasMessageContaining("[3, 4]");
  }

  @Test
  void aReshapeWithTwoUnknownDimensionsIsRefused() {
    Value x = builder.input("x", DType.F32, Shape.of(1, 6, Shape.TOKENS, Shape.TOKENS));

    assertThatThrownBy(() -> builder.reshape(x, Shape.of(1, 2, 3 * Shape.TOKENS, Shape.TOKENS)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("more than one unknown dimension");
  }

  @Test
  void aReshapeWithTwoUnknownDimensionsReadsThemFromAValue() {
    Value x = builder.input("x", DType.F32, Shape.of(1, 6, Shape.TOKENS, 2 * Shape.TOKENS + 1));
    Shape rows = Shape.of(6 * (2 * Shape.TOKENS + 1), Shape.TOKENS);
    Value dims = builder.shapeOf(builder.input("y", DType.F32, rows));

    assertThat(builder.reshape(x, dims, rows).shape()).isEqualTo(rows);
    assertThatThrownBy(() -> builder.reshape(x, builder.shapeOf(x), rows))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("takes a dimension each");
  }

  @Test
  void gatherHasARowForEachIndex() {
    Value x = builder.input("x", DType.F32, Shape.of(9, Shape.TOKENS));
    Value indices = builder.input("indices", DType.I32, Shape.of(1, 4, Shape.TOKENS));

    assertThat(builder.gather(x, indices).shape())
        .isEqualTo(Shape.of(1, 4, Shape.TOKENS, Shape.TOKENS));
  }

  @Test
  void aReshapeThatChangesTheNumberOfElementsIsRefused() {
    Value x = builder.input("x", DType.F32, Shape.of(1, Shape.TOKENS, 6));

    assertThatThrownBy(() -> builder.reshape(x, Shape.of(1, Shape.TOKENS, 5)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("changes the number of elements");
  }

  @Test
  void aTimesTokensDimensionIsScaledLikeAFixedOne() {
    Value x = builder.input("x", DType.F32, Shape.of(1, 9, Shape.TOKENS, 64));

    assertThat(builder.reshape(x, Shape.of(1, 3, 3 * Shape.TOKENS, 64)).shape())
        .hasToString("[1, 3, 3t, 64]");
  }

  private Value weight(String name, int rows, int columns) {
    return builder.constant(
        name,
        TensorViews.of(name, Shape.of(rows, columns), new float[rows * columns]),
        PlainStorage.F32);
  }
}
