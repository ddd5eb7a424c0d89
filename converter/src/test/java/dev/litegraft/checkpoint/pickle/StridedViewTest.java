package dev.litegraft.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StridedViewTest {
  @Test
  void aMatrixLargerThanWhatIsReadAtOnceIsTransposedInParts() throws IOException {
    requireSame(new int[] {500, 700}, new long[] {1, 500}, 4, 500L * 700);
    requireSame(new int[] {700, 500}, new long[] {1, 1024}, 2, 499 * 1024L + 700);
  }

  @Test
  void everyStrideAndEveryOrderOfDimensionsIsRead() throws IOException {
    requireSame(new int[] {3, 5, 7}, new long[] {1, 21, 3}, 2, 105);
    requireSame(new int[] {4, 6}, new long[] {0, 1}, 4, 6);
    requireSame(new int[] {4, 6}, new long[] {12, 2}, 8, 48);
    requireSame(new int[] {5}, new long[] {6}, 4, 25);
    requireSame(new int[] {2, 1, 3}, new long[] {3, 99, 1}, 1, 6);
    requireSame(new int[] {}, new long[] {}, 4, 1);
    requireSame(new int[] {1, 4}, new long[] {4, 1}, 4, 4);
    requireSame(new int[] {2, 3, 4, 5}, new long[] {60, 1, 15, 3}, 4, 120);
    // Rows of a wider matrix, and every hundredth row of one.
    requireSame(new int[] {300, 400}, new long[] {1000, 1}, 4, 299_400);
    requireSame(new int[] {3, 4000}, new long[] {400_000, 1}, 1, 804_000);
    // Far apart: neither the whole nor a run is read at once.
    requireSame(new int[] {2, 3, 2}, new long[] {9_000_000, 2_900_000, 5_800_001}, 2, 20_700_000);
  }

  private static void requireSame(int[] dims, long[] strides, int width, long elements)
      throws IOException {
    byte[] stored = new byte[Math.toIntExact(elements * width)];
    new Random(dims.length).nextBytes(stored);
    StridedView view = new StridedView(dims, strides, width, false);
    int count = 1;
    for (int dim : dims) {
      count *= dim;
    }
    byte[] expected = new byte[count * width];
    for (int i = 0; i < expected.length; i++) {
      long source = source(dims, strides, i / width) * width + i % width;
      expected[i] = stored[(int) source];
    }
    requireSame(view, 0, count, width, stored, expected);
    requireSame(view, count / 3, count / 2, width, stored, expected);
    requireSame(view, count / 2, count - count / 2, width, stored, expected);
    requireSame(view, count - 1, 1, width, stored, expected);
  }

  private static void requireSame(
      StridedView view, int first, int count, int width, byte[] stored, byte[] expected)
      throws IOException {
    if (count == 0) {
      return;
    }
    StridedView.Turned turned = view.place(count);
    view.gather(
        first, count, turned, (out, position) -> out.put(stored, (int) position, out.remaining()));
    ByteBuffer whole = ByteBuffer.allocate(count * width);
    turned.give(0, 1, whole);
    turned.give(1, count * width - 1, whole);
    byte[] bytes = whole.array();
    int at =
        Arrays.mismatch(
            bytes, Arrays.copyOfRange(expected, first * width, (first + count) * width));
    assertThat(at).as("the first byte of %s that is another", view).isEqualTo(-1);
  }

  private static long source(int[] dims, long[] strides, long element) {
    long rest = element;
    long source = 0;
    for (int i = dims.length - 1; i >= 0; i--) {
      source += rest % dims[i] * strides[i];
      rest /= dims[i];
    }
    return source;
  }
}
