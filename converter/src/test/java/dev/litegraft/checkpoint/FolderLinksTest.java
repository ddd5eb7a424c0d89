package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderLinksTest {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {".", "", "..", "a/.."})
  void aNameIsFoundInAFolderHoweverThatIsWritten(String folder) {
    assertThat(FolderLinks.inside(Path.of(folder), "1_Pooling"))
        .contains(Path.of(folder).resolve("1_Pooling"));
    assertThat(FolderLinks.inside(Path.of(folder), "./")).contains(Path.of(folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "a/..",
        "/etc",
        "\\x",
        "C:\\x",
        "a\\..\\..\\x",
        "a\0b",
        "a\nb"
      })
  void aNameThatLeadsElsewhereIsNone(String name) {
    assertThat(FolderLinks.inside(Path.of("."), name)).isEmpty();
  }

  @Test
  void aLinkOutOfTheFolderIsNamed() throws IOException {
    Path outside = Files.writeString(root.resolve("secret.json"), "{}");
    Path folder = Files.createDirectory(root.resolve("model"));
    Files.createSymbolicLink(folder.resolve("config.json"), outside);
    assertThatThrownBy(() -> FolderLinks.require(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("leads out of it")
        .hasMessageContaining("config.json");
  }

  @Test
  void aFolderThatIsALinkOutOfTheFolderIsNamed() throws IOException {
    Path outside = Files.createDirectory(root.resolve("pooling"));
    Path folder = Files.createDirectory(root.resolve("model"));
    Files.createSymbolicLink(folder.resolve("1_Pooling"), outside);
    assertThatThrownBy(() -> FolderLinks.require(folder)).hasMessageContaining("1_Pooling");
  }

  @Test
  void aSnapshotOfTheHubsCacheLinksToItsBlobs() throws IOException {
    Path repository = root.resolve("models--org--name");
    Path blob = Files.createDirectories(repository.resolve("blobs")).resolve("abc");
    Files.writeString(blob, "{}");
    Path folder = Files.createDirectories(repository.resolve("snapshots/r1"));
    Path inner = Files.createDirectory(folder.resolve("1_Pooling"));
    Files.createSymbolicLink(folder.resolve("config.json"), Path.of("../../blobs/abc"));
    Files.createSymbolicLink(inner.resolve("config.json"), Path.of("../../../blobs/abc"));
    assertThatCode(() -> FolderLinks.require(folder)).doesNotThrowAnyException();
    Path other = Files.createDirectories(root.resolve("models--org--other/blobs")).resolve("abc");
    Files.writeString(other, "{}");
    Files.createSymbolicLink(folder.resolve("tokenizer.json"), other);
    assertThatThrownBy(() -> FolderLinks.require(folder)).hasMessageContaining("tokenizer.json");
  }

  @Test
  void theBlobsOfASnapshotMayStandInTheStoreThatTheCacheShares() throws IOException {
    Path stored = Files.createDirectories(root.resolve("blobs/ab")).resolve("abcd");
    Files.writeString(stored, "{}");
    Path blobs = Files.createDirectories(root.resolve("models--org--name/blobs"));
    Files.createSymbolicLink(blobs.resolve("abc"), Path.of("../../blobs/ab/abcd"));
    Path folder = Files.createDirectories(root.resolve("models--org--name/snapshots/r1"));
    Files.createSymbolicLink(folder.resolve("config.json"), Path.of("../../blobs/abc"));
    assertThatThrownBy(() -> FolderLinks.require(folder)).hasMessageContaining("config.json");
    Files.writeString(root.resolve("blobs/.huggingface-shared-blobs"), "1\n");
    assertThatCode(() -> FolderLinks.require(folder)).doesNotThrowAnyException();
  }

  @Test
  void linksInsideTheFolderAreFollowed() throws IOException {
    Path folder = Files.createDirectory(root.resolve("model"));
    Files.writeString(folder.resolve("real.json"), "{}");
    Files.createSymbolicLink(folder.resolve("config.json"), Path.of("real.json"));
    assertThatCode(() -> FolderLinks.require(folder)).doesNotThrowAnyException();
  }
}
