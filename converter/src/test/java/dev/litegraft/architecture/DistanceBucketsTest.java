package dev.litegraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Recorded: {@code T5Attention._relative_position_bucket} of transformers 5.18, torch 2.13. */
class DistanceBucketsTest {
  private static final HfConfig CONFIG = HfConfig.parse("{}", "config.json");

  /** Distances at which the bucket of a key behind the query is another than the one before. */
  private static int[] steps(DistanceBuckets buckets, int sign) {
    return IntStream.rangeClosed(1, 3000)
        .filter(d -> buckets.of(sign * d) != buckets.of(sign * (d - 1)))
        .toArray();
  }

  @Test
  void bucketsOfBothDirectionsAreT5s() {
    DistanceBuckets buckets = DistanceBuckets.of(CONFIG, 32, 128);
    assertThat(steps(buckets, 1))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91);
    assertThat(steps(buckets, -1))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91);
    assertThat(IntStream.of(-3000, -20, -7, 0, 1, 7, 20, 3000).map(buckets::of))
        .containsExactly(15, 10, 7, 0, 17, 23, 26, 31);
  }

  @Test
  void aDecodersBucketsAreOfKeysBeforeTheQuery() {
    DistanceBuckets buckets = DistanceBuckets.of(CONFIG, 12, 20).causal();
    assertThat(steps(buckets, -1)).containsExactly(1, 2, 3, 4, 5, 6, 8, 9, 11, 14, 17);
    assertThat(IntStream.of(-3000, -9, -3, 0, 5).map(buckets::of)).containsExactly(11, 8, 3, 0, 0);
  }

  @Test
  void bucketsThatNoDistanceFillsAreRefused() {
    assertThatThrownBy(() -> DistanceBuckets.of(CONFIG, 32, 8))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("32 buckets up to a distance of 8");
  }
}
