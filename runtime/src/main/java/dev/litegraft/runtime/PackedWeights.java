package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one open model as the fast kernels read them, in a file that interpreters share:
 * one that was kept on disk, which processes share, too, or else a file of memory that the first
 * interpreter packs them into. That one is copied to disk after the first answer, on a thread of
 * its own: only then is the model's hash known, without which nobody can tell whose weights they
 * are. The library itself never writes to disk: it would end the process where the disk is full.
 *
 * <p>Whatever goes wrong here, weights are packed in memory, as without this.
 */
final class PackedWeights implements AutoCloseable {
  private static final Pattern PROCESSOR =
      Pattern.compile(
          "(vendor_id|cpu family|model|stepping|flags|Features|CPU"
              + " (implementer|architecture|variant|part|revision))\\s*:.*");

  private enum State {
    /** Nobody has packed the weights. */
    EMPTY,
    PACKING,
    /** They are in a file of memory, or were found on disk. */
    THERE,
    CLOSED
  }

  /** Where they are kept, and of what. */
  private record Keeping(
      PackedFolder folder, Path model, FileStamp stamp, Optional<String> rememberedHash) {}

  private final @Nullable Keeping keeping;
  private State state = State.EMPTY;
  private boolean found;

  /** Keeps the file there. */
  private @Nullable FileChannel open;

  /** A name that leads to what is open. */
  private Path file = Path.of("");

  private @Nullable Thread keeper;

  private PackedWeights(@Nullable Keeping keeping) {
    this.keeping = keeping;
  }

  /** Packed weights that only the interpreters of one model share; null where they cannot. */
  static @Nullable PackedWeights shared() {
    return XnnpackDelegate.isAvailable() ? new PackedWeights(null) : null;
  }

  /**
   * What became of looking for a model's packed weights.
   *
   * @param weights absent where they cannot be kept
   * @param note why not, in a sentence, where a user can change it
   */
  record Search(Optional<PackedWeights> weights, Optional<String> note) {
    /** They are not kept, and nobody is told. */
    static final Search NOTHING = new Search(Optional.empty(), Optional.empty());
  }

  /**
   * Looks for the packed weights of a model.
   *
   * @param stamp of the file, before it was read
   */
  static Search search(PackedFolder folder, Path model, FileStamp stamp) {
    if (stamp.bytes() < folder.smallest()) {
      return Search.NOTHING;
    }
    Optional<String> danger = folder.danger(); // While the library is loaded.
    if (!XnnpackDelegate.isAvailable()) {
      return Search.NOTHING;
    }
    if (danger.isPresent()) {
      String why = "packed weights are not kept in " + folder.path() + ": " + danger.get();
      Log.MODELS.warn("{}: {}", model, why);
      return new Search(
          Optional.empty(),
          Optional.of(
              why
                  + "; make it a folder that you alone can write to, or name another one"
                  + " (LITEGRAFT_PACKED_WEIGHTS, RuntimeOptions.withPackedWeights)"));
    }
    return new Search(Optional.ofNullable(of(folder, model, stamp)), Optional.empty());
  }

