package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The folder that a user's environment names, of a file that is large enough for it. */
@EnabledOnOs(OS.LINUX)
class PackedWeightsNoteTest {
  private static final Terminal TERMINAL = new Terminal(false, true, false);

  /** 64 bytes each: more than 16 MiB. */
  private static final int WORDS = 300_000;

  @TempDir private Path folder;

  private CommandRun asked(String packed, String... options) throws IOException {
    Path file = folder.resolve("large.tflite");
    if (Files.notExists(file)) {
      Path large = LargeFolder.copy(folder.resolve("large"), WORDS);
      CommandRun made =
          CommandRun.of(
              "convert", large.toString(), "-o", file.toString(), "--recipe=f32", "--no-verify");
      assertThat(made.exitCode()).as(made.err()).isZero();
    }
    Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"input_ids\":[5,6,7]}");
    String[] run = {"run", file.toString(), "--input", rows.toString()};
    CommandRun answered =
        CommandRun.with(
            Map.of(FileOptions.PACKED, packed),
            TERMINAL,
            Stream.of(run, options).flatMap(Stream::of).toArray(String[]::new));
    assertThat(answered.exitCode()).as(answered.err()).isZero();
    assertThat(answered.out()).startsWith("{\"logits\":");
    return answered;
  }

  @Test
  void aFolderThatOthersMayWriteToIsToldOnce() throws IOException {
    Path packed = Files.createDirectory(folder.resolve("packed"));
    for (String mode : List.of("rwxrwxr-x", "rwxrwxrwx")) {
      Files.setPosixFilePermissions(packed, PosixFilePermissions.fromString(mode));
      assertThat(asked(packed.toString()).err())
          .isEqualTo(
              "note: packed weights are not kept in "
                  + packed
                  + ": others may write to "
                  + packed
                  + "; make it a folder that you alone can write to, or name another one"
                  + " (LITEGRAFT_PACKED_WEIGHTS, RuntimeOptions.withPackedWeights)\n");
      assertThat(asked(packed.toString(), "--quiet").err()).isEmpty();
      assertThat(packed).isEmptyDirectory();
    }
  }

  @Test
  void anotherFolderIsUsedAndOffIsNone() throws IOException {
    Path packed = folder.resolve("packed");
    assertThat(asked("off").err()).isEmpty();
    assertThat(packed).doesNotExist();
    assertThat(asked(packed.toString()).err()).isEmpty();
    assertThat(packed).isDirectory();
  }
}
