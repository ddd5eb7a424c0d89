package dev.litegraft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InPlaceTest {
  private final GraphBuilder b = new GraphBuilder();
  private final Value x = b.input("x", DType.F32, Shape.of(1, Shape.TOKENS));

  private Graph built(Value... outputs) {
    return b.build("serving_default", Map.of("y", b.concatenation(List.of(outputs), 1)));
  }

  @Test
  void aReshapedValueThatIsReadLaterIsNotComputedOver() {
    Value picked = b.unary(Op.UnaryKind.RELU, x);
    Value product = b.mul(b.reshape(picked, Shape.of(1, 1, Shape.TOKENS)), b.scalar(3));

    assertThatThrownBy(() -> built(b.reshape(product, x.shape()), picked))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("MUL may be computed over a value that is read later")
        .hasMessageContaining("mul, over relu");
  }

  @Test
  void throughSeveralReshapesToo() {
    Value picked = b.unary(Op.UnaryKind.RELU, x);
    Value row = b.reshape(picked, Shape.of(1, 1, Shape.TOKENS));
    Value column = b.reshape(row, Shape.of(Shape.TOKENS));
    Value negative = b.unary(Op.UnaryKind.NEG, column);

    assertThatThrownBy(() -> built(b.reshape(negative, x.shape()), picked))
        .hasMessageStartingWith("NEG may be computed over a value that is read later");
  }

  @Test
  void theLastReaderMayComputeOverIt() {
    Value picked = b.unary(Op.UnaryKind.RELU, x);
    Value sum = b.add(picked, b.scalar(1));
    Value product = b.mul(b.reshape(picked, Shape.of(1, 1, Shape.TOKENS)), b.scalar(3));

    assertThat(built(b.reshape(product, x.shape()), sum).ops()).hasSize(6);
  }

  @Test
  void whatHasTwoReadersItselfIsNotComputedOver() {
    Value picked = b.unary(Op.UnaryKind.RELU, x);
    Value row = b.reshape(picked, Shape.of(1, 1, Shape.TOKENS));
    Value square = b.mul(row, row);

    assertThat(built(b.reshape(square, x.shape()), picked).ops()).hasSize(5);
  }

  @Test
  void aLargerResultHasMemoryOfItsOwn() {
    Value picked = b.unary(Op.UnaryKind.RELU, x);
    Value column = b.reshape(picked, Shape.of(1, Shape.TOKENS, 1));
    Value table = b.add(column, b.reshape(x, Shape.of(1, 1, Shape.TOKENS)));
    Value sums = b.reshape(b.reduce(Op.ReduceKind.SUM, table, 2), x.shape());

    assertThat(built(sums, picked).ops()).hasSize(7);
  }
}
