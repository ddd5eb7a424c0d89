package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftOverTest {
  /** Larger than any process's number. */
  private static final long NOBODY = 1L << 40;

  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(p -> String.valueOf(p.getFileName())).sorted().toList();
    }
  }

  @Test
  void whatADeadProcessLeftBesideTheTargetGoes() throws IOException {
    Path target = folder.resolve("m.tflite");
    Files.writeString(folder.resolve(".m.tflite." + NOBODY + "-1f.tmp"), "half");
    Files.writeString(folder.resolve(".other.tflite." + NOBODY + "-1f.tmp"), "half");
    Files.writeString(folder.resolve(".m.tflite.mine.tmp"), "not ours");
    AtomicFile.write(target, channel -> {});
    assertThat(names())
        .containsExactly(".m.tflite.mine.tmp", ".other.tflite." + NOBODY + "-1f.tmp", "m.tflite");
  }

  @Test
  void whatALivingProcessWritesStays() throws IOException {
    Path hidden = LeftOver.name(folder.resolve("m.tflite"));
    Files.writeString(hidden, "half");
    LeftOver.remove(folder.resolve("m.tflite"));
    assertThat(hidden).exists();
  }

  @Test
  void aHiddenFileThatIsHeldStaysWhateverItsNumber() throws IOException {
    Path hidden = folder.resolve(".m.tflite." + NOBODY + "-2a.tmp");
    try (FileChannel channel =
        FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      LeftOver.hold(channel);
      LeftOver.remove(folder.resolve("m.tflite"));
      assertThat(hidden).exists();
    }
    LeftOver.remove(folder.resolve("m.tflite"));
    assertThat(hidden).doesNotExist();
  }

  @Test
  void aLinkToNothingIsWrittenBehind() throws IOException {
    Path link = folder.resolve("link.tflite");
    Files.createSymbolicLink(link, Path.of("behind.tflite"));
    AtomicFile.write(link, channel -> {});
    assertThat(link).isSymbolicLink();
    assertThat(folder.resolve("behind.tflite")).isRegularFile();
  }
}
