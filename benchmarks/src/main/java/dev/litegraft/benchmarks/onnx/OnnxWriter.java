package dev.litegraft.benchmarks.onnx;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an ONNX file operator by operator and tensor by tensor. A message of protobuf that comes
 * in parts is one, so that each is a part of the graph, and no more than one tensor is in memory.
 *
 * <p>Source: {@code onnx.proto}; the numbers are those of its fields.
 */
final class OnnxWriter implements Closeable {
  /** The domain of ONNX's own operators. */
  static final String ONNX = "";

  /** The domain of those that ONNX Runtime adds. */
  static final String MICROSOFT = "com.microsoft";

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_NAME = 2;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int TENSOR_RAW = 9;

  /** Types of tensors. */
  enum Type {
    FLOAT(1),
    INT8(3),
    INT32(6),
    INT64(7);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** The number that an operator's attribute has for it. */
    int code() {
      return code;
    }
  }

  /** An attribute of an operator. */
  record Attribute(ProtobufWriter message) {
    static Attribute of(String name, long whole) {
      return new Attribute(new ProtobufWriter().text(1, name).whole(20, 2).whole(3, whole));
    }

    static Attribute of(String name, float number) {
      return new Attribute(new ProtobufWriter().text(1, name).whole(20, 1).number(2, number));
    }
  }

  private final OutputStream out;

  private OnnxWriter(OutputStream out) {
    this.out = out;
  }

  /** Begins a file. */
  static OnnxWriter of(Path file) throws IOException {
    OnnxWriter writer =
        new OnnxWriter(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
    writer.out.write(
        new ProtobufWriter()
            .whole(1, IR_VERSION)
            .text(2, "litegraft-benchmarks")
            .message(8, new ProtobufWriter().text(1, ONNX).whole(2, OPSET))
            .message(8, new ProtobufWriter().text(1, MICROSOFT).whole(2, 1))
            .message(GRAPH, new ProtobufWriter().text(GRAPH_NAME, "model"))
            .toBytes());
    return writer;
  }

  private void part(int field, ProtobufWriter message) throws IOException {
    out.write(
        new ProtobufWriter()
            .message(GRAPH, new ProtobufWriter().message(field, message))
            .toBytes());
  }

  /** An input of the graph; dimensions are numbers, or names of what is not known. */
  void input(String name, Type type, Object... dimensions) throws IOException {
    part(GRAPH_INPUT, value(name, type, dimensions));
  }

  /** An output of the graph. */
  void output(String name, Type type, Object... dimensions) throws IOException {
    part(GRAPH_OUTPUT, value(name, type, dimensions));
  }

  private static ProtobufWriter value(String name, Type type, Object... dimensions) {
    ProtobufWriter shape = new ProtobufWriter();
    for (Object dimension : dimensions) {
      shape.message(
          1,
          dimension instanceof Integer size
              ? new ProtobufWriter().whole(1, size)
              : new ProtobufWriter().text(2, dimension.toString()));
    }
    ProtobufWriter tensor = new ProtobufWriter().whole(1, type.code).message(2, shape);
    return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
  }

  /**
   * An operator; it is called what its first output is.
   *
   * @param inputs an empty name stands for one that is left out
   * @return the first output
   */
  String node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Attribute... attributes)
      throws IOException {
    ProtobufWriter node = new ProtobufWriter();
    inputs.forEach(input -> node.text(1, input));
    outputs.forEach(output -> node.text(2, output));
    node.text(3, outputs.get(0)).text(4, operator).text(7, domain);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.message());
    }
    part(GRAPH_NODE, node);
    return outputs.get(0);
  }

  /** The same with one output. */
  String node(
      String domain, String operator, List<String> inputs, String output, Attribute... attributes)
      throws IOException {
    return node(domain, operator, inputs, List.of(output), attributes);
  }

  /** Floats. */
  String floats(String name, int[] shape, float[] numbers) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return tensor(name, Type.FLOAT, shape, bytes.array());
  }

  /** Whole numbers of 8 bits. */
  String bytes(String name, int[] shape, byte[] numbers) throws IOException {
    return tensor(name, Type.INT8, shape, numbers);
  }

  /** Whole numbers of 64 bits in one dimension. */
  String longs(String name, long... numbers) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(numbers);
    return tensor(name, Type.INT64, new int[] {numbers.length}, bytes.array());
  }

  private String tensor(String name, Type type, int[] shape, byte[] raw) throws IOException {
    ProtobufWriter tensor = new ProtobufWriter();
    Arrays.stream(shape).forEach(size -> tensor.whole(1, size));
    byte[] head =
        tensor.whole(2, type.code).text(8, name).lengthOf(TENSOR_RAW, raw.length).toBytes();
    long size = (long) head.length + raw.length;
    byte[] inGraph = new ProtobufWriter().lengthOf(GRAPH_INITIALIZER, size).toBytes();
    out.write(new ProtobufWriter().lengthOf(GRAPH, inGraph.length + size).toBytes());
    out.write(inGraph);
    out.write(head);
    out.write(raw);
    return name;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
