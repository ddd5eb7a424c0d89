package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStateTest {
  @TempDir private Path folder;
  private Path config;
  private Path tokenizer;

  @BeforeEach
  void aFolder() throws IOException {
    config = Files.writeString(folder.resolve("config.json"), "{\"a\": 1}");
    tokenizer = Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Files.writeString(
        Files.createDirectory(folder.resolve("1_Pooling")).resolve("config.json"), "{}");
  }

  @Test
  void aConfigThatIsReplacedIsNoticedAlsoIfItIsAsLongAndAsOld() throws IOException {
    FolderState before = FolderState.of(List.of(folder));
    Path other = Files.writeString(folder.resolve("next"), "{\"a\": 2}");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(config));
    Files.move(other, config, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(before::requireUnchanged)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("replaced or changed while its folder was converted")
        .hasMessageContaining(config.toString());
  }

  @Test
  void aTokenizerThatGoesIsNoticed() throws IOException {
    FolderState before = FolderState.of(List.of(folder));
    Files.delete(tokenizer);
    assertThatThrownBy(before::requireUnchanged).hasMessageContaining(tokenizer.toString());
  }

  @Test
  void aModuleThatIsWrittenInPlaceIsNoticed() throws IOException {
    FolderState before = FolderState.of(List.of(folder));
    Path module = Files.writeString(folder.resolve("1_Pooling/config.json"), "{\"x\": 1}");
    assertThatThrownBy(before::requireUnchanged).hasMessageContaining(module.toString());
  }

  @Test
  void weightsThatAreReplacedAreNoticedByTheirFile() throws IOException {
    Path weights = Files.writeString(folder.resolve("model.safetensors"), "abc");
    FolderState before = FolderState.of(List.of(folder));
    Path other = Files.writeString(folder.resolve("next"), "abcd");
    Files.move(other, weights, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(before::requireUnchanged).hasMessageContaining(weights.toString());
  }

  @Test
  void aCopyOfTheSameBytesAndWhatIsWrittenBesideAreNoChange() throws IOException {
    FolderState before = FolderState.of(List.of(folder));
    Path copy = Files.copy(config, folder.resolve("next"));
    Files.move(copy, config, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(folder.resolve("model.tflite"), "x");
    Files.writeString(folder.resolve("README.md"), "x");
    assertThatCode(before::requireUnchanged).doesNotThrowAnyException();
  }

  @Test
  void aSettledFileThatIsReplacedByOneAsLongAndAsOldIsNoticed() throws IOException {
    FileTime longAgo = FileTime.from(Instant.now().minusSeconds(3600));
    Files.setLastModifiedTime(config, longAgo);
    FolderState before = FolderState.of(List.of(folder));
    Path other = Files.writeString(folder.resolve("next"), "{\"a\": 2}");
    Files.setLastModifiedTime(other, longAgo);
    Files.move(other, config, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(before::requireUnchanged).hasMessageContaining(config.toString());
  }

  @Test
  void aFileWrittenInPlaceWithinTheInstantOfItsLastChangeIsNoticed() throws IOException {
    FolderState before = FolderState.of(List.of(folder));
    FileTime written = Files.getLastModifiedTime(config);
    Files.writeString(config, "{\"a\": 2}");
    Files.setLastModifiedTime(config, written);
    assertThatThrownBy(before::requireUnchanged).hasMessageContaining(config.toString());
  }
}
