package dev.litegraft.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A sound .tflite file of any number of tokens, in tables that may be changed before it is written:
 * {@code logits = (Σ ids) · [1, −1]}. Slots are those of {@code TfliteFormat}.
 */
final class CraftedModel {
  static final int IDS = 0;
  static final int REAL = 1;
  static final int AXIS = 2;
  static final int SUM = 3;
  static final int WEIGHT = 4;
  static final int LOGITS = 5;

  private static final byte FLOAT32 = 0;
  private static final byte INT32 = 2;

  /** Builtin operators by the index of their code in this file. */
  private static final Map<Integer, Integer> CODES = Map.of(0, 53, 1, 74, 2, 9);

  final FlatTable model = new FlatTable();

  CraftedModel() {
    List<FlatTable> codes = new ArrayList<>();
    for (int i = 0; i < CODES.size(); i++) {
      codes.add(code(CODES.getOrDefault(i, 0)));
    }
    model.set(0, 3).set(1, codes).set(2, new ArrayList<>(List.of(subgraph())));
    model.set(
        4,
        new ArrayList<>(
            List.of(
                new FlatTable(),
                new FlatTable().set(0, ints(1)),
                new FlatTable().set(0, floats(1, -1)))));
    model.set(7, new ArrayList<>(List.of(signature("serving_default", 0))));
  }

  /** An operator's code, as new files have it. */
  static FlatTable code(int builtin) {
    return new FlatTable().set(0, (byte) Math.min(builtin, 127)).set(2, 1).set(3, builtin);
  }

  /** Another subgraph like the first. */
  static FlatTable subgraph() {
    List<FlatTable> tensors = new ArrayList<>();
    tensors.add(tensor("input_ids", INT32, 0, 1, -1));
    tensors.add(tensor("real", FLOAT32, 0, 1, -1));
    tensors.add(tensor("axis", INT32, 1, 1));
    tensors.add(tensor("sum", FLOAT32, 0, 1, 1));
    tensors.add(tensor("weight", FLOAT32, 2, 2, 1));
    tensors.add(tensor("logits", FLOAT32, 0, 1, 2));
    List<FlatTable> operators = new ArrayList<>();
    operators.add(operator(0, new int[] {IDS}, REAL));
    operators.add(
        operator(1, new int[] {REAL, AXIS}, SUM)
            .set(3, (byte) 27)
            .set(4, new FlatTable().set(0, true)));
    operators.add(
        operator(2, new int[] {SUM, WEIGHT, -1}, LOGITS)
            .set(3, (byte) 8)
            .set(4, new FlatTable().set(0, (byte) 0)));
    return new FlatTable()
        .set(0, tensors)
        .set(1, new int[] {IDS})
        .set(2, new int[] {LOGITS})
        .set(3, operators)
        .set(4, "main");
  }

  static FlatTable operator(int code, int[] inputs, int output) {
    return new FlatTable().set(0, code).set(1, inputs).set(2, new int[] {output});
  }

  static FlatTable tensor(String name, byte type, int buffer, int... signature) {
    int[] shape = signature.clone();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Math.max(1, shape[i]);
    }
    return new FlatTable()
        .set(0, shape)
        .set(1, type)
        .set(2, buffer)
        .set(3, name)
        .set(7, signature)
        .set(8, true);
  }

  static FlatTable signature(String key, int subgraph) {
    return new FlatTable()
        .set(0, new ArrayList<>(List.of(named("input_ids", IDS))))
        .set(1, new ArrayList<>(List.of(named("logits", LOGITS))))
        .set(2, key)
        .set(4, subgraph);
  }

  static FlatTable named(String name, int tensor) {
    return new FlatTable().set(0, name).set(1, tensor);
  }

  FlatTable graph() {
    return model.tables(2).get(0);
  }

  FlatTable tensor(int index) {
    return graph().tables(0).get(index);
  }

  FlatTable operator(int index) {
    return graph().tables(3).get(index);
  }

  FlatTable buffer(int index) {
    return model.tables(4).get(index);
  }

  FlatTable signature() {
    return model.tables(7).get(0);
  }

  byte[] bytes() {
    return model.file("TFL3");
  }

  static byte[] ints(int... numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int number : numbers) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  static byte[] floats(float... numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      bytes.putFloat(number);
    }
    return bytes.array();
  }
}
