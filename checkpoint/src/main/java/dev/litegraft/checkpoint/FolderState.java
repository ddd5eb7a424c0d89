package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a checkpoint were when its conversion began, so that a tokenizer or config that
 * is replaced meanwhile is noticed: the files would not be those that belong together. Small files
 * are known by their SHA-256, weights, which stay open while they are read, by file, size and time.
 */
public final class FolderState {
  /** Modules have folders of their own: {@code 1_Pooling}. */
  private static final int DEPTH = 2;

  /** Larger ones are weights, of which {@link TensorHashes} tells what was read. */
  private static final long MOST_HASHED = 64L << 20;

  /** A folder with more files is somebody's home, and not a checkpoint. */
  private static final int MOST_FILES = 2000;

  private static final Set<String> READ =
      Set.of("json", "txt", "model", "safetensors", "bin", "pth", "pkl");

  /** A file that was written this shortly before may be written again within the same instant. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  /**
   * @param real behind links
   * @param stamp which file it is, and as of when: equal ones need not be read again
   * @param sha256 of a small file, for which nothing else counts: a copy of it is no change
   */
  private record State(Path real, Stamp stamp, @Nullable String sha256) {
    boolean isUnchanged(Path file, Instant taken) throws IOException {
      Stamp now = Stamp.of(file);
      if (sha256 == null || (now.equals(stamp) && stamp.isSettled(taken))) {
        return real.equals(file.toRealPath()) && now.equals(stamp);
      }
      return real.equals(file.toRealPath()) && sha256.equals(hash(file));
    }
  }

  private record Stamp(@Nullable Object key, FileTime changed, long size) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(a.fileKey(), a.lastModifiedTime(), a.size());
    }

    boolean isSettled(Instant taken) {
      return changed.toInstant().isBefore(taken.minus(SETTLED));
    }
  }

  private final Instant taken = Instant.now();

  private final Map<Path, State> files = new TreeMap<>();

  private FolderState() {}

  /**
   * The state of folders now; what is no folder has none.
   *
   * @throws IOException if a file cannot be read
   */
  public static FolderState of(List<Path> folders) throws IOException {
    FolderState state = new FolderState();
    for (Path folder : folders) {
      Files.walkFileTree(
          folder,
          Set.of(),
          DEPTH,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              if (isRead(file)) {
                state.files.put(file, state(file));
              }
              return state.files.size() < MOST_FILES
                  ? FileVisitResult.CONTINUE
                  : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // Whoever reads it says so.
            }
          });
    }
    return state;
  }

  private static boolean isRead(Path file) {
    String name = String.valueOf(file.getFileName());
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return READ.contains(suffix) && Files.isRegularFile(file) && Files.isReadable(file);
  }

  private static State state(Path file) throws IOException {
    Stamp stamp = Stamp.of(file);
    // What a link leads to is not read before it is known to be the checkpoint's.
    boolean hashed =
        !WeightFiles.isOfTensors(file)
            && stamp.size() <= MOST_HASHED
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    return new State(file.toRealPath(), stamp, hashed ? hash(file) : null);
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Checks that the files are still what they were; new ones may have come.
   *
   * @throws InvalidCheckpointException that names the file that is not
   */
  public void requireUnchanged() throws IOException {
    for (Map.Entry<Path, State> file : files.entrySet()) {
      boolean same;
      try {
        same = file.getValue().isUnchanged(file.getKey(), taken);
      } catch (NoSuchFileException e) {
        same = false;
      }
      if (!same) {
        throw new InvalidCheckpointException(
            "the file was replaced or changed while its folder was converted, so that files may"
                + " have been read that do not belong together",
            file.getKey().toString(),
            "convert again when whoever writes to the folder is done; what was there is unchanged");
      }
    }
  }
}
