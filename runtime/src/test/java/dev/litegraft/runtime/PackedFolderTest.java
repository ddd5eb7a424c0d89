package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What comes into a folder of packed weights, and what goes; 100 bytes stand for weights. */
@EnabledOnOs(OS.LINUX)
class PackedFolderTest {
  private static final long ROOM = 1 << 30;

  @TempDir Path folder;
  private Path path = Path.of("");
  private Path numbers = Path.of("");

  @BeforeEach
  void layOut() throws IOException {
    path = folder.resolve("packed");
    numbers = Files.write(folder.resolve("numbers"), new byte[100]);
    assertThat(new PackedFolder(path, 0, ROOM, Duration.ZERO).danger()).isEmpty(); // Makes it.
  }

  private PackedFolder locking(PackedFolder.Locking locking) {
    return new PackedFolder(path, 0, ROOM, Duration.ZERO, locking);
  }

  private void keep(PackedFolder in, String key) throws IOException {
    try (FileChannel kept = FileChannel.open(numbers)) {
      in.keep(key.repeat(32), kept);
    }
    in.tidy();
  }

  private static boolean isFound(PackedFolder in, String key) throws IOException {
    FileChannel found = in.find(key.repeat(32)).orElse(null);
    if (found != null) {
      found.close();
    }
    return found != null;
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private Path aged(String name, Duration age) throws IOException {
    Path file = Files.writeString(path.resolve(name), "");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    return file;
  }

  @Test
  void ofAnotherRuntimeOrProcessorTheyHaveAnotherName() {
    assertThat(PackedFolder.key("a", "2.21.0\nflags: avx2"))
        .isNotEqualTo(PackedFolder.key("a", "2.21.0\nflags: avx512f"))
        .isNotEqualTo(PackedFolder.key("a", "2.22.0\nflags: avx2"))
        .isNotEqualTo(PackedFolder.key("b", "2.21.0\nflags: avx2"));
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Path full = Path.of("/dev/full"); // Refuses every byte.
    try (FileChannel kept = FileChannel.open(numbers);
        FileChannel disk = FileChannel.open(full, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> PackedFolder.sum("0123", kept, disk))
          .isInstanceOf(IOException.class);
    }
    FileChannel closed = FileChannel.open(numbers);
    closed.close();
    PackedFolder packed = new PackedFolder(path, 0, ROOM, Duration.ZERO);
    assertThatThrownBy(() -> packed.keep("0123", closed)).isInstanceOf(IOException.class);
    assertThat(files("")).isEmpty();
  }

  @Test
  void whatIsNoFileOfOursKeepsNothingFromBeingTidied() throws IOException {
    Files.createSymbolicLink(path.resolve("mine"), Path.of("/nowhere"));
    Path named = path.resolve("a".repeat(32) + "-00000000.packed");
    Files.createDirectories(named.resolve("inside"));
    PackedFolder small = new PackedFolder(path, 0, 150, Duration.ZERO);
    keep(small, "b");
    keep(small, "c");
    assertThat(files(".packed").stream().filter(Files::isRegularFile)).hasSize(1);
    assertThat(isFound(small, "a")).isFalse();
    assertThat(named.resolve("inside")).exists();
  }

  @Test
  void aPipeIsNotWaitedFor() throws IOException, InterruptedException {
    String pipe = path.resolve("a".repeat(32) + "-00000000.packed").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    assertThat(isFound(new PackedFolder(path, 0, ROOM, Duration.ZERO), "a")).isFalse();
  }

  @Test
  void whatWasUsedTheLongestAgoGoes() throws IOException {
    PackedFolder small = new PackedFolder(path, 0, 250, Duration.ZERO);
    assertThat(small.hasRoom(200)).isTrue();
    assertThat(small.hasRoom(300)).isFalse();
    for (String key : List.of("a", "b", "c")) {
      keep(small, key);
      for (Path file : files(".packed")) {
        FileTime earlier =
            FileTime.from(Files.getLastModifiedTime(file).toInstant().minusSeconds(9));
        Files.setLastModifiedTime(file, earlier);
      }
      if (key.equals("b")) {
        assertThat(isFound(small, "a")).isTrue(); // Used again.
      }
    }
    assertThat(files(".packed"))
        .extracting(file -> file.getFileName().toString().charAt(0))
        .containsExactly('a', 'c');
  }

  @Test
  void whatNobodyFinishedGoes() throws IOException {
    PackedFolder usual =
        new PackedFolder(path, 0, 1 << 20, Duration.ofSeconds(2)); // As it is by default.
    Path killed = aged(UUID.randomUUID() + ".begun", Duration.ofSeconds(30));
    Path old = aged(UUID.randomUUID() + ".begun", Duration.ofHours(2));
    Path ofLater =
        aged(UUID.randomUUID() + ".begun", Duration.ofHours(-2)); // The clock was set back.
    Path forgotten = aged("0".repeat(64) + ".seen", Duration.ofDays(91));
    Path just = aged(UUID.randomUUID() + ".begun", Duration.ZERO);
    Path seen = aged("1".repeat(64) + ".seen", Duration.ofDays(1));
    Path written = aged(UUID.randomUUID() + ".begun", Duration.ofSeconds(30));
    try (FileChannel packing = FileChannel.open(written, StandardOpenOption.WRITE)) {
      assertThat(packing.tryLock()).isNotNull();
      keep(usual, "a");
    }
    assertThat(List.of(killed, old, ofLater, forgotten)).allMatch(Files::notExists);
    assertThat(List.of(just, seen, written)).allMatch(Files::exists);
  }

  @Test
  void filesOfAUsersOwnStay() throws IOException {
    PackedFolder small = new PackedFolder(path, 0, 250, Duration.ZERO);
    List<Path> own =
        List.of(
            aged("thesis.begun", Duration.ofHours(2)),
            aged(UUID.randomUUID() + "-2.begun", Duration.ofHours(2)),
            aged("places.seen", Duration.ofDays(100)),
            aged("a".repeat(32) + "-holiday.packed", Duration.ofDays(100)),
            aged("holiday.packed", Duration.ofDays(100)));
    Files.write(own.get(4), new byte[1000]);
    keep(small, "a");
    assertThat(isFound(small, "a")).isTrue();
    assertThat(isFound(small, "b")).isFalse();
    assertThat(own).allMatch(Files::exists);
    assertThat(files("")).hasSize(6);
  }

  @Test
  void whereFilesCannotBeLockedTheyAreKept() throws IOException {
    PackedFolder packed =
        locking(
            file -> {
              throw new IOException("No locks available");
            });
    keep(packed, "a");
    assertThat(isFound(packed, "a")).isTrue();
    assertThat(files("")).hasSize(1);
  }

  @Test
  void whatThisProcessIsWritingIsLeftAlone() throws IOException {
    AtomicInteger locked = new AtomicInteger();
    PackedFolder other =
        locking(
            file -> {
              locked.incrementAndGet();
              return file.tryLock();
            });
    PackedFolder slow =
        locking(
            file -> {
              Path begun = files(".begun").get(0);
              FileTime earlier = FileTime.from(Instant.now().minusSeconds(30));
              Files.setLastModifiedTime(begun, earlier);
              keep(other, "b"); // Looks for what nobody finished.
              return file.tryLock();
            });
    keep(slow, "a");
    assertThat(locked).as("its own file alone").hasValue(1);
    assertThat(files(".packed")).hasSize(2);
  }
}
