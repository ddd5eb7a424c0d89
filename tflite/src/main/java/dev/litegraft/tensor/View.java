package dev.litegraft.tensor;

/** The numbers of another tensor, found elsewhere in it: of its name and its type. */
interface View extends TensorData {
  /** The tensor that is read through to. */
  TensorData source();

  @Override
  default String name() {
    return source().name();
  }

  @Override
  default DType dtype() {
    return source().dtype();
  }
}
