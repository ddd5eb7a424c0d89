package dev.litegraft.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What Java knows of its classes after a {@link Rehearsal}, in a file that later starts map into
 * memory. The launcher of an archive says where ({@code -Dlitegraft.classes=FILE}); the first
 * command starts a process that makes it, and does not wait. Nothing depends on the file: Java
 * ignores one that does not fit, and an empty one says that it cannot be made here.
 *
 * <p>Java could write it itself as a command ends ({@code -XX:+AutoCreateSharedArchive}), but ends
 * with code 1 where it cannot, as on a full disk.
 */
final class ClassData {
  static final String FILE = "litegraft.classes";

  /** Whoever holds the lock for longer was stopped. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path file;

  ClassData(Path file) {
    this.file = file;
  }

  /** Starts the process that makes the file, if one is wanted and there is none; never fails. */
  static void keep() {
    String file = System.getProperty(FILE, "");
    if (!file.isEmpty() && !Files.exists(Path.of(file))) {
      List<String> command = java();
      command.addAll(List.of("-XX:TieredStopAtLevel=1", ClassData.class.getName(), file));
      try {
        quiet(command).start();
      } catch (IOException e) {
        // Starts are slower then, and nothing else.
      }
    }
  }

  /** Makes the file of the first argument. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path file = Path.of(args[0]).toAbsolutePath();
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    List<String> command = java();
    command.addAll(List.of("-XX:ArchiveClassesAtExit=" + fresh, Rehearsal.class.getName()));
    new ClassData(file).make(fresh, command);
  }

  /**
   * Makes the file by a command that writes {@code fresh}, unless it is there or being made.
   *
   * @param fresh in the same folder
   */
  void make(Path fresh, List<String> command) throws IOException, InterruptedException {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
    if (Files.exists(file) || !isOurs(lock)) {
      return;
    }
    try {
      Process process = quiet(command).start();
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      if (ended && process.exitValue() == 0 && Files.exists(fresh)) {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.write(file, new byte[0]);
      }
    } finally {
      Files.deleteIfExists(fresh);
      Files.deleteIfExists(lock);
    }
  }

  private static boolean isOurs(Path lock) throws IOException {
    if (Files.exists(lock)
        && Files.getLastModifiedTime(lock).toInstant().plus(PATIENCE).isBefore(Instant.now())) {
      Files.deleteIfExists(lock);
    }
    try {
      Files.createFile(lock);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static List<String> java() {
    return new ArrayList<>(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xlog:disable",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-Dlitegraft.home=" + System.getProperty("litegraft.home", ""),
            "-cp",
            System.getProperty("java.class.path", "")));
  }

  private static ProcessBuilder quiet(List<String> command) {
    return new ProcessBuilder(command)
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD);
  }
}
