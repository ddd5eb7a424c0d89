package dev.litegraft.operator;

import java.util.List;
import java.util.Optional;

/**
 * The options of an operator: its number in the union {@code BuiltinOptions}, and its fields by
 * slot. Writer, reader and {@link OperatorTable} follow it.
 *
 * <p>Source: {@code union BuiltinOptions} and the {@code …Options} tables of TFLite's {@code
 * schema.fbs}.
 */
public enum OptionTable {
  FULLY_CONNECTED(
      8,
      Field.of("fused_activation_function", Kind.BYTE),
      Field.of("weights_format", Kind.BYTE),
      Field.of("keep_num_dims", Kind.BOOL),
      Field.of("asymmetric_quantize_inputs", Kind.BOOL),
      Field.of("quantized_bias_type", Kind.BYTE)),
  SOFTMAX(9, Field.of("beta", Kind.FLOAT)),
  L2_NORMALIZATION(12, Field.of("fused_activation_function", Kind.BYTE)),
  CONCATENATION(10, Field.of("axis", Kind.INT), Field.of("fused_activation_function", Kind.BYTE)),
  ADD(11, Field.of("fused_activation_function", Kind.BYTE), Field.of("pot_scale_int16", Kind.BOOL)),
  RESHAPE(17, Field.of("new_shape", Kind.INTS)),
  MUL(21, Field.of("fused_activation_function", Kind.BYTE)),
  PAD(22),
  GATHER(23, Field.of("axis", Kind.INT), Field.of("batch_dims", Kind.INT)),
  TRANSPOSE(26),
  REDUCER(27, Field.of("keep_dims", Kind.BOOL)),
  SUB(28, Field.of("fused_activation_function", Kind.BYTE), Field.of("pot_scale_int16", Kind.BOOL)),
  DIV(29, Field.of("fused_activation_function", Kind.BYTE)),
  SQUEEZE(30, Field.of("squeeze_dims", Kind.INTS)),
  STRIDED_SLICE(
      32,
      Field.of("begin_mask", Kind.INT),
      Field.of("end_mask", Kind.INT),
      Field.of("ellipsis_mask", Kind.INT),
      Field.of("new_axis_mask", Kind.INT),
      Field.of("shrink_axis_mask", Kind.INT),
      Field.of("offset", Kind.BOOL)),
  EXP(33),
  TOPK_V2(34),
  SPLIT(35, Field.of("num_splits", Kind.INT)),
  LOG_SOFTMAX(36),
  CAST(37, Field.of("in_data_type", Kind.BYTE), Field.of("out_data_type", Kind.BYTE)),
  DEQUANTIZE(38),
  MAXIMUM_MINIMUM(39),
  ARG_MAX(40, Field.of("output_type", Kind.BYTE)),
  LESS(41),
  NEG(42),
  PADV2(43),
  GREATER(44),
  GREATER_EQUAL(45),
  LESS_EQUAL(46),
  SELECT(47),
  SLICE(48),
  SPARSE_TO_DENSE(50, Field.of("validate_indices", Kind.BOOL)),
  TILE(51),
  EXPAND_DIMS(52),
  EQUAL(53),
  NOT_EQUAL(54),
  SHAPE(55, Field.of("out_type", Kind.BYTE)),
  POW(56),
  ARG_MIN(57, Field.of("output_type", Kind.BYTE)),
  PACK(59, Field.of("values_count", Kind.INT), Field.of("axis", Kind.INT)),
  LOGICAL_OR(60),
  ONE_HOT(61, Field.of("axis", Kind.INT)),
  LOGICAL_AND(62),
  LOGICAL_NOT(63),
  UNPACK(64, Field.of("num", Kind.INT), Field.of("axis", Kind.INT)),
  FLOOR_DIV(65),
  SQUARE(66),
  ZEROS_LIKE(67),
  FILL(68),
  FLOOR_MOD(72),
  RANGE(73),
  LEAKY_RELU(75, Field.of("alpha", Kind.FLOAT)),
  SQUARED_DIFFERENCE(76),
  ABS(78),
  SPLIT_V(79, Field.of("num_splits", Kind.INT)),
  REVERSE_V2(81),
  GATHER_ND(83),
  COS(84),
  RANK(86),
  QUANTIZE(89),
  HARD_SWISH(91),
  SCATTER_ND(97),
  SELECT_V2(98),
  BATCH_MATMUL(
      101,
      Field.of("adj_x", Kind.BOOL),
      Field.of("adj_y", Kind.BOOL),
      Field.of("asymmetric_quantize_inputs", Kind.BOOL)),
  CUMSUM(102, Field.of("exclusive", Kind.BOOL), Field.of("reverse", Kind.BOOL)),
  BROADCAST_TO(104),
  GELU(116, Field.of("approximate", Kind.BOOL)),
  SIGN(123);

  /** How a field is stored; what is absent is 0. */
  public enum Kind {
    BOOL,
    BYTE,
    INT,
    FLOAT,
    INTS
  }

  /** A field of a table; its slot is its place in {@link #fields()}. */
  public record Field(String name, Kind kind) {
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
  public static Optional<OptionTable> of(int code) {
    for (OptionTable table : ALL) {
      if (table.code == code) {
        return Optional.of(table);
      }
    }
    return Optional.empty();
  }

  /** Its number in the union. */
  public byte code() {
    return code;
  }

  /** The fields; a field's slot is its place. */
  public List<Field> fields() {
    return fields;
  }
}
