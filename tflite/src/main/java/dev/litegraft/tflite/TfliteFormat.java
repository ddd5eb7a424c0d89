package dev.litegraft.tflite;

/**
 * The facts of the {@code .tflite} format, as {@link TfliteWriter} writes it and {@link
 * TfliteReader} reads it.
 *
 * <h2>The file</h2>
 *
 * <pre>
 * 0          u32  offset of the table Model
 * 4          "TFL3"
 * 8          the small part: every table, name and shape, small constants, scales
 * …          weights: u32 length, then the bytes, which begin at a multiple of 16
 * …          associated files: a ZIP with STORED entries; its offsets count from the file's byte 0
 * </pre>
 *
 * <p>It is a FlatBuffer: little-endian; a table begins with the signed distance back to its vtable;
 * a vtable is (u16 its bytes, u16 the table's bytes, u16 the place of each slot in the table, 0 for
 * an absent one); strings, vectors and tables are reached by an unsigned 32-bit distance forward
 * from the field that holds it. Because distances point forward, weights can stand behind
 * everything else and be written after it, and nothing of the small part moves.
 *
 * <p>All distances fit in 31 bits. A file whose weights do not is written with {@code
 * Buffer.offset} and {@code Buffer.size} (both u64, counted from the file's first byte, the offset
 * at least 2) in place of {@code Buffer.data}; the weights are then no part of the FlatBuffer and
 * have no length in front.
 *
 * <h2>Tables (slot, name)</h2>
 *
 * <pre>
 * Model                   0 version (3) · 1 operator_codes · 2 subgraphs · 3 description · 4 buffers
 *                         6 metadata · 7 signature_defs
 * OperatorCode            0 deprecated_builtin_code (i8, min(code, 127)) · 1 custom_code
 *                         2 version (i32, 1 if absent) · 3 builtin_code (i32)
 * SubGraph                0 tensors · 1 inputs · 2 outputs · 3 operators · 4 name
 * Tensor                  0 shape [i32] · 1 type (i8) · 2 buffer (u32) · 3 name · 4 quantization
 *                         5 is_variable · 6 sparsity · 7 shape_signature [i32, -1 unknown]
 *                         8 has_rank · 9 variant_tensors
 * QuantizationParameters  2 scale [f32] · 3 zero_point [i64] · 4, 5 details (u8 type, table)
 *                         6 quantized_dimension
 * BlockwiseQuantization   0 scales (tensor) · 1 zero_points (tensor or -1) · 2 block_size
 * Operator                0 opcode_index (u32) · 1 inputs [i32, -1 absent] · 2 outputs
 *                         3, 4 builtin_options (u8 type, table) · 5 custom_options
 *                         8 intermediates · 11, 12 builtin_options_2 (u8 type, table)
 * Buffer                  0 data [u8], aligned to 16 · 1 offset (u64) · 2 size (u64)
 * Metadata                0 name · 1 buffer (u32)
 * SignatureDef            0 inputs · 1 outputs · 2 signature_key · 4 subgraph_index (u32)
 * TensorMap               0 name · 1 tensor_index (u32)
 * </pre>
 *
 * <p>{@code buffers[0]} is empty and stands for "no constant". Options of operators are in {@code
 * OptionTable}.
 *
 * <h2>Operator versions</h2>
 *
 * <p>An operator's code carries the version of the kernel that it needs; a runtime refuses what is
 * newer than itself, so the lowest version that describes the use is written. Uses above 1:
 *
 * <pre>
 * FULLY_CONNECTED    5 (leading dimensions kept) · 6 (no bias) · 12 (int8 weights by row, f32 inputs)
 * EMBEDDING_LOOKUP   4 (int8 or int4 table with a scale a row)
 * DEQUANTIZE         2 (int8) · 3 (f16) · 5 (int8 by row) · 6 (int4)
 * GATHER             2 (int8) · 7 (int4)
 * SUB MAXIMUM MINIMUM 3, DIV 2 (broadcast of more than 4 dimensions)
 * TRANSPOSE          4 (5 dimensions) · 6 (6) · 8 (more);  STRIDED_SLICE 4 (more than 4)
 * CAST               3 (int8) · 5 (f16, f64) · 6 (int4)
 * </pre>
 *
 * <p>Source: {@code schema.fbs} and {@code tools/versioning/op_version.cc} of TFLite.
 */
public final class TfliteFormat {
  /** The file identifier, at byte 4. */
  public static final String IDENTIFIER = "TFL3";

  /** {@code Model.version}. */
  public static final int VERSION = 3;

  /** Weights begin at a multiple of this many bytes: kernels read them in place. */
  public static final int ALIGNMENT = 16;