  /** What is there is read even where nothing more can be kept; null where there is neither. */
  private static @Nullable PackedWeights of(PackedFolder folder, Path model, FileStamp stamp) {
    try {
      Optional<String> hash = folder.hash(model, stamp);
      PackedWeights weights = new PackedWeights(new Keeping(folder, model, stamp, hash));
      if (hash.isPresent()) {
        weights.find(folder, PackedFolder.key(hash.get(), packer()));
      }
      return weights.isFound() || folder.hasRoom(stamp.bytes()) ? weights : null;
    } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
      Log.MODELS.debug("packed weights are not kept", e);
      return null;
    }
  }

  /** What the form of packed weights depends on: the library, and what the processor can do. */
  private static String packer() throws IOException {
    StringBuilder packer = new StringBuilder(LiteRt.library());
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      TreeSet<String> kinds = new TreeSet<>();
      lines.filter(line -> PROCESSOR.matcher(line).matches()).forEach(kinds::add);
      kinds.forEach(line -> packer.append('\n').append(line));
    }
    return packer.toString();
  }

  private void find(PackedFolder folder, String key) throws IOException {
    FileChannel kept = opened(folder.path().toRealPath().resolve(key), () -> folder.find(key));
    found = kept != null;
  }

  private interface Opener {
    Optional<FileChannel> open() throws IOException;
  }

  /**
   * Opens a file and finds its descriptor, one file at a time: two that appear at once could not be
   * told apart.
   *
   * @param target how what its descriptor leads to begins
   */
  private @Nullable FileChannel opened(Path target, Opener opener) throws IOException {
    synchronized (PackedWeights.class) {
      Set<Path> before = Descriptors.of(target.toString());
      Optional<FileChannel> channel = opener.open();
      Set<Path> now = Descriptors.of(target.toString());
      now.removeAll(before);
      synchronized (this) {
        if (channel.isPresent() && now.size() == 1) {
          open = channel.get();
          file = now.iterator().next();
          state = State.THERE;
          return open;
        }
      }
      if (channel.isPresent()) {
        channel.get().close();
      }
      return null;
    }
  }

  /**
   * An interpreter whose kernels read the packed weights, or pack them for others.
   *
   * @param maker makes it with these kernels
   * @return absent where weights are to be packed in memory: while another interpreter packs, and
   *     where something goes wrong, of which the model may be the cause
   */
  Optional<LiteRtInterpreter> interpreter(
      XnnpackDelegate.Work work, Function<XnnpackDelegate, LiteRtInterpreter> maker) {
    State now;
    synchronized (this) {
      now = state;
      state = state == State.EMPTY ? State.PACKING : state;
    }
    if (now == State.THERE) {
      return made(XnnpackDelegate.reading(work, file), maker);
    }
    return now == State.EMPTY ? packing(work, maker) : Optional.empty();
  }

  private Optional<LiteRtInterpreter> packing(
      XnnpackDelegate.Work work, Function<XnnpackDelegate, LiteRtInterpreter> maker) {
    Path memory = Path.of(XnnpackDelegate.MEMORY);
    synchronized (PackedWeights.class) {
      Optional<LiteRtInterpreter> made = Optional.empty();
      try {
        Set<Path> before = Descriptors.of(memory.toString());
        made = made(XnnpackDelegate.packing(work), maker);
        Set<Path> now = Descriptors.of(memory.toString());
        now.removeAll(before);
        if (made.isPresent() && now.size() == 1) {
          // A descriptor of our own: the interpreter's goes with it.
          Path packed = now.iterator().next();
          opened(memory, () -> Optional.of(FileChannel.open(packed)));
        }
      } catch (IOException | DirectoryIteratorException e) {
        Log.MODELS.debug("packed weights are not shared", e);
      }
      return made;
    }
  }

  private static Optional<LiteRtInterpreter> made(
      @Nullable XnnpackDelegate delegate, Function<XnnpackDelegate, LiteRtInterpreter> maker) {
    try {
      return Optional.ofNullable(delegate).map(maker);
    } catch (InvalidFileException e) {
      return Optional.empty(); // Whoever packs for itself says so again.
    }
  }

  /** The first answer is there. */
  synchronized void answered() {
    FileChannel packed = open;
    Keeping wanted = keeping;
    if (state == State.THERE && !found && keeper == null && packed != null && wanted != null) {
      keeper = Workers.begin("litegraft-weights", () -> keep(packed, wanted));
    }
  }

  private static void keep(FileChannel packed, Keeping wanted) {
    PackedFolder folder = wanted.folder();
    Optional<String> hash = wanted.rememberedHash();
    try {
      String known = hash.isPresent() ? hash.get() : PackedFolder.hashOf(wanted.model());
      // Bytes that were read before a change of the file were packed, others hashed.
      if (wanted.stamp().isSettled(folder.tick()) && wanted.stamp().isOf(wanted.model())) {
        folder.keep(PackedFolder.key(known, packer()), packed);
        folder.remember(wanted.model(), wanted.stamp(), known);
        folder.tidy();
      }
    } catch (IOException e) {
      Log.MODELS.debug("packed weights are not kept", e);
    }
  }

  /** Whether what was read since is the file that was looked for. */
  boolean isOf(Path path) throws IOException {
    return keeping != null && keeping.stamp().isOf(path);
  }

  /** Whether a further interpreter finds them. */
  synchronized boolean isThere() {
    return state == State.THERE;
  }

  /** Whether they were on disk. */
  boolean isFound() {
    return found;
  }

  /** Waits until what was packed is kept. */
  @Override
  public void close() {
    Thread waited;
    FileChannel closed;
    synchronized (this) {
      state = State.CLOSED;
      waited = keeper;
      closed = open;
      open = null;
    }
    boolean interrupted = false;
    while (waited != null && waited.isAlive()) {
      try {
        waited.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      if (closed != null) {
        closed.close();
      }
    } catch (IOException e) {
      Log.MODELS.debug("a file that was read alone", e);
    }
  }
}
