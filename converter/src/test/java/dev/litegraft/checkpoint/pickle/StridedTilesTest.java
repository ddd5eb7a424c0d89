package dev.litegraft.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StridedTilesTest {
  @Test
  void aMatrixLargerThanATileIsTransposedTileByTile() throws IOException {
    // 24 MB of f32: more than is read at once, and more than a tile.
    requireSame(new int[] {2500, 2400}, new long[] {1, 2500}, 4, 2500L * 2400);
  }

  @Test
  void everyStrideAndEveryOrderOfDimensionsIsRead() throws IOException {
    requireSame(new int[] {3, 5, 7}, new long[] {1, 21, 3}, 2, 105);
    requireSame(new int[] {4, 6}, new long[] {0, 1}, 4, 6);
    requireSame(new int[] {4, 6}, new long[] {12, 2}, 8, 48);
    requireSame(new int[] {5}, new long[] {6}, 4, 25);
    requireSame(new int[] {2, 1, 3}, new long[] {3, 99, 1}, 1, 6);
    // Far apart: neither the whole nor a run is read at once.
    requireSame(new int[] {2, 3, 2}, new long[] {9_000_000, 2_900_000, 5_800_001}, 2, 20_700_000);
  }

  private static void requireSame(int[] dims, long[] strides, int width, long elements)
      throws IOException {
    byte[] stored = new byte[Math.toIntExact(elements * width)];
    new Random(dims.length).nextBytes(stored);
    StridedTiles tiles = new StridedTiles(dims, strides, width, false);
    long count = 1;
    for (int dim : dims) {
      count *= dim;
    }
    for (long at = 0; at < count * width; ) {
      StridedTiles.Tile tile =
          tiles.gather(at, (out, position) -> out.put(stored, (int) position, out.remaining()));
      assertThat(tile.holds(at)).isTrue();
      assertThat(tile.from()).isEqualTo(at);
      byte[] bytes = tile.bytes();
      for (int i = 0; i < bytes.length; i++) {
        long source = source(dims, strides, (at + i) / width) * width + (at + i) % width;
        if (bytes[i] != stored[(int) source]) {
          assertThat(bytes[i]).as("byte " + (at + i)).isEqualTo(stored[(int) source]);
        }
      }
      at += bytes.length;
    }
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
