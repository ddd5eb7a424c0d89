package dev.litegraft.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.operator.Operand.Scaling;
import dev.litegraft.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OperatorTableTest {
  private static final Operand X = Operand.of("x", DType.F32, 2, 3, 8);

  private static Operand[] made(
      String name, Map<String, Object> options, DType type, @Nullable Operand... inputs) {
    return made(name, options, List.of(Operand.of("y", type)), inputs);
  }

  private static Operand[] made(
      String name,
      Map<String, Object> options,
      List<Operand> outputs,
      @Nullable Operand... inputs) {
    OperatorSpec spec = OperatorTable.find(name).orElseThrow();
    return spec.infer(new OperatorUse(Arrays.asList(inputs), options, outputs));
  }

  private static void assertRefused(
      String message, String name, Map<String, Object> options, @Nullable Operand... inputs) {
    assertThatThrownBy(() -> made(name, options, DType.F32, inputs))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anInputThatIsAbsentIsRefusedWhereItIsNeeded() {
    assertRefused("has no input 1", "MUL", Map.of(), X, null);
    assertRefused("has 1 inputs", "MUL", Map.of(), X);
    assertRefused("has no input 1", "RESHAPE", Map.of("new_shape", List.of(48)), X, null);
  }

  @Test
  void aBiasMayBeAbsentOrLeftOut() {
    Operand weight = Operand.of("w", DType.F32, 4, 8);
    Map<String, Object> kept = Map.of("keep_num_dims", true);
    assertThat(made("FULLY_CONNECTED", kept, DType.F32, X, weight, null)[0].dims())
        .containsExactly(2, 3, 4);
    assertThat(made("FULLY_CONNECTED", kept, DType.F32, X, weight)[0].dims())
        .containsExactly(2, 3, 4);
    assertRefused("multiplies", "FULLY_CONNECTED", kept, X, Operand.of("w", DType.F32, 4, 7));
  }

  @Test
  void smallWeightsNeedAScaleOrOneARow() {
    Map<String, Object> kept = Map.of("keep_num_dims", true);
    Operand without = new Operand("w", DType.I8, new int[] {4, 8}, true, null, Scaling.NONE);
    assertRefused("without a scale each row", "FULLY_CONNECTED", kept, X, without);
    Operand rows =
        new Operand("w", DType.I8, new int[] {4, 8}, true, null, new Scaling(4, 0, 0, 0.5f));
    assertThat(made("FULLY_CONNECTED", kept, DType.F32, X, rows)).hasSize(1);
    Operand columns =
        new Operand("w", DType.I8, new int[] {4, 8}, true, null, new Scaling(8, 1, 0, 0.5f));
    assertRefused("without a scale each row", "FULLY_CONNECTED", kept, X, columns);
  }

  @Test
  void aSliceThatLeavesItsTensorIsRefused() {
    Operand row = Operand.of("x", DType.F32, 1, 8);
    assertRefused(
        "cuts -2 from 7",
        "SLICE",
        Map.of(),
        row,
        Operand.whole("b", 0, 7),
        Operand.whole("s", 1, -2));
    assertRefused(
        "cuts 1 from -5",
        "SLICE",
        Map.of(),
        row,
        Operand.whole("b", 0, -5),
        Operand.whole("s", 1, 1));
    assertRefused(
        "cuts 100 from 0",
        "SLICE",
        Map.of(),
        row,
        Operand.whole("b", 0, 0),
        Operand.whole("s", 1, 100));
    assertThat(
            made(
                "SLICE",
                Map.of(),
                DType.F32,
                row,
                Operand.whole("b", 0, 3),
                Operand.whole("s", 1, -1))[0]
                .dims())
        .containsExactly(1, 5);
  }

  @Test
  void numbersThatAreNotKnownBeforeItRunsAreNoBounds() {
    Operand computed = Operand.of("b", DType.I32, 3);
    assertRefused("not known before it runs", "SLICE", Map.of(), X, computed, computed);
    assertRefused("not known before it runs", "RESHAPE", Map.of(), X, computed);
    assertRefused("not known before it runs", "TILE", Map.of(), X, computed);
  }

  @Test
  void aSplitMakesEqualParts() {
    Operand axis = Operand.whole("axis", 2);
    List<Operand> two = List.of(Operand.of("a", DType.F32), Operand.of("b", DType.F32));
    assertThat(made("SPLIT", Map.of("num_splits", 2), two, axis, X)[1].dims())
        .containsExactly(2, 3, 4);
    assertRefused("into 0", "SPLIT", Map.of("num_splits", 0), axis, X);
    assertRefused("into 99", "SPLIT", Map.of("num_splits", 99), axis, X);
  }

  @Test
  void wholeNumbersAreDividedByWhatIsInTheFileAndPositive() {
    Operand ids = Operand.of("ids", DType.I32, 8);
    for (long divisor : new long[] {0, -1}) {
      assertThatThrownBy(() -> made("DIV", Map.of(), DType.I32, ids, Operand.whole("d", divisor)))
          .hasMessageContaining("not all positive");
    }
    assertThat(made("FLOOR_MOD", Map.of(), DType.I32, ids, Operand.whole("d", 3))).hasSize(1);
    assertThatThrownBy(() -> made("DIV", Map.of(), DType.I32, ids, Operand.of("d", DType.I32, 1)))
        .hasMessageContaining("not known");
  }

  @Test
  void paddingsTransposesAndPlacesStayInside() {
    Operand paddings =
        new Operand("p", DType.I32, new int[] {1, 2}, true, new long[] {-5, 0}, Scaling.NONE);
    assertRefused("pads by -5", "PAD", Map.of(), Operand.of("x", DType.F32, 8), paddings);
    assertRefused("no permutation", "TRANSPOSE", Map.of(), X, Operand.whole("p", 0, 0, 1));
    assertRefused("permutes 1", "TRANSPOSE", Map.of(), X, Operand.whole("p", 0));
    assertRefused(
        "writes at 999",
        "SPARSE_TO_DENSE",
        Map.of(),
        Operand.whole("i", 999),
        Operand.whole("s", 4),
        Operand.of("v", DType.F32, 1),
        Operand.of("d", DType.F32));
    // Its kernel counts what lies behind the shape of indices that have none.
    assertRefused(
        "takes 1 to 2 dimensions as input 0",
        "SPARSE_TO_DENSE",
        Map.of(),
        new Operand("i", DType.I64, new int[0], true, new long[] {1}, Operand.Scaling.NONE),
        Operand.whole("s", 4),
        Operand.of("v", DType.F32),
        Operand.of("d", DType.F32));
    assertRefused("has no axis 9", "GATHER", Map.of("axis", 9), X, Operand.whole("i", 0));
  }

  @Test
  void shapesAreFollowedWhereTheyAreComputed() {
    Operand shape = made("SHAPE", Map.of(), DType.I32, X)[0];
    assertThat(shape.numbers()).containsExactly(2, 3, 8);
    Operand rows =
        made(
            "STRIDED_SLICE",
            Map.of("shrink_axis_mask", 1),
            DType.I32,
            shape,
            Operand.whole("b", 0),
            Operand.whole("e", 1),
            Operand.whole("s", 1))[0];
    assertThat(rows.numbers()).containsExactly(2);
    Operand dims =
        made(
            "PACK",
            Map.of("values_count", 2),
            DType.I32,
            rows,
            Operand.of("n", DType.I32).with(new long[] {24}))[0];
    assertThat(made("RESHAPE", Map.of(), DType.F32, X, dims)[0].dims()).containsExactly(2, 24);
  }

  @Test
  void newAxesAndAxesBetweenAreCountedAsNumpyDoes() {
    Operand mask = Operand.of("mask", DType.F32, 1, 7);
    Operand zeros = Operand.whole("z", 0, 0, 0, 0);
    assertThat(
            made(
                "STRIDED_SLICE",
                Map.of("begin_mask", 9, "end_mask", 9, "new_axis_mask", 6),
                DType.F32,
                mask,
                zeros,
                zeros,
                Operand.whole("s", 1, 1, 1, 1))[0]
                .dims())
        .containsExactly(1, 1, 1, 7);
    assertThat(
            made(
                "STRIDED_SLICE",
                Map.of("ellipsis_mask", 1, "end_mask", 2),
                DType.F32,
                X,
                Operand.whole("b", 0, 2),
                Operand.whole("e", 0, 0),
                Operand.whole("s", 1, 2))[0]
                .dims())
        .containsExactly(2, 3, 3);
  }

  @Test
  void everyOperatorHasAnInputAndSaysItself() {
    assertThat(OperatorTable.all())
        .hasSizeGreaterThan(80)
        .allSatisfy(spec -> assertThat(spec.slots()).isNotEmpty())
        .allSatisfy(spec -> assertThat(spec.toString()).startsWith(spec.name() + "("));
    assertThat(OperatorTable.find("WHILE")).isEmpty();
    assertThat(OperatorTable.find("WHERE")).isEmpty();
  }
}
