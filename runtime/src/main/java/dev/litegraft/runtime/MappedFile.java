package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file that is mapped, as it was opened and verified. It answers with whatever is written to it,
 * and a process that reads behind the end of one that was cut ends: so it is looked at before each
 * answer, under its own name, or, where that leads elsewhere now, by the open file (on Linux).
 *
 * <p>Its length and the time of its bytes tell of a write; so does the time of its entry, but also
 * of another name, owner or mode. Where only that has changed, some pages are compared.
 */
final class MappedFile implements AutoCloseable {
  /** A model that was written over another one of the same size differs in each of them. */
  private static final int PAGES = 64;

  private static final int PAGE = 4096;

  private final Path path;
  private final RandomAccessFile open;
  private final long length;
  private final FileIdentity identity;
  private final Optional<Path> descriptor;
  private final long sum;

  /** The last time of its entry at which its pages were as they had been. */
  private volatile @Nullable FileTime seen;

  private MappedFile(Path path, RandomAccessFile open, FileIdentity identity) throws IOException {
    this.path = path;
    this.open = open;
    this.length = open.length();
    this.identity = identity;
    this.seen = identity.changed();
    this.descriptor = Descriptors.of(open, path, length);
    this.sum = sum();
  }

  /**
   * A file that was opened, which is closed with this.
   *
   * @param identity as it was verified
   */
  static MappedFile of(Path path, RandomAccessFile open, FileIdentity identity) throws IOException {
    return new MappedFile(path, open, identity);
  }

  long length() {
    return length;
  }

  /**
   * Checks that nobody has written to it. One that was replaced, moved or removed is whole.
   *
   * @throws InvalidFileException if it was cut or overwritten
   */
  void requireWhole() throws IOException {
    long now = open.length();
    if (now < length) {
      throw LiteRtModel.shorter(now, length, path.toString());
    }
    FileIdentity looked = looked();
    if (looked != null && (identity.isRewritten(looked) || isOther(looked.changed()))) {
      throw new InvalidFileException(
          "the file was written to while it is used",
          path.toString(),
          "open it again; replace files by a rename, never write in place, or open with"
              + " --in-memory");
    }
  }

  /** Null where nothing can be known of it. */
  private @Nullable FileIdentity looked() {
    if (identity.key() == null) {
      return null;
    }
    FileIdentity named = there(path);
    if (named != null && identity.key().equals(named.key())) {
      return named;
    }
    return descriptor.isPresent() ? there(descriptor.get()) : null;
  }

  private static @Nullable FileIdentity there(Path file) {
    try {
      return FileIdentity.there(file);
    } catch (IOException e) {
      return null; // It was moved or removed.
    }
  }

  private boolean isOther(@Nullable FileTime changed) throws IOException {
    if (Objects.equals(changed, seen)) {
      return false;
    }
    if (sum() != sum) {
      return true;
    }
    seen = changed;
    return false;
  }

  /** Of pages that are spread over the file. */
  private long sum() throws IOException {
    CRC32C pages = new CRC32C();
    byte[] page = new byte[PAGE];
    synchronized (open) { // One place to read at.
      for (int i = 0; i < PAGES; i++) {
        open.seek(Math.max(0, length - PAGE) / (PAGES - 1) * i);
        int n = open.read(page);
        pages.update(page, 0, Math.max(0, n));
      }
    }
    return pages.getValue();
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
