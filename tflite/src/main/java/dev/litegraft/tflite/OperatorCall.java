package dev.litegraft.tflite;

import dev.litegraft.graph.Value;
import dev.litegraft.operator.OptionTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An operator as TFLite takes it.
 *
 * @param mnemonic the builtin operator
 * @param version the lowest version of its kernel that can run this use
 * @param options its option table, where it has one
 * @param values the fields of that table that are not 0, by name
 * @param inputs what is read, with the small tensors that the graph has as attributes
 * @param output what is made
 */
record OperatorCall(
    String mnemonic,
    int version,
    Optional<OptionTable> options,
    Map<String, Object> values,
    List<Operand> inputs,
    Value output) {
  OperatorCall {
    values = Map.copyOf(values);
    inputs = List.copyOf(inputs);
  }

  /** Something that an operator reads. */
  sealed interface Operand {}

  /** A value of the graph. */
  record Edge(Value value) implements Operand {}

  /** A small tensor of whole numbers; a scalar or a vector. */
  record Whole(List<Integer> numbers, boolean scalar) implements Operand {
    Whole {
      numbers = List.copyOf(numbers);
    }

    /** The name of the tensor: it is the same wherever the numbers are. */
    String name() {
      return scalar ? "i32 " + numbers.get(0) : "i32 " + numbers;
    }
  }

  /** An optional input that is not there. */
  record Absent() implements Operand {}
}