  /** The largest FlatBuffer: FlatBuffers' own verifier looks at no more bytes. */
  public static final long FLATBUFFER_LIMIT = Integer.MAX_VALUE - 1L;

  /** The metadata entry that holds the {@code ModelMetadata} FlatBuffer. */
  public static final String METADATA_NAME = "TFLITE_METADATA";

  /** The identifier of the {@code ModelMetadata} FlatBuffer. */
  public static final String METADATA_IDENTIFIER = "M001";

  static final int MODEL_VERSION = 0;
  static final int MODEL_OPERATOR_CODES = 1;
  static final int MODEL_SUBGRAPHS = 2;
  static final int MODEL_DESCRIPTION = 3;
  static final int MODEL_BUFFERS = 4;
  static final int MODEL_METADATA = 6;
  static final int MODEL_SIGNATURES = 7;
  static final int MODEL_SLOTS = 8;

  static final int CODE_DEPRECATED = 0;
  static final int CODE_CUSTOM = 1;
  static final int CODE_VERSION = 2;
  static final int CODE_BUILTIN = 3;
  static final int CODE_SLOTS = 4;

  static final int SUBGRAPH_TENSORS = 0;
  static final int SUBGRAPH_INPUTS = 1;
  static final int SUBGRAPH_OUTPUTS = 2;
  static final int SUBGRAPH_OPERATORS = 3;
  static final int SUBGRAPH_NAME = 4;
  static final int SUBGRAPH_SLOTS = 5;

  static final int TENSOR_SHAPE = 0;
  static final int TENSOR_TYPE = 1;
  static final int TENSOR_BUFFER = 2;
  static final int TENSOR_NAME = 3;
  static final int TENSOR_QUANTIZATION = 4;
  static final int TENSOR_VARIABLE = 5;
  static final int TENSOR_SPARSITY = 6;
  static final int TENSOR_SHAPE_SIGNATURE = 7;
  static final int TENSOR_HAS_RANK = 8;
  static final int TENSOR_SLOTS = 9;
  static final int TENSOR_VARIANTS = 9;
  static final int TENSOR_EXTERNAL = 10;

  static final int QUANTIZATION_SCALE = 2;
  static final int QUANTIZATION_ZERO_POINT = 3;
  static final int QUANTIZATION_DETAILS_TYPE = 4;
  static final int QUANTIZATION_DETAILS = 5;
  static final int QUANTIZATION_DIMENSION = 6;
  static final int QUANTIZATION_SLOTS = 7;
  static final int DETAILS_CUSTOM = 1;
  static final int DETAILS_BLOCKWISE = 2;
  static final int BLOCKWISE_SCALES = 0;
  static final int BLOCKWISE_ZERO_POINTS = 1;
  static final int BLOCKWISE_SIZE = 2;
  static final int BLOCKWISE_SLOTS = 3;

  static final int OPERATOR_CODE = 0;
  static final int OPERATOR_INPUTS = 1;
  static final int OPERATOR_OUTPUTS = 2;
  static final int OPERATOR_OPTIONS_TYPE = 3;
  static final int OPERATOR_OPTIONS = 4;
  static final int OPERATOR_SLOTS = 5;
  static final int OPERATOR_INTERMEDIATES = 8;
  static final int OPERATOR_OPTIONS_2_TYPE = 11;

  static final int BUFFER_DATA = 0;
  static final int BUFFER_OFFSET = 1;
  static final int BUFFER_SIZE = 2;
  static final int BUFFER_SLOTS = 3;

  static final int METADATA_ENTRY_NAME = 0;
  static final int METADATA_ENTRY_BUFFER = 1;
  static final int METADATA_ENTRY_SLOTS = 2;

  static final int SIGNATURE_INPUTS = 0;
  static final int SIGNATURE_OUTPUTS = 1;
  static final int SIGNATURE_KEY = 2;
  static final int SIGNATURE_SUBGRAPH = 4;
  static final int SIGNATURE_SLOTS = 5;

  static final int TENSOR_MAP_NAME = 0;
  static final int TENSOR_MAP_TENSOR = 1;
  static final int TENSOR_MAP_SLOTS = 2;

  private TfliteFormat() {}

  /** The first multiple of {@link #ALIGNMENT} that is not below {@code position}. */
  static long aligned(long position) {
    return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The number of a builtin operator, {@code BuiltinOperator} of the schema. */
  public static int operatorCode(String mnemonic) {
    return OperatorCodes.code(mnemonic);
  }

  /** The name of a builtin operator; {@code BUILTIN_250} for one that is newer than this list. */
  public static String operatorName(int code) {
    return OperatorCodes.mnemonic(code);
  }
}
