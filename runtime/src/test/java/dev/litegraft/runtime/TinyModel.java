package dev.litegraft.runtime;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A .tflite file as a foreign exporter could write it, made without this project's writer: {@code
 * logits = W · Σ_t mask[t] · table[ids[t]]}.
 */
final class TinyModel {
  static final int VOCABULARY = 5300;
  static final int WIDTH = 8;

  private static final int FLOAT32 = 0;
  private static final int INT32 = 2;
  private static final int INT64 = 4;
  private static final int FULLY_CONNECTED = 9;
  private static final int EMBEDDING_LOOKUP = 7;
  private static final int RESHAPE = 22;
  private static final int CAST = 53;
  private static final int MUL = 18;
  private static final int FULLY_CONNECTED_OPTIONS = 8;
  private static final int SUM = 74;
  private static final int REDUCER_OPTIONS = 27;

  private final Map<String, Integer> lengths = new LinkedHashMap<>();
  private String idsName = "input_ids";
  private String maskName = "attention_mask";
  private String typesName = "";
  private String outputName = "logits";
  private int inputType = INT32;
  private int labels = 2;
  private boolean staticReshape;
  private boolean signatures = true;
  private boolean disordered;
  private boolean maskFirst;
  private int vocabulary = VOCABULARY;

  private final FlatBufferBuilder out = new FlatBufferBuilder(1 << 16);
  private final List<byte[]> buffers = new ArrayList<>(List.of(new byte[0]));
  private final List<Integer> codes =
      List.of(FULLY_CONNECTED, EMBEDDING_LOOKUP, RESHAPE, CAST, MUL, SUM);

  /** Adds a signature; length -1 is dynamic. */
  TinyModel signature(String key, int length) {
    lengths.put(key, length);
    return this;
  }

  /** The names of the inputs; an empty one is left out. */
  TinyModel inputs(String ids, String mask, String types) {
    idsName = ids;
    maskName = mask;
    typesName = types;
    return this;
  }

  TinyModel output(String name) {
    outputName = name;
    return this;
  }

  TinyModel int64() {
    inputType = INT64;
    return this;
  }

  TinyModel labels(int count) {
    labels = count;
    return this;
  }

  /** Declares a dynamic input, but reshapes to 4 tokens inside. */
  TinyModel lyingAboutItsLength() {
    staticReshape = true;
    return this;
  }

  /** Its first reshape reads what its last multiplication makes. */
  TinyModel readingWhatComesLater() {
    disordered = true;
    return this;
  }

  /** Its inputs are in another order than the usual one. */
  TinyModel takingTheMaskFirst() {
    maskFirst = true;
    return this;
  }

  /** So many rows of 32 bytes, which are read where the ids say. */
  TinyModel vocabulary(int words) {
    vocabulary = words;
    return this;
  }

  TinyModel withoutSignatures() {
    signatures = false;
    return this;
  }

  /** The answer, computed in plain Java. */
  float[] logits(int[] ids, int[] mask) {
    float[] logits = new float[labels];
    for (int l = 0; l < labels; l++) {
      for (int j = 0; j < WIDTH; j++) {
        float sum = 0;
        for (int t = 0; t < ids.length; t++) {
          sum += mask[t] * table(ids[t], j);
        }
        logits[l] += sum * weight(l, j);
      }
    }
    return logits;
  }

  private static float table(int id, int j) {
    return ((id * 31 + j * 17) % 64 - 32) / 64f;
  }

  private static float weight(int label, int j) {
    return ((label * 13 + j * 7) % 16 - 8) / 16f;
  }

  Path write(Path file) throws IOException {
    int table = floats(vocabulary, WIDTH, TinyModel::table);
    int weight = floats(labels, WIDTH, TinyModel::weight);
    List<Integer> subgraphs = new ArrayList<>();
    List<Integer> signatureDefs = new ArrayList<>();
    if (lengths.isEmpty()) {
      lengths.put("serving_default", -1);
    }
    for (Map.Entry<String, Integer> entry : lengths.entrySet()) {
      Subgraph graph = new Subgraph(entry.getValue(), table, weight);
      if (signatures) {
        signatureDefs.add(graph.signatureDef(entry.getKey(), subgraphs.size()));
      }
      subgraphs.add(graph.end());
    }
    int[] operatorCodes = new int[codes.size()];
    for (int i = 0; i < operatorCodes.length; i++) {
      out.startTable(4);
      out.addByte(0, codes.get(i).byteValue(), 0);
      out.addInt(2, 1, 1);
      out.addInt(3, codes.get(i), 0);
      operatorCodes[i] = out.endTable();
    }
    int codesVector = offsets(operatorCodes);
    int subgraphsVector = offsets(ints(subgraphs));
    int signaturesVector = offsets(ints(signatureDefs));
    int[] bufferTables = new int[buffers.size()];
    for (int i = 0; i < bufferTables.length; i++) {
      int data = 0;
      if (buffers.get(i).length > 0) {
        ByteBuffer bytes = out.createUnintializedVector(1, buffers.get(i).length, 16);
        bytes.put(buffers.get(i));
        data = out.endVector();
      }
      out.startTable(1);
      out.addOffset(0, data, 0);
      bufferTables[i] = out.endTable();
    }
    int buffersVector = offsets(bufferTables);
    out.startTable(8);
    out.addInt(0, 3, 0);
    out.addOffset(1, codesVector, 0);
    out.addOffset(2, subgraphsVector, 0);
    out.addOffset(4, buffersVector, 0);
    if (signatures) {
      out.addOffset(7, signaturesVector, 0);
    }
    out.finish(out.endTable(), "TFL3");
    return Files.write(file, out.sizedByteArray());
  }

