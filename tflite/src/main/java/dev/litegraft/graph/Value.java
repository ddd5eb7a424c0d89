package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An edge of the graph: what an operator reads or makes. Values are compared by identity.
 *
 * <p>A value is called what PyTorch calls the module that made it ({@code
 * model.layers.3.self_attn.o_proj}).
 */
public final class Value {
  private String name;
  private final DType dtype;
  private final Shape shape;
  private final @Nullable TensorData data;
  private final @Nullable Storage storage;
  private final @Nullable Quantization quantization;

  private Value(
      String name,
      DType dtype,
      Shape shape,
      @Nullable TensorData data,
      @Nullable Storage storage,
      @Nullable Quantization quantization) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
    this.storage = storage;
    this.quantization = quantization;
    if (quantization != null) {
      quantization.requireFits(this);
    }
  }

  /** A graph input or an operator's result. */
  public static Value of(String name, DType dtype, Shape shape) {
    return new Value(name, dtype, shape, null, null, null);
  }

  /** The same, whose whole numbers stand for others. */
  public static Value of(String name, DType dtype, Shape shape, Quantization quantization) {
    return new Value(name, dtype, shape, null, null, quantization);
  }

  /** A constant whose numbers are stored as {@code storage} says; its dtype is the storage's. */
  public static Value constant(String name, TensorData data, Storage storage) {
    return new Value(name, storage.dtype(), data.shape(), data, storage, null);
  }

  /** The same with scales that are known before the numbers are written. */
  public static Value constant(
      String name, TensorData data, Storage storage, Quantization quantization) {
    return new Value(name, storage.dtype(), data.shape(), data, storage, quantization);
  }

  /** The name; unique in a graph. */
  public String name() {
    return name;
  }

  /** Gives this value another name; only while its graph is built. */
  void rename(String newName) {
    name = newName;
  }

  /** The type as it is in the file: {@link DType#I8} for a weight that is stored in int8. */
  public DType dtype() {
    return dtype;
  }

  /** The shape; see {@link Shape} for the unknown number of tokens. */
  public Shape shape() {
    return shape;
  }

  /** Whether the numbers are in the file. */
  public boolean isConstant() {
    return data != null;
  }

  /**
   * The numbers of a constant.
   *
   * @throws IllegalStateException if this is no constant
   */
  public TensorData data() {
    if (data == null) {
      throw new IllegalStateException(name + " is not a constant");
    }
    return data;
  }

  /**
   * How the numbers of a constant are stored.
   *
   * @throws IllegalStateException if this is no constant
   */
  public Storage storage() {
    if (storage == null) {
      throw new IllegalStateException(name + " is not a constant");
    }
    return storage;
  }

  /**
   * What the numbers stand for; absent for numbers that are what they are, and for constants whose
   * scales are found while they are written.
   */
  public Optional<Quantization> quantization() {
    return Optional.ofNullable(quantization);
  }

  /** {@code name dtype shape}, for messages and the printer. */
  @Override
  public String toString() {
    return name + " " + dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
  }
}
