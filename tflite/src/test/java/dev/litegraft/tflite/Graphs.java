package dev.litegraft.tflite;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small graphs for the tests of this room. */
final class Graphs {
  private Graphs() {}

  /** Numbers between -1 and 1 that differ from each other. */
  static TensorData numbers(String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] numbers = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(i * 0.37 + name.length());
    }
    return TensorViews.of(name, shape, numbers);
  }

  /** A classifier in miniature: every layer that a real one has, weights in int8. */
  static Graph classifier(String signature, int tokens, Map<String, Value> constants) {
    GraphBuilder b = new GraphBuilder(constants);
    Value ids = b.input("input_ids", DType.I32, Shape.of(1, tokens));
    Value table = b.constant("embed", numbers("embed", 50, 24), SymmetricInt8.PER_CHANNEL);
    Value x = b.embeddingLookup(b.reshape(ids, Shape.of(tokens)), table);
    x = b.reshape(x, Shape.of(1, tokens, 24));
    x = b.mul(x, b.constant("norm", numbers("norm", 24), PlainStorage.F32));
    Value weight = b.constant("up", numbers("up", 40, 24), SymmetricInt8.PER_CHANNEL);
    Value bias = b.constant("up.bias", numbers("up.bias", 40), PlainStorage.F32);
    x = b.gelu(b.fullyConnected("up", x, weight, Optional.of(bias)), true);
    Value head = b.constant("head", numbers("head", 3, 40), PlainStorage.F32);
    x = b.fullyConnected("head", b.reduce(Op.ReduceKind.MEAN, x, 1), head, Optional.empty());
    Value logits = b.reshape(b.mul(x, b.scalar(2)), Shape.of(1, 3));
    return b.build(signature, Map.of("logits", logits));
  }

  static Graph classifier() {
    return classifier("serving_default", Shape.TOKENS, new HashMap<>());
  }

  /** Every operator once. */
  static Graph everyOperator() {
    GraphBuilder b = new GraphBuilder();
    Value ids = b.input("ids", DType.I64, Shape.of(Shape.TOKENS));
    Value x = b.input("x", DType.F32, Shape.of(1, Shape.TOKENS, 4));
    Value n = b.cast(ids, DType.I32);
    Value positions = b.cumsum(n, 0, true);
    Value rows = b.gather(b.constant("rope", numbers("rope", 9, 4), PlainStorage.F32), positions);
    Value table = b.constant("table", numbers("table", 7, 4), PlainStorage.F32);
    Value found = b.add(rows, b.embeddingLookup(n, table));
    Value y = b.add(x, b.reshape(found, Shape.of(1, Shape.TOKENS, 4)));
    for (Op.UnaryKind kind : Op.UnaryKind.values()) {
      y = b.unary(kind, y);
    }
    for (Op.BinaryKind kind : Op.BinaryKind.values()) {
      y = b.binary(kind, y, b.scalar(kind.name().length()));
    }
    for (Op.ReduceKind kind : Op.ReduceKind.values()) {
      y = b.add(y, b.reduce(kind, y, 2));
    }
    y = b.softmax(b.gelu(y, false));
    Value stored = b.constant("w", numbers("w", 6, 4), SymmetricInt8.PER_CHANNEL);
    y = b.fullyConnected("fc", y, stored, Optional.empty());
    y = b.concatenation(List.of(b.slice(y, 2, 0, 2), b.slice(y, 2, 4, 2)), 2);
    Value matrix = b.constant("m", numbers("m", 1, 6, 4), PlainStorage.F32);
    y = b.batchMatMul(y, b.transpose(matrix, 0, 2, 1), false);
    return b.build("serving_default", Map.of("y", y));
  }
}
