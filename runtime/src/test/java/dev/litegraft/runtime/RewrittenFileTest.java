package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut, overwritten and replaced while another process has them open. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows lets nobody write to a mapped file")
class RewrittenFileTest {
  /** Rows of 32 bytes: above {@link LiteRtModel#COPIED}, and far below. */
  private static final int LARGE = 1_200_000;

  private static final int SMALL = 5_000;

  @TempDir Path folder;

  /** A process that has a file open. */
  private record Opened(Path file, String right, Process process, BufferedReader answers)
      implements AutoCloseable {
    void ask(int times) throws IOException {
      Writer questions = process.outputWriter(StandardCharsets.UTF_8);
      questions.write(times + "\n");
      questions.flush();
    }

    String answer() throws IOException {
      return String.valueOf(answers.readLine());
    }

    String asked(int times) throws IOException {
      ask(times);
      return answer();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private Opened open(int words, boolean inMemory) throws IOException {
    TinyModel model = new TinyModel().inputs("input_ids", "", "").vocabulary(words);
    Path file = model.write(folder.resolve("model.tflite"));
    int[] ids = {1, words / 2, words - 1};
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+SuppressFatalErrorMessage",
                "-cp",
                System.getProperty("java.class.path"),
                OpenFile.class.getName(),
                file.toString(),
                Boolean.toString(inMemory),
                ids[0] + "," + ids[1] + "," + ids[2])
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String right = Arrays.toString(model.logits(ids, new int[] {1, 1, 1}));
    Opened opened = new Opened(file, right, process, process.inputReader(StandardCharsets.UTF_8));
    assertThat(opened.answer()).isEqualTo("open");
    assertThat(opened.asked(1)).isEqualTo(right);
    return opened;
  }

  @Test
  void anInterruptedThreadDoesNotCloseAMappedFile() throws IOException {
    TinyModel tiny = new TinyModel().inputs("input_ids", "", "").vocabulary(LARGE);
    Path file = tiny.write(folder.resolve("interrupted.tflite"));
    int[] ids = {1, LARGE / 2};
    float[] right = tiny.logits(ids, new int[] {1, 1});
    try (RawModel model = RawModel.open(file)) {
      Thread.currentThread().interrupt();
      float[] interrupted = model.answer(ids, null, null).values();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(interrupted).isEqualTo(right);
      assertThat(model.answer(ids, null, null).values()).isEqualTo(right);
    }
  }

  private static void overwrite(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer ones = ByteBuffer.allocate(1 << 16);
      Arrays.fill(ones.array(), (byte) 1);
      for (long at = 0; at < channel.size(); at += ones.capacity()) {
        channel.write(ones.duplicate().limit((int) Math.min(1 << 16, channel.size() - at)), at);
      }
    }
  }

  private static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void whatIsInMemoryAnswersWhateverIsDoneToTheFile(int words) throws IOException {
    try (Opened opened = open(words, words == LARGE)) {
      overwrite(opened.file());
      assertThat(opened.asked(100)).isEqualTo(opened.right());
      opened.ask(3000);
      for (int i = 0; i < 20; i++) {
        cut(opened.file(), 4096);
        overwrite(opened.file());
      }
      cut(opened.file(), 0);
      assertThat(opened.answer()).isEqualTo(opened.right());
      Files.delete(opened.file());
      assertThat(opened.asked(1)).isEqualTo(opened.right());
    }
  }

  @Test
  void aMappedFileThatIsCutIsRefusedAtTheNextAnswer() throws IOException {
    try (Opened opened = open(LARGE, false)) {
      cut(opened.file(), 4096);
      assertThat(opened.asked(1))
          .startsWith("refused: the file has become shorter while it is used");
      assertThat(opened.process().isAlive()).isTrue();
    }
  }

  @Test
  void aMappedFileThatIsOverwrittenIsRefusedAtTheNextAnswer() throws IOException {
    try (Opened opened = open(LARGE, false)) {
      overwrite(opened.file());
      assertThat(opened.asked(1)).isEqualTo("refused: the file was written to while it is used");
      assertThat(opened.process().isAlive()).isTrue();
    }
  }

  @Test
  void aMappedFileThatIsReplacedOrRemovedAnswersAsBefore() throws IOException {
    try (Opened opened = open(LARGE, false)) {
      opened.ask(300);
      Path other = new TinyModel().labels(3).write(folder.resolve("other.tflite"));
      Files.move(other, opened.file(), StandardCopyOption.ATOMIC_MOVE);
      assertThat(opened.answer()).isEqualTo(opened.right());
      Files.delete(opened.file());
      assertThat(opened.asked(1)).isEqualTo(opened.right());
    }
  }

  @Test
  void aMappedFileThatIsOverwrittenWithItsTimeSetBackIsRefused() throws IOException {
    try (Opened opened = open(LARGE, false)) {
      FileTime before = Files.getLastModifiedTime(opened.file());
      overwrite(opened.file());
      Files.setLastModifiedTime(opened.file(), before);
      assertThat(opened.asked(1)).isEqualTo("refused: the file was written to while it is used");
    }
  }

  @Test
  void aMappedFileOfAnotherModeNameAndLinkAnswersAsBefore() throws IOException {
    try (Opened opened = open(LARGE, false)) {
      Files.setPosixFilePermissions(opened.file(), PosixFilePermissions.fromString("r--r--r--"));
      assertThat(opened.asked(2)).isEqualTo(opened.right());
      Files.createLink(folder.resolve("link"), opened.file());
      assertThat(opened.asked(2)).isEqualTo(opened.right());
      Files.move(opened.file(), folder.resolve("moved"));
      assertThat(opened.asked(2)).isEqualTo(opened.right());
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "others do not tell what is open")
  void aMappedFileThatIsMovedAndThenOverwrittenIsRefused() throws IOException {
    try (Opened opened = open(LARGE, false)) {
      Path moved = Files.move(opened.file(), folder.resolve("moved"));
      assertThat(opened.asked(2)).isEqualTo(opened.right());
      new TinyModel().labels(3).write(opened.file()); // Another one in its place.
      assertThat(opened.asked(2)).isEqualTo(opened.right());
      overwrite(moved);
      assertThat(opened.asked(1)).isEqualTo("refused: the file was written to while it is used");
    }
  }
}
