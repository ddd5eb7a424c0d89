package dev.litegraft.fuzz;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.litegraft.operator.OptionTable;
import dev.litegraft.tensor.DType;
import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .tflite} of one subgraph that is put together freely: nothing is checked, because wrong
 * files are what it is for. Slots are those of {@link TfliteFormat}.
 */
final class CraftedFile {
  /** A tensor; a constant has bytes. */
  static final class Tensor {
    final DType type;
    final int[] dims;
    byte @Nullable [] bytes;
    float[] scales = {};
    long[] zeros = {};
    int axis;

    Tensor(DType type, int... dims) {
      this.type = type;
      this.dims = dims;
    }
  }

  private record Operator(
      String name,
      int[] inputs,
      int[] outputs,
      Optional<OptionTable> table,
      Map<String, Object> options) {}

  final List<Tensor> tensors = new ArrayList<>();
  private final List<Operator> operators = new ArrayList<>();
  int[] inputs = {};
  int[] outputs = {};

  int add(Tensor tensor) {
    tensors.add(tensor);
    return tensors.size() - 1;
  }

  /** A constant of whole numbers. */
  int whole(DType type, int[] dims, long... numbers) {
    Tensor tensor = new Tensor(type, dims);
    tensor.bytes = bytes(type, numbers);
    return add(tensor);
  }

  static byte[] bytes(DType type, long... numbers) {
    ByteBuffer out =
        ByteBuffer.allocate(numbers.length * type.bits() / 8)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (long n : numbers) {
      switch (type.bits()) {
        case 64 -> out.putLong(n);
        case 32 -> out.putInt((int) n);
        case 16 -> out.putShort((short) n);
        default -> out.put((byte) n);
      }
    }
    return out.array();
  }

  void operator(
      String name, int[] in, int[] out, Optional<OptionTable> table, Map<String, Object> options) {
    operators.add(new Operator(name, in, out, table, options));
  }

  byte[] bytes() {
    FlatBufferBuilder b = new FlatBufferBuilder(4096);
    Map<String, Integer> codes = new LinkedHashMap<>();
    operators.forEach(o -> codes.putIfAbsent(o.name, codes.size()));
    int[] buffers = new int[tensors.size() + 1];
    buffers[0] = table(b, 0, () -> {});
    int[] tensorTables = new int[tensors.size()];
    for (int i = 0; i < tensorTables.length; i++) {
      byte[] data = tensors.get(i).bytes;
      if (data == null) {
        buffers[i + 1] = table(b, 0, () -> {});
      } else {
        b.startVector(1, data.length, 16);
        for (int k = data.length - 1; k >= 0; k--) {
          b.addByte(data[k]);
        }
        int vector = b.endVector();
        buffers[i + 1] = table(b, 1, () -> b.addOffset(0, vector, 0));
      }
      tensorTables[i] = tensor(b, i);
    }
    int[] operatorTables = new int[operators.size()];
    for (int i = 0; i < operatorTables.length; i++) {
      operatorTables[i] = operator(b, operators.get(i), codes);
    }
    int tensorVector = offsets(b, tensorTables);
    int operatorVector = offsets(b, operatorTables);
    int in = ints(b, inputs);
    int out = ints(b, outputs);
    int subgraph =
        table(
            b,
            5,
            () -> {
              b.addOffset(0, tensorVector, 0);
              b.addOffset(1, in, 0);
              b.addOffset(2, out, 0);
              b.addOffset(3, operatorVector, 0);
            });
    int[] codeTables = new int[codes.size()];
    codes.forEach(
        (name, place) -> {
          int code = TfliteFormat.operatorCode(name);
          codeTables[place] =
              table(
                  b,
                  4,
                  () -> {
                    b.addByte(0, (byte) Math.min(code, 127), 0);
                    b.addInt(2, 1, 0);
                    b.addInt(3, code, 0);
                  });
        });
    int codeVector = offsets(b, codeTables);
    int subgraphs = offsets(b, subgraph);
    int bufferVector = offsets(b, buffers);
    int model =
        table(
            b,
            5,
            () -> {
              b.addInt(0, TfliteFormat.VERSION, 0);
              b.addOffset(1, codeVector, 0);
              b.addOffset(2, subgraphs, 0);
              b.addOffset(4, bufferVector, 0);
            });
    b.finish(model, TfliteFormat.IDENTIFIER);
    return b.sizedByteArray();
  }