  private final class Subgraph {
    private final List<Integer> tensors = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();
    private final Map<String, Integer> inputs = new LinkedHashMap<>();
    private final int logits;

    Subgraph(int length, int table, int weight) {
      int first = maskFirst ? input(maskName, length) : -1;
      int ids = input(idsName, length);
      int mask = maskName.isEmpty() || maskFirst ? first : input(maskName, length);
      if (!typesName.isEmpty()) {
        input(typesName, length);
      }
      int tableTensor = tensor("table", FLOAT32, table, vocabulary, WIDTH);
      int weightTensor = tensor("weight", FLOAT32, weight, labels, WIDTH);
      int flat = tensor("flat_shape", INT32, constant(staticReshape ? 4 : -1), 1);
      int column = tensor("column_shape", INT32, constant(-1, 1), 2);
      int axis = tensor("axis", INT32, constant(0), 1);
      int ids32 = tensor("ids32", INT32, 0, 1, length);
      operator(CAST, 0, 0, ids32, ids);
      int idsFlat = tensor("ids_flat", INT32, 0, length);
      operator(RESHAPE, 0, 0, idsFlat, ids32, disordered ? idsFlat + 4 : flat);
      int rows = tensor("rows", FLOAT32, 0, length, WIDTH);
      operator(EMBEDDING_LOOKUP, 0, 0, rows, idsFlat, tableTensor);
      int attended = rows;
      if (mask >= 0) {
        int maskFloat = tensor("mask_float", FLOAT32, 0, 1, length);
        operator(CAST, 0, 0, maskFloat, mask);
        int maskColumn = tensor("mask_column", FLOAT32, 0, length, 1);
        operator(RESHAPE, 0, 0, maskColumn, maskFloat, column);
        attended = tensor("attended", FLOAT32, 0, length, WIDTH);
        operator(MUL, 0, 0, attended, rows, maskColumn);
      }
      int sum = tensor("sum", FLOAT32, 0, 1, WIDTH);
      out.startTable(1);
      out.addBoolean(0, true, false);
      operator(SUM, REDUCER_OPTIONS, out.endTable(), sum, attended, axis);
      logits = tensor("result", FLOAT32, 0, 1, labels);
      out.startTable(1);
      operator(
          FULLY_CONNECTED, FULLY_CONNECTED_OPTIONS, out.endTable(), logits, sum, weightTensor, -1);
    }

    private int input(String name, int length) {
      int tensor = tensor(name, inputType, 0, 1, length);
      inputs.put(name, tensor);
      return tensor;
    }

    private int tensor(String name, int type, int buffer, int... signature) {
      int[] shape = signature.clone();
      for (int i = 0; i < shape.length; i++) {
        shape[i] = Math.max(1, shape[i]);
      }
      int nameOffset = out.createString(name);
      int shapeOffset = intVector(shape);
      int signatureOffset = intVector(signature);
      out.startTable(9);
      out.addOffset(0, shapeOffset, 0);
      out.addByte(1, (byte) type, 0);
      out.addInt(2, buffer, 0);
      out.addOffset(3, nameOffset, 0);
      out.addOffset(7, signatureOffset, 0);
      out.addBoolean(8, true, false);
      tensors.add(out.endTable());
      return tensors.size() - 1;
    }

    private void operator(int code, int optionsType, int options, int output, int... inputs) {
      int inputVector = intVector(inputs);
      int outputVector = intVector(output);
      out.startTable(6);
      out.addInt(0, codes.indexOf(code), 0);
      out.addOffset(1, inputVector, 0);
      out.addOffset(2, outputVector, 0);
      out.addByte(3, (byte) optionsType, 0);
      out.addOffset(4, options, 0);
      operators.add(out.endTable());
    }

    int signatureDef(String key, int subgraph) {
      List<Integer> maps = new ArrayList<>();
      inputs.forEach((name, tensor) -> maps.add(tensorMap(name, tensor)));
      int inputVector = offsets(ints(maps));
      int outputVector = offsets(new int[] {tensorMap(outputName, logits)});
      int keyOffset = out.createString(key);
      out.startTable(5);
      out.addOffset(0, inputVector, 0);
      out.addOffset(1, outputVector, 0);
      out.addOffset(2, keyOffset, 0);
      out.addInt(4, subgraph, 0);
      return out.endTable();
    }

    private int tensorMap(String name, int tensor) {
      int nameOffset = out.createString(name);
      out.startTable(2);
      out.addOffset(0, nameOffset, 0);
      out.addInt(1, tensor, 0);
      return out.endTable();
    }

    int end() {
      int tensorVector = offsets(ints(tensors));
      int inputVector = intVector(ints(new ArrayList<>(inputs.values())));
      int outputVector = intVector(logits);
      int operatorVector = offsets(ints(operators));
      out.startTable(5);
      out.addOffset(0, tensorVector, 0);
      out.addOffset(1, inputVector, 0);
      out.addOffset(2, outputVector, 0);
      out.addOffset(3, operatorVector, 0);
      return out.endTable();
    }
  }

  private interface Cell {
    float at(int row, int column);
  }

  private int floats(int rows, int columns, Cell cell) {
    ByteBuffer bytes = ByteBuffer.allocate(rows * columns * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        bytes.putFloat(cell.at(i, j));
      }
    }
    buffers.add(bytes.array());
    return buffers.size() - 1;
  }

  private int constant(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int number : numbers) {
      bytes.putInt(number);
    }
    buffers.add(bytes.array());
    return buffers.size() - 1;
  }

  private int intVector(int... numbers) {
    out.startVector(4, numbers.length, 4);
    for (int i = numbers.length - 1; i >= 0; i--) {
      out.addInt(numbers[i]);
    }
    return out.endVector();
  }

  private int offsets(int[] offsets) {
    return out.createVectorOfTables(offsets);
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }
}
