package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file that is mapped, as large ones are. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "others have no /proc/self/smaps")
class MappedPagesTest {
  private static final int[] IDS = {2, 15, 77, 301, 44, 9, 1200, 3};

  @TempDir Path folder;

  @Test
  void whatWasPackedIsGivenBackAndAnswersStay() throws IOException {
    Path file =
        dev.litegraft.Converter.of(Path.of("..", "examples", "ko-movie-reviews"))
            .convert(folder.resolve("int8.tflite"))
            .target();
    ModelKnowledge knowledge;
    Door door;
    try (TfliteReader reader = TfliteReader.open(file)) {
      knowledge = ModelKnowledge.of(reader, RuntimeOptions.defaults());
      door = Door.open(reader, false);
    }
    LiteRtModel mapped = LiteRtModel.open(file, FileIdentity.of(file), door, false);
    try (RawModel model = RawModel.of(mapped, knowledge, RuntimeOptions.defaults())) {
      float[] first = model.answer(IDS, null, null).values();
      long packed = resident(file);
      assertThat(packed).isLessThan(Files.size(file) / 4);
      assertThat(model.answerOfBuiltInKernels(IDS, new int[] {1, 1, 1, 1, 1, 1, 1, 1}).values())
          .hasSameSizeAs(first);
      // These pack nothing, and read the weights where they are.
      assertThat(resident(file)).isGreaterThan(packed + Files.size(file) / 8);
      assertThat(model.answer(IDS, null, null).values()).isEqualTo(first);
      assertThat(model.answer(new int[] {5, 6}, null, null).values()).hasSameSizeAs(first);
    }
  }

  /** Bytes of a file's mappings that are in memory. */
  private static long resident(Path file) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    long bytes = -1;
    boolean own = false;
    for (String line : lines) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        own = line.endsWith(file.toRealPath().toString());
        bytes = own && bytes < 0 ? 0 : bytes;
      } else if (own && line.startsWith("Rss:")) {
        bytes += Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    assertThat(bytes).as("the file is mapped").isNotNegative();
    return bytes;
  }
}
