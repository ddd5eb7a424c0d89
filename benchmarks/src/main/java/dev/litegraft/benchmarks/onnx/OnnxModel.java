package dev.litegraft.benchmarks.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of an ONNX file says which matrix is which: the operators of its graph, and the f32 tensors
 * that it holds.
 *
 * <p>Source: {@code onnx.proto}; the numbers are those of its fields.
 *
 * @param nodes in the file's order
 * @param tensors name to tensor, f32 alone
 */
public record OnnxModel(List<Node> nodes, Map<String, Tensor> tensors) {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OP_TYPE = 4;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int FLOAT = 1;

  /** An operator. */
  public record Node(String operator, List<String> inputs, List<String> outputs) {}

  /**
   * f32 numbers.
   *
   * @param bytes little-endian, row-major
   */
  public record Tensor(List<Integer> shape, ByteBuffer bytes) {
    /** A matrix with rows and columns exchanged. */
    public Tensor transposed() {
      int rows = shape.get(0);
      int columns = shape.get(1);
      ByteBuffer turned = ByteBuffer.allocate(bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          turned.putFloat(
              (c * rows + r) * Float.BYTES, bytes.getFloat((r * columns + c) * Float.BYTES));
        }
      }
      return new Tensor(List.of(columns, rows), turned);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static OnnxModel of(byte[] file) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Protobuf model = new Protobuf(ByteBuffer.wrap(file));
    for (int field = model.next(); field != 0; field = model.next()) {
      if (field == MODEL_GRAPH) {
        Protobuf graph = model.message();
        for (int part = graph.next(); part != 0; part = graph.next()) {
          if (part == GRAPH_NODE) {
            nodes.add(node(graph.message()));
          } else if (part == GRAPH_INITIALIZER) {
            addTensor(tensors, graph.message());
          }
        }
      }
    }
    return new OnnxModel(nodes, tensors);
  }

  private static Node node(Protobuf message) {
    String operator = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (int field = message.next(); field != 0; field = message.next()) {
      switch (field) {
        case NODE_INPUT -> inputs.add(message.text());
        case NODE_OUTPUT -> outputs.add(message.text());
        case NODE_OP_TYPE -> operator = message.text();
        default -> {}
      }
    }
    return new Node(operator, inputs, outputs);
  }

  private static void addTensor(Map<String, Tensor> tensors, Protobuf message) {
    String name = "";
    long type = 0;
    List<Integer> shape = new ArrayList<>();
    ByteBuffer raw = ByteBuffer.allocate(0);
    for (int field = message.next(); field != 0; field = message.next()) {
      switch (field) {
        case TENSOR_DIMS -> {
          if (message.isPacked()) {
            throw new IllegalArgumentException("packed dimensions of " + name);
          }
          shape.add(Math.toIntExact(message.whole()));
        }
        case TENSOR_TYPE -> type = message.whole();
        case TENSOR_NAME -> name = message.text();
        case TENSOR_RAW -> raw = message.bytes();
        default -> {}
      }
    }
    if (type == FLOAT) {
      tensors.put(name, new Tensor(shape, raw));
    }
  }
}
