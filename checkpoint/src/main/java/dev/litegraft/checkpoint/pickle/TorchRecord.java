package dev.litegraft.checkpoint.pickle;

import java.util.Arrays;

/**
 * A tensor as a pickle describes it; whether its storage has such elements is not known yet.
 *
 * @param storage where its numbers are
 * @param dtype torch's name: {@code float32}
 * @param offset of the first element in the storage, in elements
 * @param sizes elements of each dimension
 * @param strides elements from one index to the next, of each dimension
 */
record TorchRecord(Stored storage, String dtype, long offset, long[] sizes, long[] strides) {
  /**
   * What a pickle says of a storage.
   *
   * @param key its name in the file
   * @param dtype torch's name of its numbers; of bytes that have none, {@code uint8}
   * @param elements how many the whole storage has
   * @param first element at which the part begins that is meant; 0 but for a view
   * @param visible elements of that part
   */
  record Stored(String key, String dtype, long elements, long first, long visible) {}

  @Override
  public boolean equals(Object o) {
    return this == o;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(sizes);
  }
}
