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
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
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

  private Process process;
  private BufferedReader answers;
  private Writer questions;
  private String right;

  private Path open(int words, boolean inMemory) throws IOException {
    TinyModel model = new TinyModel().inputs("input_ids", "", "").vocabulary(words);
    Path file = model.write(folder.resolve("model.tflite"));
    int[] ids = {1, words / 2, words - 1};
    right = Arrays.toString(model.logits(ids, new int[] {1, 1, 1}));
    process =
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
    answers = process.inputReader(StandardCharsets.UTF_8);
    questions = process.outputWriter(StandardCharsets.UTF_8);
    assertThat(answers.readLine()).isEqualTo("open");
    assertThat(asked(1)).isEqualTo(right);
    return file;
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private void ask(int times) throws IOException {
    questions.write(times + "\n");
    questions.flush();
  }

  private String asked(int times) throws IOException {
    ask(times);
    return String.valueOf(answers.readLine());
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
    Path file = open(words, words == LARGE);
    overwrite(file);
    assertThat(asked(100)).isEqualTo(right);
    ask(3000);
    for (int i = 0; i < 20; i++) {
      cut(file, 4096);
      overwrite(file);
    }
    cut(file, 0);
    assertThat(answers.readLine()).isEqualTo(right);
    Files.delete(file);
    assertThat(asked(1)).isEqualTo(right);
  }

  @Test
  void aMappedFileThatIsCutIsRefusedAtTheNextAnswer() throws IOException {
    Path file = open(LARGE, false);
    cut(file, 4096);
    assertThat(asked(1)).startsWith("refused: the file has become shorter while it is used");
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void aMappedFileThatIsOverwrittenIsRefusedAtTheNextAnswer() throws IOException {
    Path file = open(LARGE, false);
    overwrite(file);
    assertThat(asked(1)).isEqualTo("refused: the file was written to while it is used");
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void aMappedFileThatIsReplacedOrRemovedAnswersAsBefore() throws IOException {
    Path file = open(LARGE, false);
    ask(300);
    Path other = new TinyModel().labels(3).write(folder.resolve("other.tflite"));
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    assertThat(answers.readLine()).isEqualTo(right);
    Files.delete(file);
    assertThat(asked(1)).isEqualTo(right);
  }
}
