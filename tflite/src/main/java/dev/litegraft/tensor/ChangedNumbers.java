package dev.litegraft.tensor;

/**
 * The numbers of another tensor, changed one by one as they are read: of its name and shape, f32.
 */
public interface ChangedNumbers extends TensorData {
  /** The tensor whose numbers are changed. */
  TensorData source();

  @Override
  default String name() {
    return source().name();
  }

  @Override
  default Shape shape() {
    return source().shape();
  }

  @Override
  default DType dtype() {
    return DType.F32;
  }
}
