package dev.litegraft.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A folder of packed weights. A file's name says whose they are, and what its own sum is: {@code
 * KEY-SUM.packed}, where the key is that of the model's bytes, the runtime, and the processor, and
 * the sum counts the key, too. Files come by a rename, are never written to again, and go by being
 * deleted, which leaves those that map them as they are. {@code HASH.seen} remembers the hash of a
 * model's bytes.
 *
 * @param path of the folder
 * @param smallest model in bytes whose weights are kept
 * @param limit how many bytes all files together may have
 * @param tick two writes that are nearer than this may leave a file with the same time
 * @param locking tells who is still writing
 */
record PackedFolder(Path path, long smallest, long limit, Duration tick, Locking locking) {
  /** How files are locked. */
  @FunctionalInterface
  interface Locking {
    /**
     * Null where somebody else has the lock.
     *
     * @throws IOException where files cannot be locked, as in a network file system without it
     */
    @Nullable FileLock tryLock(FileChannel file) throws IOException;
  }

  /** Of models that are smaller, packing takes as long as looking. */
  private static final long SMALLEST = 16L << 20;

  private static final long LIMIT = 4L << 30;

  /** The times of file systems count seconds, or two. */
  private static final Duration TICK = Duration.ofSeconds(2);

  private static final String PACKED = ".packed";
  private static final String BEGUN = ".begun";
  private static final String SEEN = ".seen";

  /** The names that are written here; whatever else is in the folder is somebody's own. */
  private static final Pattern PACKED_NAME = Pattern.compile("[0-9a-f]{32}-[0-9a-f]{8}\\.packed");

  private static final Pattern BEGUN_NAME =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.begun");
  private static final Pattern SEEN_NAME = Pattern.compile("[0-9a-f]{64}\\.seen");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /**
   * Names of what this process is writing. To look whether such a file is locked would open it, and
   * close it again, with which POSIX drops every lock that the process has on it.
   */
  private static final Set<String> WRITING = ConcurrentHashMap.newKeySet();

  private static final Duration ABANDONED = Duration.ofHours(1);

  /** So long a hash is remembered; later it is computed again. */
  private static final Duration FORGOTTEN = Duration.ofDays(90);

  private static final int PIECE = 1 << 20;

  PackedFolder(Path path, long smallest, long limit, Duration tick) {
    this(path, smallest, limit, tick, FileChannel::tryLock);
  }

  /** A folder with the usual bounds. */
  static PackedFolder of(Path path) {
    return new PackedFolder(path, SMALLEST, LIMIT, TICK);
  }

  /** Why nothing can be kept there: others can write to it, say. It is made if it is not there. */
  Optional<String> danger() {
    return NativeCache.danger(path);
  }

  /** Whether there is room for the weights of a model of so many bytes, and they can be written. */
  boolean hasRoom(long model) throws IOException {
    return model <= limit
        && Files.isWritable(path)
        && Files.getFileStore(path).getUsableSpace() > 4 * model;
  }