  private int tensor(FlatBufferBuilder b, int index) {
    Tensor tensor = tensors.get(index);
    int name = b.createString(index == 0 ? "input_ids" : "t" + index);
    int shape = ints(b, tensor.dims);
    int quantization = quantization(b, tensor);
    return table(
        b,
        9,
        () -> {
          b.addOffset(0, shape, 0);
          b.addByte(1, TensorType.of(tensor.type).code(), 0);
          b.addInt(2, tensor.bytes == null ? 0 : index + 1, 0);
          b.addOffset(3, name, 0);
          b.addOffset(4, quantization, 0);
          b.addBoolean(8, true, false);
        });
  }

  private static int quantization(FlatBufferBuilder b, Tensor tensor) {
    if (tensor.scales.length == 0) {
      return 0;
    }
    b.startVector(4, tensor.scales.length, 4);
    for (int i = tensor.scales.length - 1; i >= 0; i--) {
      b.addFloat(tensor.scales[i]);
    }
    int scales = b.endVector();
    b.startVector(8, tensor.zeros.length, 8);
    for (int i = tensor.zeros.length - 1; i >= 0; i--) {
      b.addLong(tensor.zeros[i]);
    }
    int zeros = b.endVector();
    return table(
        b,
        7,
        () -> {
          b.addOffset(2, scales, 0);
          b.addOffset(3, zeros, 0);
          b.addInt(6, tensor.axis, 0);
        });
  }

  private static int operator(FlatBufferBuilder b, Operator operator, Map<String, Integer> codes) {
    int in = ints(b, operator.inputs);
    int out = ints(b, operator.outputs);
    int options = operator.table.isEmpty() ? 0 : options(b, operator.table.get(), operator.options);
    return table(
        b,
        5,
        () -> {
          b.addInt(0, codes.getOrDefault(operator.name, 0), 0);
          b.addOffset(1, in, 0);
          b.addOffset(2, out, 0);
          b.addByte(3, operator.table.map(OptionTable::code).orElse((byte) 0), 0);
          b.addOffset(4, options, 0);
        });
  }

  private static int options(FlatBufferBuilder b, OptionTable table, Map<String, Object> values) {
    List<OptionTable.Field> fields = table.fields();
    int[] lists = new int[fields.size()];
    for (int i = 0; i < lists.length; i++) {
      if (values.get(fields.get(i).name()) instanceof List<?> list) {
        lists[i] = ints(b, list.stream().mapToInt(n -> (Integer) n).toArray());
      }
    }
    return table(
        b,
        fields.size(),
        () -> {
          for (int i = 0; i < lists.length; i++) {
            Object value = values.get(fields.get(i).name());
            switch (fields.get(i).kind()) {
              case BOOL -> b.addBoolean(i, Boolean.TRUE.equals(value), false);
              case BYTE -> b.addByte(i, value instanceof Integer n ? n.byteValue() : (byte) 0, 0);
              case INT -> b.addInt(i, value instanceof Integer n ? n : 0, 0);
              case FLOAT -> b.addFloat(i, value instanceof Float f ? f : 0, 0);
              case INTS -> b.addOffset(i, lists[i], 0);
            }
          }
        });
  }

  private static int table(FlatBufferBuilder b, int slots, Runnable fields) {
    b.startTable(slots);
    fields.run();
    return b.endTable();
  }

  private static int ints(FlatBufferBuilder b, int[] numbers) {
    b.startVector(4, numbers.length, 4);
    for (int i = numbers.length - 1; i >= 0; i--) {
      b.addInt(numbers[i]);
    }
    return b.endVector();
  }

  private static int offsets(FlatBufferBuilder b, int... tables) {
    b.startVector(4, tables.length, 4);
    for (int i = tables.length - 1; i >= 0; i--) {
      b.addOffset(tables[i]);
    }
    return b.endVector();
  }
}
