package dev.litegraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.config.HfConfig;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Buckets against transformers' formula, computed with numpy in float32. */
final class RelativePositionsTest {
  private static RelativePositions of(int buckets, int farthest) {
    String config =
        """
        {"relative_attention": true, "pos_att_type": "p2c|c2p", "position_buckets": %d,
         "max_relative_positions": -1, "max_position_embeddings": %d}
        """;
    return RelativePositions.of(HfConfig.parse(config.formatted(buckets, farthest), "test"))
        .orElseThrow();
  }

  @Test
  void everyDistanceOfTheBaseModelHasItsBucket() {
    RelativePositions base = of(256, 512);
    int[] distances = {-512, -511, -300, -130, -128, -1, 0, 1, 127, 129, 200, 510, 511, 512};
    assertThat(IntStream.of(distances).map(base::row))
        .containsExactly(0, 1, 49, 126, 128, 255, 256, 257, 383, 385, 425, 511, 511, 511);
    long sum = 0;
    for (int i = 0; i <= 1024; i++) {
      sum += (long) base.row(i - 512) * (i % 97);
    }
    assertThat(sum).isEqualTo(12405644);
  }

  @Test
  void farDistancesShareABucket() {
    RelativePositions small = of(16, 64);
    assertThat(IntStream.of(8, 9, 10, 11, 12, 15, 46, 47, 64).map(small::row))
        .containsExactly(24, 25, 25, 26, 26, 27, 30, 31, 31);
  }

  @Test
  void withoutBucketsEveryDistanceHasARow() {
    RelativePositions plain = of(-1, 64);
    assertThat(plain.rows()).isEqualTo(128);
    assertThat(IntStream.of(-64, -63, 0, 63, 64).map(plain::row))
        .containsExactly(0, 1, 64, 127, 127);
  }
}