  /** The hash of the bytes of a file that is as it was when it was remembered. */
  Optional<String> hash(Path model, FileStamp stamp) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(seen(model));
    } catch (IOException e) {
      return Optional.empty(); // There is none, or what is there is damaged, and is replaced.
    }
    return lines.size() == 2
            && lines.get(0).equals(stamp.line())
            && HASH.matcher(lines.get(1)).matches()
        ? Optional.of(lines.get(1))
        : Optional.empty();
  }

  /** Remembers the hash of a file's bytes, where a later change of the file cannot go unseen. */
  void remember(Path model, FileStamp stamp, String hash) throws IOException {
    if (stamp.isSettled(tick)) {
      Path begun = path.resolve(UUID.randomUUID() + BEGUN);
      write(
          begun,
          () -> {
            Files.writeString(begun, stamp.line() + "\n" + hash + "\n");
            return seen(model);
          });
    }
  }

  private Path seen(Path model) throws IOException {
    String place = model.toRealPath().toString();
    return path.resolve(hex(sha256(), place.getBytes(StandardCharsets.UTF_8)) + SEEN);
  }

  /** The packed weights of a key, whole and open; absent where there are none. */
  Optional<FileChannel> find(String key) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, key + "-*" + PACKED)) {
      for (Path file : files) {
        if (!PACKED_NAME.matcher(name(file)).matches()
            || !Files.isRegularFile(
                file, LinkOption.NOFOLLOW_LINKS)) { // A pipe would be waited for.
          continue;
        }
        Optional<FileChannel> whole = whole(key, file);
        if (whole.isPresent()) {
          return whole;
        }
        quietly(() -> Files.deleteIfExists(file)); // Cut, or of another name: of no use to anybody.
      }
    }
    return Optional.empty();
  }

  private Optional<FileChannel> whole(String key, Path file) throws IOException {
    FileChannel open = FileChannel.open(file);
    try {
      if (file.equals(named(key, sum(key, open, null)))) {
        FileTime now = FileTime.from(Instant.now());
        quietly(() -> Files.setLastModifiedTime(file, now)); // Not in a folder that is only read.
        return Optional.of(open);
      }
    } catch (IOException e) {
      open.close();
      throw e;
    }
    open.close();
    return Optional.empty();
  }

  /**
   * Keeps a copy of what was packed.
   *
   * @throws IOException if it cannot be written: nothing is left then
   */
  void keep(String key, FileChannel packed) throws IOException {
    Path begun = path.resolve(UUID.randomUUID() + BEGUN);
    write(
        begun,
        () -> {
          try (FileChannel to =
              FileChannel.open(begun, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            FileLock ignored = lock(to); // Goes with this process, however that ends.
            return named(key, sum(key, packed, to));
          }
        });
  }

  private interface Content {
    /** Writes it, and returns what the file is to be called. */
    Path write() throws IOException;
  }

  private static void write(Path begun, Content content) throws IOException {
    WRITING.add(name(begun));
    try {
      Files.move(begun, content.write(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(begun);
      WRITING.remove(name(begun));
    }
  }

  private @Nullable FileLock lock(FileChannel file) {
    try {
      return locking.tryLock(file);
    } catch (IOException e) {
      return null; // Others tell by the file's time whether somebody is writing it.
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private Path named(String key, long sum) {
    return path.resolve(key + "-" + String.format(Locale.ROOT, "%08x", sum) + PACKED);
  }

  /** The sum of a key and of what was packed, which is copied on the way. */
  static long sum(String key, FileChannel packed, @Nullable FileChannel copy) throws IOException {
    CRC32C sum = new CRC32C();
    sum.update(key.getBytes(StandardCharsets.UTF_8));
    eachPiece(
        packed,
        piece -> {
          sum.update(piece.duplicate());
          while (copy != null && piece.hasRemaining()) {
            copy.write(piece);
          }
        });
    return sum.getValue();
  }

  /** What stands for the bytes of a file. */
  static String hashOf(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (FileChannel channel = FileChannel.open(file)) {
      eachPiece(channel, digest::update);
    }
    return hex(digest, new byte[0]);
  }

  private interface Piece {
    void take(ByteBuffer bytes) throws IOException;
  }

  private static void eachPiece(FileChannel channel, Piece piece) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
    long at = 0;
    for (int n = channel.read(buffer, at); n >= 0; n = channel.read(buffer, at)) {
      at += n;
      piece.take(buffer.flip());
      buffer.clear();
    }
  }

  /**
   * A key for weights.
   *
   * @param hash of the model's bytes
   * @param packer what packs them: the runtime and the processor
   */
  static String key(String hash, String packer) {
    return hex(sha256(), (hash + "\n" + packer).getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  private static String hex(MessageDigest digest, byte[] last) {
    return HexFormat.of().formatHex(digest.digest(last));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** Whether whoever began to write a file is gone: its lock is, or it is old. */
  private boolean isAbandoned(Path begun, FileTime used) {
    if (WRITING.contains(name(begun))) {
      return false;
    }
    if (isFar(used, ABANDONED) || !isFar(used, tick)) {
      return isFar(used, ABANDONED); // What was just begun may not be locked yet.
    }
    try (FileChannel open = FileChannel.open(begun, StandardOpenOption.WRITE)) {
      return locking.tryLock(open) != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // Where files cannot be locked, only their time tells.
    }
  }

  /** Before now, or behind it, where a clock was set back since. */
  private static boolean isFar(FileTime time, Duration distance) {
    return Duration.between(time.toInstant(), Instant.now()).abs().compareTo(distance) > 0;
  }

  private interface Step {
    void run() throws IOException;
  }

  /**
   * What goes wrong with one file (others delete it meanwhile, it is no file) concerns no other.
   */
  private static void quietly(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      Log.MODELS.debug("a file of the folder of packed weights is left as it is", e);
    }
  }

  /** Deletes what was used the longest ago, beyond the limit, and what nobody finished. */
  void tidy() throws IOException {
    record Kept(Path file, long bytes, FileTime used) {}
    List<Kept> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        quietly(
            () -> {
              FileTime used = Files.getLastModifiedTime(file);
              String name = name(file);
              if ((BEGUN_NAME.matcher(name).matches() && isAbandoned(file, used))
                  || (SEEN_NAME.matcher(name).matches() && isFar(used, FORGOTTEN))) {
                Files.deleteIfExists(file);
              } else if (PACKED_NAME.matcher(name).matches()) {
                all.add(new Kept(file, Files.size(file), used));
              }
            });
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    all.sort(Comparator.comparing(Kept::used).reversed());
    long bytes = 0;
    for (Kept one : all) {
      bytes += one.bytes();
      if (bytes > limit) {
        quietly(() -> Files.deleteIfExists(one.file()));
      }
    }
  }
}
