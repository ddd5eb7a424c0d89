package dev.litegraft.tflite;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.Shell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file that appears at once or not at all: it is written under a hidden name beside its place and
 * moved there when it is complete.
 */
public final class AtomicFile {
  /** What writes the file. */
  @FunctionalInterface
  public interface Body {
    void write(FileChannel channel) throws IOException;
  }

  /** Opens the hidden file; a test puts a full disk here. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path path) throws IOException;
  }

  private static final Opener NEW_FILE =
      path -> FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private static final int MOST_LINKS = 40;

  private AtomicFile() {}

  /**
   * Writes a file; what stands at its place stays until it is complete.
   *
   * @throws InvalidInputException if the place cannot be written, or the disk is full
   * @throws IOException of the body, and of a disk that fails
   */
  public static void write(Path target, Body body) throws IOException {
    write(target, NEW_FILE, body, FileCheck.NONE);
  }

  /**
   * Says that a file cannot be written at a place, before the work whose result it is to have.
   *
   * @throws InvalidInputException as {@link #write(Path, Body)} would
   */
  public static void requireWritable(Path target) throws IOException {
    Path hidden = LeftOver.name(place(target));
    try (FileChannel channel = open(NEW_FILE, hidden, target)) {
      LeftOver.hold(channel);
    } finally {
      delete(hidden);
    }
  }

  /** Writes a text in UTF-8. */
  public static void write(Path target, String text) throws IOException {
    write(
        target,
        channel -> {
          ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /** As {@link #write(Path, Body)}, if the complete file passes {@code check}. */
  static void writeChecked(Path target, Body body, FileCheck check) throws IOException {
    write(target, NEW_FILE, body, check);
  }

  /**
   * Writes a file.
   *
   * @throws InvalidInputException if the place cannot be written, or the disk is full
   * @throws IOException of the body and the check, and of a disk that fails; what stood at the
   *     place is as it was
   */
  static void write(Path target, Opener opener, Body body, FileCheck check) throws IOException {
    Path place = place(target);
    LeftOver.remove(place);
    Path hidden = LeftOver.name(place);
    Thread cleaner = new Thread(() -> delete(hidden), "litegraft-cleaner");
    Runtime.getRuntime().addShutdownHook(cleaner);
    try {
      try (FileChannel channel = open(opener, hidden, target)) {
        LeftOver.hold(channel);
        body.write(channel);
        check.check(hidden);
        move(hidden, place);
      }
    } catch (IOException e) {
      if (isFull(e)) {
        throw full(target, e);
      }
      throw e;
    } finally {
      delete(hidden);
      removeHook(cleaner);
    }
  }

  /** Where the file goes: behind a link, if the target is one, also where nothing is there yet. */
  private static Path place(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(absolute); i++) {
      absolute = absolute.resolveSibling(Files.readSymbolicLink(absolute));
    }
    if (Files.isSymbolicLink(absolute)) {
      throw new InvalidInputException(
          "the output is a link to itself, over " + MOST_LINKS + " links",
          target.toAbsolutePath().toString(),
          "remove the link, or name another file");
    }
    if (Files.isDirectory(absolute)) {
      throw new InvalidInputException(
          "the output is a folder, and it must be a file",
          absolute.toString(),
          "name a file in it: " + Shell.word(target.resolve("model.tflite").toString()));
    }
    Path parent = absolute.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InvalidInputException(
          "the folder of the output "
              + (parent != null && Files.exists(parent) ? "is a file" : "does not exist"),
          String.valueOf(parent),
          "make the folder, or name another one");
    }
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      throw new InvalidInputException(
          "the output is a device or pipe, and it must be a file",
          absolute.toString(),
          "name a file: it is written beside its place and moved there");
    }
    return Files.exists(absolute) ? absolute.toRealPath() : absolute;
  }

  private static FileChannel open(Opener opener, Path hidden, Path target) throws IOException {
    try {
      return opener.open(hidden);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (AccessDeniedException | NoSuchFileException e) {
      throw unwritable(target, e);
    } catch (FileSystemException e) {
      throw isFull(e) ? full(target, e) : unwritable(target, e);
    }
  }

  private static void move(Path hidden, Path place) throws IOException {
    try {
      Files.move(hidden, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (AccessDeniedException e) {
      throw unwritable(place, e);
    }
  }

  private static InvalidInputException unwritable(Path target, FileSystemException e) {
    String reason = e.getReason();
    InvalidInputException fault =
        new InvalidInputException(
            "the output cannot be written: "
                + (reason != null ? reason : e.getClass().getSimpleName()),
            target.toAbsolutePath().toString(),
            "choose a folder that you may write to");
    fault.initCause(e);
    return fault;
  }

  private static InvalidInputException full(Path target, IOException e) {
    InvalidInputException fault =
        new InvalidInputException(
            "the disk is full: " + e.getMessage(),
            target.toAbsolutePath().toString(),
            "free some space, or choose another disk; what was there before is unchanged");
    fault.initCause(e);
    return fault;
  }

  private static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left")
        || message.contains("not enough space")
        || message.contains("quota exceeded")
        || message.contains("file too large");
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The failure that led here is the one to report; a hidden file that stays harms nobody.
      path.toFile().deleteOnExit();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down: the hook is running or has run.
    }
  }
}
