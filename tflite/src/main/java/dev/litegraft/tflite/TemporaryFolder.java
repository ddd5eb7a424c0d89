package dev.litegraft.tflite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of the system's for files that nobody keeps: only its owner can enter it, it goes when
 * it is closed or the virtual machine ends, and whoever makes the next one removes those of the
 * same user whose processes were killed.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("litegraft-[a-z]+-(\\d{1,18})-\\d{1,20}");

  /** Its lock says that the folder is in use, also to processes that see not each other. */
  private static final String LOCK = ".lock";

  private final Path path;
  private final FileChannel lock;
  private final Thread cleaner;

  private TemporaryFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
    this.cleaner = new Thread(() -> delete(path), "litegraft-folder");
  }

  /**
   * Makes one.
   *
   * @param purpose small letters, for whoever finds it
   * @throws IOException if the system's folder for such files cannot be written to
   */
  public static TemporaryFolder of(String purpose) throws IOException {
    String start = "litegraft-" + purpose + "-" + ProcessHandle.current().pid() + "-";
    Path path = Files.createTempDirectory(start);
    FileChannel lock =
        FileChannel.open(
            path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    LeftOver.hold(lock);
    TemporaryFolder folder = new TemporaryFolder(path, lock);
    Runtime.getRuntime().addShutdownHook(folder.cleaner);
    removeLeftOver(path);
    return folder;
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The path of a file in it. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  private static void removeLeftOver(Path own) {
    try (DirectoryStream<Path> beside =
        Files.newDirectoryStream(Objects.requireNonNull(own.getParent()), "litegraft-*")) {
      UserPrincipal me = Files.getOwner(own);
      for (Path folder : beside) {
        Matcher name = NAME.matcher(String.valueOf(folder.getFileName()));
        Path lock = folder.resolve(LOCK);
        if (name.matches()
            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(me)
            && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
            && Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)
            && LeftOver.isFree(lock)) {
          delete(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
      // They cost space and nothing else; what is to be done matters.
    }
  }

  private static void delete(Path folder) {
    Deque<Path> innermostFirst = new ArrayDeque<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.forEach(innermostFirst::push);
      for (Path path : innermostFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // The system cleans what stays; Windows keeps what is still open.
    }
  }

  /** Removes it with all that is in it. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // It is deleted all the same.
    }
    delete(path);
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // The JVM is going down: the hook is running or has run.
    }
  }
}
