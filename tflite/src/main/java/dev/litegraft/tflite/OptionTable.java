package dev.litegraft.tflite;

import java.util.List;
import java.util.Optional;

/**
 * The options of an operator: its number in the union {@code BuiltinOptions}, and its fields by
 * slot. Writer and reader both follow this table.
 *
 * <p>Source: {@code union BuiltinOptions} and the {@code …Options} tables of TFLite's {@code
 * schema.fbs}.
 */
enum OptionTable {
  FULLY_CONNECTED(
      8,
      Field.of("fused_activation_function", Kind.BYTE),
      Field.of("weights_format", Kind.BYTE),
      Field.of("keep_num_dims", Kind.BOOL),
      Field.of("asymmetric_quantize_inputs", Kind.BOOL)),
  SOFTMAX(9, Field.of("beta", Kind.FLOAT)),
  CONCATENATION(10, Field.of("axis", Kind.INT), Field.of("fused_activation_function", Kind.BYTE)),
  ADD(11, Field.of("fused_activation_function", Kind.BYTE)),
  RESHAPE(17, Field.of("new_shape", Kind.INTS)),
  MUL(21, Field.of("fused_activation_function", Kind.BYTE)),
  GATHER(23, Field.of("axis", Kind.INT), Field.of("batch_dims", Kind.INT)),
  TRANSPOSE(26),
  REDUCER(27, Field.of("keep_dims", Kind.BOOL)),
  SUB(28, Field.of("fused_activation_function", Kind.BYTE)),
  DIV(29, Field.of("fused_activation_function", Kind.BYTE)),
  STRIDED_SLICE(
      32,
      Field.of("begin_mask", Kind.INT),
      Field.of("end_mask", Kind.INT),
      Field.of("ellipsis_mask", Kind.INT),
      Field.of("new_axis_mask", Kind.INT),
      Field.of("shrink_axis_mask", Kind.INT)),
  EXP(33),
  CAST(37, Field.of("in_data_type", Kind.BYTE), Field.of("out_data_type", Kind.BYTE)),
  DEQUANTIZE(38),
  MAXIMUM_MINIMUM(39),
  NEG(42),
  SHAPE(55, Field.of("out_type", Kind.BYTE)),
  SQUARE(66),
  SQUARED_DIFFERENCE(76),
  ABS(78),
  COS(84),
  QUANTIZE(89),
  BATCH_MATMUL(
      101,
      Field.of("adj_x", Kind.BOOL),
      Field.of("adj_y", Kind.BOOL),
      Field.of("asymmetric_quantize_inputs", Kind.BOOL)),
  CUMSUM(102, Field.of("exclusive", Kind.BOOL), Field.of("reverse", Kind.BOOL)),
  GELU(116, Field.of("approximate", Kind.BOOL));

  /** How a field is stored; what is absent is 0. */
  enum Kind {
    BOOL,
    BYTE,
    INT,
    FLOAT,
    INTS
  }

  /** A field of a table; its slot is its place in {@link #fields()}. */
  record Field(String name, Kind kind) {
    static Field of(String name, Kind kind) {
      return new Field(name, kind);
    }
  }

  private static final OptionTable[] ALL = values();

  private final byte code;

  /** Made by List.of. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Field> fields;

  OptionTable(int code, Field... fields) {
    this.code = (byte) code;
    this.fields = List.of(fields);
  }

  /** The table with this number in the union, if Litegraft knows it. */
  static Optional<OptionTable> of(int code) {
    for (OptionTable table : ALL) {
      if (table.code == code) {
        return Optional.of(table);
      }
    }
    return Optional.empty();
  }

  byte code() {
    return code;
  }

  List<Field> fields() {
    return fields;
  }
}
