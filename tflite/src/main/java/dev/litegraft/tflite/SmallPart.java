package dev.litegraft.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.Value;
import dev.litegraft.operator.OptionTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The small part of a file: every table, with room for the scales that are known when the weights
 * have been streamed, and with the distances to weights that will stand behind it.
 */
final class SmallPart {
  /** Not 0, which FlatBuffers leaves out; always overwritten. */
  private static final int PLACEHOLDER = -1;

  /**
   * What the building made.
   *
   * @param bytes the small part; scales are still 0
   * @param weights where the streamed constants go
   * @param end the position after the last weight
   */
  record Built(ByteBuffer bytes, List<Weight> weights, long end) {}

  private record Patch(Constants.Buffer buffer, int field) {}

  private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 16);
  private final boolean outside;
  private final List<Patch> patches = new ArrayList<>();
  private final Map<Constants.Buffer, Integer> scaleVectors = new HashMap<>();
  private final Map<Constants.Buffer, Integer> quantizations = new HashMap<>();
  private final Map<Integer, Integer> zeroPoints = new HashMap<>();

  private SmallPart(boolean outside) {
    this.outside = outside;
  }

  /**
   * Builds the small part.
   *
   * @param outside whether weights stand outside of the FlatBuffer
   */
  static Built build(FilePlan plan, String description, boolean outside) {
    return new SmallPart(outside).build(plan, description);
  }

  private Built build(FilePlan plan, String description) {
    int[] metadata =
        plan.metadata().entrySet().stream()
            .mapToInt(e -> metadata(e.getKey(), e.getValue()))
            .toArray();
    int metadataVector = metadata.length == 0 ? 0 : builder.createVectorOfTables(metadata);
    int[] signatures = new int[plan.subgraphs().size()];
    int[] subgraphs = new int[plan.subgraphs().size()];
    for (int i = 0; i < subgraphs.length; i++) {
      subgraphs[i] = subgraph(plan.subgraphs().get(i));
      signatures[i] = signature(plan.subgraphs().get(i), i);
    }
    int buffers = buffers(plan.constants());
    int subgraphVector = builder.createVectorOfTables(subgraphs);
    int signatureVector = builder.createVectorOfTables(signatures);
    int codes = builder.createVectorOfTables(plan.codes().stream().mapToInt(this::code).toArray());
    int text = builder.createString(description);

    builder.startTable(TfliteFormat.MODEL_SLOTS);
    builder.addInt(TfliteFormat.MODEL_VERSION, TfliteFormat.VERSION, 0);
    builder.addOffset(TfliteFormat.MODEL_OPERATOR_CODES, codes, 0);
    builder.addOffset(TfliteFormat.MODEL_SUBGRAPHS, subgraphVector, 0);
    builder.addOffset(TfliteFormat.MODEL_DESCRIPTION, text, 0);
    builder.addOffset(TfliteFormat.MODEL_BUFFERS, buffers, 0);
    builder.addOffset(TfliteFormat.MODEL_METADATA, metadataVector, 0);
    builder.addOffset(TfliteFormat.MODEL_SIGNATURES, signatureVector, 0);
    int model = builder.endTable();
    // Positions are counted from the end while building: the whole must be a multiple of 16 too.
    builder.prep(TfliteFormat.ALIGNMENT, 0);
    builder.finish(model, TfliteFormat.IDENTIFIER);
    return placed(builder.sizedByteArray());
  }

  /** Gives every streamed constant its place, and writes the places into the tables. */
  private Built placed(byte[] bytes) {
    ByteBuffer small = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Weight> weights = new ArrayList<>();
    long end = bytes.length;
    for (Patch patch : patches) {
      Value value = patch.buffer().value().orElseThrow();
      long begin = TfliteFormat.aligned(end + (outside ? 0 : Integer.BYTES));
      int field = bytes.length - patch.field();
      if (outside) {
        small.putLong(field, begin);
      } else {
        small.putInt(field, (int) (begin - Integer.BYTES - field));
      }
      Integer scales = scaleVectors.get(patch.buffer());
      Weight weight =
          Weight.of(value, begin, !outside, scales == null ? -1 : bytes.length - scales + 4);
      weights.add(weight);
      end = begin + weight.bytes();
    }
    return new Built(small, weights, end);
  }

  private int metadata(String name, int buffer) {
    int text = builder.createString(name);
    builder.startTable(TfliteFormat.METADATA_ENTRY_SLOTS);
    builder.addOffset(TfliteFormat.METADATA_ENTRY_NAME, text, 0);
    builder.addInt(TfliteFormat.METADATA_ENTRY_BUFFER, buffer, 0);
    return builder.endTable();
  }

  private int code(FilePlan.Code code) {
    int number = OperatorCodes.code(code.mnemonic());
    builder.startTable(TfliteFormat.CODE_SLOTS);
    builder.addByte(
        TfliteFormat.CODE_DEPRECATED,
        (byte) Math.min(number, OperatorCodes.PLACEHOLDER_FOR_GREATER_OP_CODES),
        0);
    builder.addInt(TfliteFormat.CODE_VERSION, code.version(), 1);
    builder.addInt(TfliteFormat.CODE_BUILTIN, number, 0);
    return builder.endTable();
  }

  private int buffers(List<Constants.Buffer> buffers) {
    int[] tables = new int[buffers.size() + 1];
    builder.startTable(TfliteFormat.BUFFER_SLOTS);
    tables[0] = builder.endTable();
    for (Constants.Buffer buffer : buffers) {
      tables[buffer.index()] =
          buffer.inline().isPresent() ? inline(buffer.inline().get()) : streamed(buffer);
    }
    return builder.createVectorOfTables(tables);
  }

  private int inline(byte[] bytes) {
    builder.createUnintializedVector(1, bytes.length, TfliteFormat.ALIGNMENT).put(bytes);
    int vector = builder.endVector();
    builder.startTable(TfliteFormat.BUFFER_SLOTS);
    builder.addOffset(TfliteFormat.BUFFER_DATA, vector, 0);
    return builder.endTable();
  }

  private int streamed(Constants.Buffer buffer) {
    builder.startTable(TfliteFormat.BUFFER_SLOTS);
    if (outside) {
      builder.addLong(TfliteFormat.BUFFER_OFFSET, PLACEHOLDER, 0);
      patches.add(new Patch(buffer, builder.offset()));
      long size = Weight.bytes(buffer.value().orElseThrow());
      builder.addLong(TfliteFormat.BUFFER_SIZE, size, 0);
    } else {
      builder.addInt(TfliteFormat.BUFFER_DATA, PLACEHOLDER, 0);
      patches.add(new Patch(buffer, builder.offset()));
    }
    return builder.endTable();
  }

  private int subgraph(FilePlan.Subgraph subgraph) {
    int[] tensors = subgraph.tensors().stream().mapToInt(this::tensor).toArray();
    int[] operators = subgraph.operators().stream().mapToInt(this::operator).toArray();
    int tensorVector = builder.createVectorOfTables(tensors);
    int operatorVector = builder.createVectorOfTables(operators);
    int inputs = ints(subgraph.inputs());
    int outputs = ints(subgraph.outputs());
    int name = builder.createSharedString(subgraph.graph().signature());
    builder.startTable(TfliteFormat.SUBGRAPH_SLOTS);
    builder.addOffset(TfliteFormat.SUBGRAPH_TENSORS, tensorVector, 0);
    builder.addOffset(TfliteFormat.SUBGRAPH_INPUTS, inputs, 0);
    builder.addOffset(TfliteFormat.SUBGRAPH_OUTPUTS, outputs, 0);
    builder.addOffset(TfliteFormat.SUBGRAPH_OPERATORS, operatorVector, 0);
    builder.addOffset(TfliteFormat.SUBGRAPH_NAME, name, 0);
    return builder.endTable();
  }

  private int tensor(FilePlan.Tensor tensor) {
    List<Integer> known = new ArrayList<>();
    boolean isStatic = true;
    for (int dim : tensor.dims()) {
      known.add(dim < 0 ? 1 : dim);
      isStatic &= dim >= 0;
    }
    int shape = ints(known);
    int signature = isStatic ? 0 : ints(tensor.dims());
    int name = builder.createSharedString(tensor.name());
    Constants.@Nullable Buffer buffer = tensor.buffer().orElse(null);
    int quantization =
        tensor.quantization().isPresent()
            ? quantization(tensor.quantization().get(), tensor.scales())
            : buffer == null || buffer.scales() == 0 ? 0 : quantization(buffer);
    builder.startTable(TfliteFormat.TENSOR_SLOTS);
    builder.addOffset(TfliteFormat.TENSOR_SHAPE, shape, 0);
    builder.addByte(TfliteFormat.TENSOR_TYPE, tensor.type().code(), 0);
    builder.addInt(TfliteFormat.TENSOR_BUFFER, buffer == null ? 0 : buffer.index(), 0);
    builder.addOffset(TfliteFormat.TENSOR_NAME, name, 0);
    builder.addOffset(TfliteFormat.TENSOR_QUANTIZATION, quantization, 0);
    builder.addOffset(TfliteFormat.TENSOR_SHAPE_SIGNATURE, signature, 0);
    builder.addBoolean(TfliteFormat.TENSOR_HAS_RANK, true, false);
    return builder.endTable();
  }

  /** One table a constant, which the tensors of every subgraph share. */
  private int quantization(Constants.Buffer buffer) {
    Integer known = quantizations.get(buffer);
    if (known != null) {
      return known;
    }
    int count = buffer.scales();
    builder.createUnintializedVector(Float.BYTES, count, Float.BYTES);
    int scales = builder.endVector();
    scaleVectors.put(buffer, scales);
    int zeros = zeroPoints.computeIfAbsent(count, this::zeros);
    builder.startTable(TfliteFormat.QUANTIZATION_SLOTS);
    builder.addOffset(TfliteFormat.QUANTIZATION_SCALE, scales, 0);
    builder.addOffset(TfliteFormat.QUANTIZATION_ZERO_POINT, zeros, 0);
    int table = builder.endTable();
    quantizations.put(buffer, table);
    return table;
  }

  /** Of scales that are known, or that are tensor {@code scales}. */
  private int quantization(Quantization quantization, int scales) {
    if (quantization instanceof Quantization.Blocks blocks) {
      builder.startTable(TfliteFormat.BLOCKWISE_SLOTS);
      builder.addInt(TfliteFormat.BLOCKWISE_SCALES, scales, 0);
      builder.addInt(TfliteFormat.BLOCKWISE_ZERO_POINTS, -1, 0);
      builder.addInt(TfliteFormat.BLOCKWISE_SIZE, blocks.size(), 0);
      int details = builder.endTable();
      builder.startTable(TfliteFormat.QUANTIZATION_SLOTS);
      builder.addByte(
          TfliteFormat.QUANTIZATION_DETAILS_TYPE, (byte) TfliteFormat.DETAILS_BLOCKWISE, 0);
      builder.addOffset(TfliteFormat.QUANTIZATION_DETAILS, details, 0);
      return builder.endTable();
    }
    Quantization.Affine affine = (Quantization.Affine) quantization;
    int count = affine.scales().size();
    builder.startVector(Float.BYTES, count, Float.BYTES);
    for (int i = count - 1; i >= 0; i--) {
      builder.addFloat(affine.scales().get(i));
    }
    int scaleVector = builder.endVector();
    builder.startVector(Long.BYTES, count, Long.BYTES);
    for (int i = count - 1; i >= 0; i--) {
      builder.addLong(affine.zeroPoints().get(i));
    }
    int zeros = builder.endVector();
    builder.startTable(TfliteFormat.QUANTIZATION_SLOTS);
    builder.addOffset(TfliteFormat.QUANTIZATION_SCALE, scaleVector, 0);
    builder.addOffset(TfliteFormat.QUANTIZATION_ZERO_POINT, zeros, 0);
    builder.addInt(TfliteFormat.QUANTIZATION_DIMENSION, affine.dimension(), 0);
    return builder.endTable();
  }

  private int zeros(int count) {
    builder.createUnintializedVector(Long.BYTES, count, Long.BYTES);
    return builder.endVector();
  }

  private int operator(FilePlan.Operator operator) {
    OperatorCall call = operator.call();
    int options = call.options().map(table -> options(table, call.values())).orElse(0);
    int inputs = ints(operator.inputs());
    int outputs = ints(List.of(operator.output()));
    builder.startTable(TfliteFormat.OPERATOR_SLOTS);
    builder.addInt(TfliteFormat.OPERATOR_CODE, operator.code(), 0);
    builder.addOffset(TfliteFormat.OPERATOR_INPUTS, inputs, 0);
    builder.addOffset(TfliteFormat.OPERATOR_OUTPUTS, outputs, 0);
    builder.addByte(
        TfliteFormat.OPERATOR_OPTIONS_TYPE,
        call.options().map(OptionTable::code).orElse((byte) 0),
        0);
    builder.addOffset(TfliteFormat.OPERATOR_OPTIONS, options, 0);
    return builder.endTable();
  }

  private int options(OptionTable table, Map<String, Object> values) {
    Map<String, Integer> vectors = new HashMap<>();
    values.forEach(
        (name, value) -> {
          if (value instanceof List<?> list) {
            vectors.put(name, ints(list.stream().map(Integer.class::cast).toList()));
          }
        });
    builder.startTable(table.fields().size());
    for (int slot = 0; slot < table.fields().size(); slot++) {
      OptionTable.Field field = table.fields().get(slot);
      Object value = values.get(field.name());
      if (value != null) {
        switch (field.kind()) {
          case BOOL -> builder.addBoolean(slot, (Boolean) value, false);
          case BYTE -> builder.addByte(slot, (Byte) value, 0);
          case INT -> builder.addInt(slot, (Integer) value, 0);
          case FLOAT -> builder.addFloat(slot, (Float) value, 0);
          case INTS ->
              builder.addOffset(
                  slot, Optional.ofNullable(vectors.get(field.name())).orElseThrow(), 0);
        }
      }
    }
    return builder.endTable();
  }

  private int signature(FilePlan.Subgraph subgraph, int index) {
    int inputs = tensorMaps(subgraph.graph().inputs(), subgraph.inputs());
    int outputs = tensorMaps(subgraph.graph().outputs(), subgraph.outputs());
    int key = builder.createSharedString(subgraph.graph().signature());
    builder.startTable(TfliteFormat.SIGNATURE_SLOTS);
    builder.addOffset(TfliteFormat.SIGNATURE_INPUTS, inputs, 0);
    builder.addOffset(TfliteFormat.SIGNATURE_OUTPUTS, outputs, 0);
    builder.addOffset(TfliteFormat.SIGNATURE_KEY, key, 0);
    builder.addInt(TfliteFormat.SIGNATURE_SUBGRAPH, index, 0);
    return builder.endTable();
  }

  private int tensorMaps(Map<String, Value> names, List<Integer> tensors) {
    int[] maps = new int[tensors.size()];
    int i = 0;
    for (String name : names.keySet()) {
      int text = builder.createSharedString(name);
      builder.startTable(TfliteFormat.TENSOR_MAP_SLOTS);
      builder.addOffset(TfliteFormat.TENSOR_MAP_NAME, text, 0);
      builder.addInt(TfliteFormat.TENSOR_MAP_TENSOR, tensors.get(i), 0);
      maps[i++] = builder.endTable();
    }
    return builder.createVectorOfTables(maps);
  }

  private int ints(List<Integer> numbers) {
    builder.startVector(Integer.BYTES, numbers.size(), Integer.BYTES);
    for (int i = numbers.size() - 1; i >= 0; i--) {
      builder.addInt(numbers.get(i));
    }
    return builder.endVector();
  }
}
