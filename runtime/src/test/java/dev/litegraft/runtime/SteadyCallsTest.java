package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call leaves behind, of a text as long as the one before. */
class SteadyCallsTest {
  private static final int WARM = 2000;
  private static final int CALLS = 500;

  /** Of Java's memory: the result with its list, and the records that pass it on. */
  private static final long RESULT_BYTES = 1000;

  /** Eight tokens more would be 32 bytes more of each array that is made for them. */
  private static final long SAME = 100;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Path file = Path.of("");

  @BeforeAll
  static void convert(@TempDir Path folder) throws IOException {
    file = folder.resolve("int8.tflite");
    Converter.of(Path.of("..", "examples", "ko-movie-reviews-bert"))
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.DYNAMIC_WI8_AFP32))
        .convert(file);
  }

  private static int[] ids(int tokens) {
    int[] ids = new int[tokens];
    Arrays.setAll(ids, i -> 2 + i * 7);
    return ids;
  }

  private static long bytesOfACall(RawModel model, int tokens) {
    int[] ids = ids(tokens);
    int[] types = new int[tokens];
    for (int i = 0; i < WARM; i++) {
      model.timedAnswer(ids, types);
    }
    long least = Long.MAX_VALUE;
    // What Java still compiles is put on this thread's account, too.
    for (int round = 0; round < 4; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        model.timedAnswer(ids, types);
      }
      least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS);
    }
    return least;
  }

  @Test
  void aCallLeavesItsResultWhateverItsLength() throws IOException {
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(1))) {
      long few = bytesOfACall(model, 8);
      long many = bytesOfACall(model, 64);
      assertThat(few).isLessThan(RESULT_BYTES);
      assertThat(many).isLessThan(few + SAME);
    }
  }

  @Test
  void noNativeMemoryIsTakenForACall() throws IOException {
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(1))) {
      int[] ids = ids(16);
      model.answer(ids, null, null);
      long bytes = Pointer.totalBytes();
      long pointers = Pointer.totalCount();
      for (int i = 0; i < 100; i++) {
        model.answer(ids, null, null);
      }
      assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(bytes);
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(pointers);
    }
  }

  @Test
  void noNativeMemoryIsTakenForSeveralTextsAtOnce(@TempDir Path folder) throws IOException {
    Path several = folder.resolve("several.tflite");
    Converter.of(Path.of("..", "examples", "ko-movie-reviews-bert"))
        .withOptions(ConversionOptions.defaults().withBatch(4))
        .convert(several);
    try (RawModel model = RawModel.open(several, RuntimeOptions.defaults().withThreads(1))) {
      List<TokenRow> rows = Collections.nCopies(4, TokenRow.of(ids(16)));
      float[] alone = model.answer(rows.get(0)).values();
      model.answers(rows);
      long bytes = Pointer.totalBytes();
      long pointers = Pointer.totalCount();
      for (int i = 0; i < 100; i++) {
        model.answer(rows.get(0)); // Each signature keeps its own room.
        assertThat(model.answers(rows).get(3).values()).isEqualTo(alone);
      }
      assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(bytes);
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(pointers);
    }
  }

  @Test
  void anotherLengthBetweenChangesNothing() throws IOException {
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(1))) {
      float[] eight = model.answer(ids(8), null, null).values();
      float[] many = model.answer(ids(64), null, null).values();
      assertThat(model.answer(ids(8), null, null).values()).isEqualTo(eight);
      assertThat(model.answer(ids(64), null, null).values()).isEqualTo(many).isNotEqualTo(eight);
    }
  }
}
