package dev.litegraft.quantize;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.graph.BlockInt4;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.RoundedMatrix;
import dev.litegraft.graph.Rounding;
import dev.litegraft.graph.Storage;
import dev.litegraft.graph.SymmetricInt4;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A form in which a matrix is stored and read. */
enum MatrixForm {
  /** As it is computed with. */
  F32("f32", PlainStorage.F32),

  /** Half precision, read as f32. */
  F16("f16", PlainStorage.F16),

  /** int8 with a scale an output channel, multiplied with activations in int8. */
  INT8("int8", SymmetricInt8.PER_CHANNEL),

  /** int8 with one scale, multiplied with activations in int8: what older runtimes take. */
  INT8_TENSOR("int8_tensor", SymmetricInt8.PER_TENSOR),

  /** int8 with a scale an output channel, read as f32. */
  INT8_WEIGHT_ONLY("int8_weight_only", SymmetricInt8.PER_CHANNEL),

  /** int4 with a scale an output channel, multiplied with activations in int8. */
  INT4("int4", SymmetricInt4.PER_CHANNEL),

  /** int4 with a scale for 32 numbers of an output channel, multiplied with activations in int8. */
  INT4_BLOCKS_OF_32("int4_b32", new BlockInt4(32)),

  /** int4 with a scale for 64 numbers of an output channel, multiplied with activations in int8. */
  INT4_BLOCKS_OF_64("int4_b64", new BlockInt4(64));

  private final String word;

  @SuppressWarnings("ImmutableEnumChecker") // storages have no state
  private final Storage storage;

  MatrixForm(String word, Storage storage) {
    this.word = word;
    this.storage = storage;
  }

  /** As recipe files call it. */
  String word() {
    return word;
  }

  /** Whether linear layers read it through a DEQUANTIZE. */
  boolean isDequantized() {
    return this == F16 || this == INT8_WEIGHT_ONLY;
  }

  /** Whether its whole numbers can be chosen: they have scales a row or a block. */
  boolean isRoundable() {
    return RoundedMatrix.isRoundable(storage);
  }

  /** Whether activations that it is multiplied with are rounded to int8, and it is int8 itself. */
  boolean isMultipliedInInt8() {
    return this == INT8 || this == INT8_TENSOR;
  }

  /**
   * The constant in this form.
   *
   * @param names a free name that begins with another, for scales of their own
   * @param rounding what chooses its whole numbers; absent: each is the nearest
   * @throws InvalidRequestException if the matrix has no such form
   */
  Value stored(Value matrix, UnaryOperator<String> names, Optional<Rounding> rounding) {
    if (this == F32) {
      return matrix;
    }
    int width = matrix.shape().last();
    int whole = storage instanceof BlockInt4 blocks ? blocks.size() : this == INT4 ? 2 : 1;
    if (width % whole != 0) {
      throw new InvalidRequestException(
          "a matrix with rows of "
              + width
              + " numbers cannot be stored as "
              + word
              + ", which needs a multiple of "
              + whole,
          "tensor " + matrix.name() + " " + matrix.shape(),
          "convert with --recipe int8, or keep this matrix in f32 with --keep-float");
    }
    Storage chosen =
        rounding
            .filter(r -> RoundedMatrix.isRoundable(storage))
            .<Storage>map(r -> new RoundedMatrix(storage, r))
            .orElse(storage);
    return storage instanceof BlockInt4 blocks
        ? BlockInt4.constant(
            matrix.name(),
            matrix.data(),
            blocks.size(),
            names.apply(matrix.name() + ".scales"),
            chosen)
        : Value.constant(matrix.name(), matrix.data(), chosen);
  }
}
