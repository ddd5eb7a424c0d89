package dev.litegraft.runtime;

import dev.litegraft.error.NativeRuntimeException;
import dev.litegraft.error.Shell;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * The folder that native libraries are unpacked to and loaded from, which must not be one that
 * others can write to: what they put there would run as this user. JavaCPP would take one of a
 * known name in the folder for temporary files, where nothing else can be written.
 */
final class NativeCache {
  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";
  private static final int STICKY = 01000;
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final FileAttribute<?> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

  private NativeCache() {}

  /**
   * Sees to it that JavaCPP unpacks to a safe folder: the one that is asked for with {@code
   * -Dorg.bytedeco.javacpp.cachedir}, else the user's, else a new one that goes with this process.
   *
   * @throws NativeRuntimeException if the one that is asked for is not safe
   */
  static synchronized void require() {
    if (System.getProperty(PROPERTY) == null
        && System.getProperty(PROPERTY.toLowerCase(Locale.ROOT)) == null) {
      Path usual = Path.of(System.getProperty("user.home", ""), ".javacpp", "cache");
      try {
        boolean safe = usual.isAbsolute() && closed(usual).isEmpty();
        System.setProperty(PROPERTY, (safe ? usual : temporary()).toString());
      } catch (IOException e) {
        throw unusable(usual, "nothing can be written there, nor to a temporary folder: " + e);
      }
    }
    try {
      File chosen = Loader.getCacheDir();
      Optional<String> danger = closed(chosen.toPath());
      if (danger.isPresent()) {
        throw unusable(chosen.toPath(), danger.get());
      }
    } catch (IOException e) {
      throw unusable(Path.of(System.getProperty(PROPERTY, "")), e.toString());
    }
  }

  private static NativeRuntimeException unusable(Path folder, String why) {
    return new NativeRuntimeException(
        "native libraries cannot be unpacked safely: " + why,
        folder.toString(),
        "name a folder of your own: -D" + PROPERTY + "=" + Shell.word("/home/me/natives"));
  }

  /** A folder that nobody else can enter, and that is removed at the end. */
  private static Path temporary() throws IOException {
    Path folder = Files.createTempDirectory("litegraft-natives");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "litegraft-natives"));
    return folder;
  }

  private static void remove(Path folder) {
    Deque<Path> folders = new ArrayDeque<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.forEach(folders::push); // Deepest first.
      for (Path path : folders) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // Windows keeps libraries that are loaded.
    }
  }

  /**
   * As {@link #danger}, of a folder for native libraries alone: one of one's own that others may
   * write to is closed to them.
   */
  static Optional<String> closed(Path folder) {
    try {
      Path real = made(folder).toRealPath();
      if (isUnix(real) && Files.isWritable(real)) {
        int me = owner(real, true);
        close(real, me);
        Path above = real.getParent();
        if (above != null && above.endsWith(".javacpp")) {
          close(above, me);
        }
      }
      return danger(folder);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.of(e.toString());
    }
  }

  /** A folder, which is made if it is not there, such that others cannot write to it. */
  private static Path made(Path folder) throws IOException {
    return Files.isDirectory(folder) || !isUnix(folder)
        ? Files.createDirectories(folder)
        : Files.createDirectories(folder, OWN);
  }

  private static boolean isUnix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /**
   * Why others could put something into a folder, which is made if it is not there, and otherwise
   * stays as it is; empty if they cannot.
   */
  static Optional<String> danger(Path folder) {
    try {
      Path real = made(folder).toRealPath();
      if (!Files.isWritable(real)) {
        return Optional.of("it cannot be written to");
      }
      if (!isUnix(real)) {
        return Optional.empty(); // Windows: the user's folders are his.
      }
      int me = owner(real, true);
      // Whoever has the root folder, which in a container need not be user 0, can do all anyway.
      int root = owner(real.getRoot(), false);
      for (Path path = real; path != null; path = path.getParent()) {
        int owner = owner(path, false);
        if (owner != me && owner != 0 && owner != root) {
          return Optional.of(path + " belongs to user " + owner);
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        // In a sticky folder, as /tmp is, others cannot move what is not theirs.
        boolean sticky = (mode & STICKY) != 0 && !path.equals(real);
        if ((mode & 022) != 0 && !sticky) {
          return Optional.of("others may write to " + path);
        }
      }
      return Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.of(e.toString());
    }
  }

  private static void close(Path folder, int me) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    if (owner(folder, false) == me && permissions.removeAll(OTHERS_WRITE)) {
      Files.setPosixFilePermissions(folder, permissions);
    }
  }

  /** The number of a path's owner, or of whoever makes a file there. */
  private static int owner(Path path, boolean ofNew) throws IOException {
    @Nullable Path made = ofNew ? Files.createTempFile(path, ".owner", null) : null;
    try {
      return (Integer)
          Files.getAttribute(made == null ? path : made, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } finally {
      if (made != null) {
        Files.deleteIfExists(made);
      }
    }
  }
}
