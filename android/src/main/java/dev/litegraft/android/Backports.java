package dev.litegraft.android;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Methods of Java 17 that Android 8 lacks and D8 does not add. The build of the {@code .aar} calls
 * these in their place, in all classes that it packs: the receiver is the first argument.
 */
public final class Backports {
  private static final int BLOCK = 8192;

  private Backports() {}

  /** {@code Stream.toList()}. */
  @SuppressWarnings("unchecked") // the array holds what the stream held
  public static <T> List<T> toList(Stream<T> stream) {
    return (List<T>) Collections.unmodifiableList(new ArrayList<>(Arrays.asList(stream.toArray())));
  }

  /** {@code InputStream.readAllBytes()}. */
  public static byte[] readAllBytes(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] block = new byte[BLOCK];
    for (int n = in.read(block); n >= 0; n = in.read(block)) {
      all.write(block, 0, n);
    }
    return all.toByteArray();
  }

  /** {@code InputStream.readNBytes(byte[], int, int)}. */
  public static int readNBytes(InputStream in, byte[] to, int from, int count) throws IOException {
    int read = 0;
    while (read < count) {
      int n = in.read(to, from + read, count - read);
      if (n < 0) {
        break;
      }
      read += n;
    }
    return read;
  }

  /** {@code ByteBuffer.get(int, byte[], int, int)}. */
  public static ByteBuffer get(ByteBuffer buffer, int index, byte[] to, int from, int count) {
    ByteBuffer view = buffer.duplicate();
    view.limit(index + count).position(index);
    view.get(to, from, count);
    return buffer;
  }

  /** {@code ByteBuffer.slice(int, int)}. */
  public static ByteBuffer slice(ByteBuffer buffer, int index, int length) {
    ByteBuffer view = buffer.duplicate();
    view.limit(index + length).position(index);
    return view.slice();
  }

  /** {@code Arrays.equals(byte[], int, int, byte[], int, int)}. */
  public static boolean equals(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return ByteBuffer.wrap(a, aFrom, aTo - aFrom).equals(ByteBuffer.wrap(b, bFrom, bTo - bFrom));
  }

  /** {@code Arrays.equals(int[], int, int, int[], int, int)}. */
  public static boolean equals(int[] a, int aFrom, int aTo, int[] b, int bFrom, int bTo) {
    return Arrays.equals(Arrays.copyOfRange(a, aFrom, aTo), Arrays.copyOfRange(b, bFrom, bTo));
  }

  /** {@code Collection.toArray(IntFunction)}. */
  public static <T> T[] toArray(Collection<?> all, IntFunction<T[]> array) {
    return all.toArray(array.apply(0));
  }
}
