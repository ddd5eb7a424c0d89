package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class NativeCacheTest {
  @TempDir private Path folder;

  @Test
  void aFolderOfOnesOwnIsSafeAlsoBelowTheTemporaryFolder() {
    assertThat(NativeCache.danger(folder.resolve("a/b"))).isEmpty();
  }

  @Test
  void aFolderOfOnesOwnThatOthersCouldWriteToIsClosedForLibrariesOnly() throws IOException {
    Path open = mode(Files.createDirectory(folder.resolve("open")), "rwxrwxrwx");
    assertThat(NativeCache.danger(open)).hasValue("others may write to " + open.toRealPath());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
        .isEqualTo("rwxrwxrwx");
    assertThat(NativeCache.closed(open)).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void aFolderThatOthersCouldReplaceIsRefused() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Path cache = Files.createDirectory(open.resolve("cache"));
    mode(open, "rwxrwxrwx");
    assertThat(NativeCache.danger(cache)).hasValue("others may write to " + open.toRealPath());
  }

  @Test
  void aLinkIsJudgedByWhereItLeads() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Path cache = Files.createDirectory(open.resolve("cache"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), cache);
    mode(open, "rwxrwxrwx");
    assertThat(NativeCache.danger(link)).hasValue("others may write to " + open.toRealPath());
  }

  @Test
  void whatIsNoFolderIsRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(NativeCache.danger(file)).isPresent();
    assertThat(NativeCache.closed(file)).isPresent();
  }

  private static Path mode(Path path, String mode) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
