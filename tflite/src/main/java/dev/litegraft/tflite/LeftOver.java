package dev.litegraft.tflite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hidden files of runs that were killed while they wrote. Whoever writes one holds a lock on a byte
 * far behind its end, which the system releases when the process is gone; so a hidden file whose
 * lock is free, and whose process is not there, is nobody's.
 */
final class LeftOver {
  /** Behind any file: where locks keep others from reading, they keep them from this byte only. */
  private static final long LOCKED = Long.MAX_VALUE - 1;

  private LeftOver() {}

  /** A new hidden name beside a place. */
  static Path name(Path place) {
    return place.resolveSibling(
        start(place)
            + ProcessHandle.current().pid()
            + "-"
            + Long.toHexString(System.nanoTime())
            + ".tmp");
  }

  private static String start(Path place) {
    return "." + place.getFileName() + ".";
  }

  /** Says that a hidden file is being written, until the channel is closed. */
  static void hold(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock(LOCKED, 1, false);
      assert lock == null || lock.isValid();
    } catch (IOException | UnsupportedOperationException e) {
      // A file system without locks: the number of the process alone has to do.
    }
  }

  /** Removes the hidden files beside a place whose processes are gone. */
  static void remove(Path place) {
    Pattern name =
        Pattern.compile(Pattern.quote(start(place)) + "(\\d{1,18})-[0-9a-f]{1,16}\\.tmp");
    List<Path> gone = new ArrayList<>();
    try (DirectoryStream<Path> beside = Files.newDirectoryStream(place.resolveSibling(""))) {
      for (Path file : beside) {
        Matcher matcher = name.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()
            && isFree(file)) {
          gone.add(file);
        }
      }
      for (Path file : gone) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // They cost space and nothing else; what is to be written matters.
    }
  }

  static boolean isFree(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock(LOCKED, 1, false)) {
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException | UnsupportedOperationException e) {
      return true;
    }
  }
}
