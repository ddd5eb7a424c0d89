package dev.litegraft.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The built-in operators that a client knows, each up to a version: found by loading a file with
 * one operator after the other ({@code LiteRtJsTest} and {@code AndroidTest} ask again).
 */
final class KnownOperators {
  /**
   * Operator, its newest version in LiteRT.js 2.5.3, that in org.tensorflow:tensorflow-lite 2.16.1;
   * {@code -} where it is not known.
   */
  private static final String TABLE =
      """
      ADD 6 5
      AVERAGE_POOL_2D 3 3
      CONCATENATION 6 4
      CONV_2D 8 8
      DEPTHWISE_CONV_2D 7 7
      DEPTH_TO_SPACE 2 2
      DEQUANTIZE 8 5
      EMBEDDING_LOOKUP 5 3
      FLOOR 1 1
      FULLY_CONNECTED 14 11
      HASHTABLE_LOOKUP 1 1
      L2_NORMALIZATION 2 2
      L2_POOL_2D 1 1
      LOCAL_RESPONSE_NORMALIZATION 1 1
      LOGISTIC 3 3
      LSH_PROJECTION 1 1
      LSTM 4 4
      MAX_POOL_2D 3 3
      MUL 8 7
      RELU 3 3
      RELU_N1_TO_1 1 1
      RELU6 3 3
      RESHAPE 1 1
      RESIZE_BILINEAR 4 4
      RNN 3 3
      SOFTMAX 4 3
      SPACE_TO_DEPTH 2 2
      SVDF 4 4
      TANH 3 3
      SKIP_GRAM 1 1
      EMBEDDING_LOOKUP_SPARSE 1 1
      PAD 5 4
      UNIDIRECTIONAL_SEQUENCE_RNN 3 3
      GATHER 7 7
      BATCH_TO_SPACE_ND 4 4
      SPACE_TO_BATCH_ND 4 4
      TRANSPOSE 9 6
      MEAN 3 3
      SUB 5 5
      DIV 2 2
      SQUEEZE 2 2
      UNIDIRECTIONAL_SEQUENCE_LSTM 4 4
      STRIDED_SLICE 8 8
      BIDIRECTIONAL_SEQUENCE_RNN 3 3
      EXP 2 2
      TOPK_V2 3 3
      SPLIT 4 4
      LOG_SOFTMAX 2 2
      BIDIRECTIONAL_SEQUENCE_LSTM 3 3
      CAST 8 6
      PRELU 1 1
      MAXIMUM 4 4
      ARG_MAX 3 3
      MINIMUM 4 4
      LESS 3 3
      NEG 1 1
      PADV2 5 4
      GREATER 2 2
      GREATER_EQUAL 3 3
      LESS_EQUAL 2 2
      SELECT 4 4
      SLICE 8 6
      SIN 2 1
      TRANSPOSE_CONV 5 5
      SPARSE_TO_DENSE 3 3
      TILE 3 3
      EXPAND_DIMS 1 1
      EQUAL 5 4
      NOT_EQUAL 4 3
      LOG 2 2
      SUM 2 2
      SQRT 2 1
      RSQRT 3 3
      SHAPE 1 1
      POW 1 1
      ARG_MIN 3 3
      FAKE_QUANT 2 2
      REDUCE_PROD 2 2
      REDUCE_MAX 3 3
      PACK 4 4
      LOGICAL_OR 1 1
      ONE_HOT 1 1
      LOGICAL_AND 1 1
      LOGICAL_NOT 1 1
      UNPACK 5 4
      REDUCE_MIN 3 3
      FLOOR_DIV 3 3
      REDUCE_ANY 1 1
      SQUARE 1 1
      ZEROS_LIKE 1 1
      FILL 4 4
      FLOOR_MOD 2 2
      RANGE 2 2
      RESIZE_NEAREST_NEIGHBOR 4 4
      LEAKY_RELU 2 2
      SQUARED_DIFFERENCE 2 2
      MIRROR_PAD 3 3
      ABS 5 5
      SPLIT_V 2 2
      UNIQUE 1 1
      CEIL 1 1
      REVERSE_V2 3 3
      ADD_N 1 1
      GATHER_ND 5 5
      COS 2 1
      WHERE 2 2
      RANK 1 1
      ELU 1 1
      REVERSE_SEQUENCE 1 1
      MATRIX_DIAG 1 1
      QUANTIZE 6 3
      MATRIX_SET_DIAG 1 1
      ROUND 1 1
      HARD_SWISH 1 1
      IF 1 1
      WHILE 1 1
      NON_MAX_SUPPRESSION_V4 1 1
      NON_MAX_SUPPRESSION_V5 1 1
      SCATTER_ND 1 1
      SELECT_V2 2 2
      DENSIFY 1 1
      SEGMENT_SUM 1 1
      BATCH_MATMUL 4 4
      CUMSUM 1 1
      CALL_ONCE 1 1
      BROADCAST_TO 3 3
      RFFT2D 1 1
      CONV_3D 1 1
      IMAG 1 1
      REAL 1 1
      COMPLEX_ABS 1 1
      HASHTABLE 1 1
      HASHTABLE_FIND 1 1
      HASHTABLE_IMPORT 1 1
      HASHTABLE_SIZE 1 1
      REDUCE_ALL 1 1
      CONV_3D_TRANSPOSE 1 1
      VAR_HANDLE 1 1
      READ_VARIABLE 1 1
      ASSIGN_VARIABLE 1 1
      BROADCAST_ARGS 1 1
      RANDOM_STANDARD_NORMAL 1 1
      BUCKETIZE 1 1
      RANDOM_UNIFORM 1 1
      MULTINOMIAL 1 1
      GELU 3 2
      DYNAMIC_UPDATE_SLICE 6 1
      RELU_0_TO_1 1 1
      UNSORTED_SEGMENT_PROD 1 1
      UNSORTED_SEGMENT_MAX 1 1
      UNSORTED_SEGMENT_SUM 1 1
      ATAN2 1 1
      UNSORTED_SEGMENT_MIN 1 1
      SIGN 2 2
      BITCAST 1 1
      BITWISE_XOR 1 1
      RIGHT_SHIFT 1 1
      STABLEHLO_ADD 1 1
      STABLEHLO_MULTIPLY 1 1
      STABLEHLO_MAXIMUM 1 1
      STABLEHLO_AND 1 -
      STABLEHLO_MINIMUM 1 1
      STABLEHLO_SCATTER 1 1
      STABLEHLO_PAD 1 1
      STABLEHLO_REDUCE_WINDOW 1 1
      STABLEHLO_GATHER 1 1
      DILATE 1 1
      STABLEHLO_RNG_BIT_GENERATOR 1 1
      REDUCE_WINDOW 1 1
      STABLEHLO_COMPOSITE 1 -
      """;

  /** What is not known by us, is thought to be known there. */
  static final KnownOperators ANY = new KnownOperators(Optional.empty());

  static final KnownOperators WEB = column(1);
  static final KnownOperators ANDROID = column(2);

  private final Optional<Map<String, Integer>> newest;

  private KnownOperators(Optional<Map<String, Integer>> newest) {
    this.newest = newest;
  }

  private static KnownOperators column(int index) {
    Map<String, Integer> newest = new LinkedHashMap<>();
    TABLE
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(parts -> !parts[index].equals("-"))
        .forEach(parts -> newest.put(parts[0], Integer.valueOf(parts[index])));
    return new KnownOperators(Optional.of(newest));
  }

  /** The newest versions by operator, in the order of their codes; empty if all are taken. */
  Map<String, Integer> all() {
    return newest.orElse(Map.of());
  }

  /** The newest version of an operator; 0 of one that is not known, absent if all are taken. */
  OptionalInt newest(String operator) {
    return newest
        .map(known -> OptionalInt.of(known.getOrDefault(operator, 0)))
        .orElse(OptionalInt.empty());
  }
}
