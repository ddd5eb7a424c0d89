package dev.litegraft.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.Interpreter.Check_cancelled_func_Pointer;
import org.bytedeco.tensorflowlite.TfLiteContext;
import org.bytedeco.tensorflowlite.TfLiteContext.GetScratchBuffer_TfLiteContext_int;
import org.bytedeco.tensorflowlite.TfLiteDelegate;
import org.bytedeco.tensorflowlite.TfLiteRegistration.Free_TfLiteContext_Pointer;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.jspecify.annotations.Nullable;

/**
 * LiteRT's fast kernels with a file of packed weights, or with packed weights that are in a file of
 * memory alone, which the Java binding has no way to ask for.
 *
 * <p>The library exports the C functions for it. They are called through types of the binding for
 * functions of the same form (an address in, an address out): arguments that a C function does not
 * take are left in registers that it does not read. The layout of the options is not taken on
 * trust: it is compared with what the library itself fills in, and where it differs, or the version
 * is another, there is no such delegate.
 */
final class XnnpackDelegate implements AutoCloseable {
  /** How the name of a file of memory begins that has packed weights. */
  static final String MEMORY = "/memfd:XNNPack";

  private static final String KNOWN = "2.21.0";

  /** What the library takes for a file of memory; it is asked whether that is so. */
  private static final String IN_MEMORY = ":memory";

  // struct TfLiteXNNPackDelegateOptions of 2.21: int32 num_threads, uint32 runtime_flags, uint32
  // flags, void* weights_cache, bool handle_variable_ops, char* weight_cache_file_path, int
  // weight_cache_file_descriptor, void* weight_cache_provider.
  private static final int BYTES = 64;
  private static final int RUNTIME_FLAGS = 4;
  private static final int FLAGS = 8;
  private static final int CACHE = 16;
  private static final int VARIABLES = 24;
  private static final int FILE = 32;
  private static final int DESCRIPTOR = 40;
  private static final int PROVIDER = 48;

  // XNN_FLAG_NO_INLINED_LHS_PACKING, of XNNPACK's own src/xnnpack/subgraph.h.
  private static final int ROUNDS_APART = 0x4000;

  // QS8 and QU8, as the delegate has them that LiteRT makes by itself.
  private static final int USUAL_FLAGS = 3;

  /**
   * How kernels share their work.
   *
   * @param threads that one call has
   * @param roundsApart whether a layer's inputs are rounded to int8 before it, for all threads, and
   *     each has its own columns of the weights; else each thread rounds its own tokens and reads
   *     all weights, which are read twice where they come from memory. The answers are the same
   */
  record Work(int threads, boolean roundsApart) {
    /**
     * What was measured to be faster, on x86-64: docs/performance.md, "One thread or two".
     *
     * @param large whether weights come from memory
     */
    static Work of(int threads, boolean large) {
      boolean measured = System.getProperty("os.arch", "").equals("amd64");
      return new Work(threads, threads > 1 && large && measured);
    }
  }

  /** The library's functions, looked up and tried once. */
  private static final class Functions {
    static final @Nullable Functions FOUND = find();

    final GetScratchBuffer_TfLiteContext_int create;
    final Free_TfLiteContext_Pointer delete;

    private Functions(Pointer create, Pointer delete) {
      this.create = new GetScratchBuffer_TfLiteContext_int(CFunction.slot(create));
      this.delete = new Free_TfLiteContext_Pointer(CFunction.slot(delete));
    }

    private static @Nullable Functions find() {
      LiteRt.load();
      Pointer create = Loader.addressof("TfLiteXNNPackDelegateCreate");
      Pointer delete = Loader.addressof("TfLiteXNNPackDelegateDelete");
      Pointer options = Loader.addressof("TfLiteXNNPackDelegateGetOptions");
      Pointer memory = Loader.addressof("TfLiteXNNPackDelegateInMemoryFilePath");
      Pointer usable = Loader.addressof("TfLiteXNNPackDelegateCanUseInMemoryWeightCacheProvider");
      boolean linux = System.getProperty("os.name", "").equals("Linux");
      if (!linux
          || create == null
          || delete == null
          || options == null
          || memory == null
          || usable == null
          || !isUnlimited()
          || !tensorflowlite.TfLiteVersion().getString().equals(KNOWN)) {
        return null;
      }
      Functions found = new Functions(create, delete);
      return found.hasKnownLayout(options) && found.hasMemory(memory, usable) ? found : null;
    }

    /** Whether the options of a delegate that was made with none are where they are expected. */
    private boolean hasKnownLayout(Pointer address) {
      GetScratchBuffer_TfLiteContext_int options =
          new GetScratchBuffer_TfLiteContext_int(CFunction.slot(address));
      Pointer usual = create.call(null, 0);
      if (usual == null || usual.isNull()) {
        return false;
      }
      BytePointer seen = new BytePointer(options.call(new TfLiteContext(usual), 0));
      boolean known =
          !seen.isNull()
              && seen.getLong(0) == 0
              && seen.getInt(FLAGS) == USUAL_FLAGS
              && seen.getLong(CACHE) == 0
              && seen.get(VARIABLES) == 0
              && seen.getLong(FILE) == 0
              && seen.getInt(DESCRIPTOR) == -1
              && seen.getLong(PROVIDER) == 0;
      delete.call(new TfLiteContext(usual), null);
      return known;
    }

    /** Whether there can be files of memory, and they are asked for as expected. */
    private boolean hasMemory(Pointer address, Pointer usable) {
      Pointer name = new GetScratchBuffer_TfLiteContext_int(CFunction.slot(address)).call(null, 0);
      return name != null
          && new BytePointer(name).getString().equals(IN_MEMORY)
          && new Check_cancelled_func_Pointer(CFunction.slot(usable)).call(null);
    }

    /** Whether files may have any size: the library ends the process where one may not. */
    private static boolean isUnlimited() {
      try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
        return limits.anyMatch(line -> line.matches("Max file size +unlimited .*"));
      } catch (IOException | UncheckedIOException e) {
        return false;
      }
    }
  }

  private final Functions functions;
  private final Pointer handle;
  private final BytePointer path;

  private XnnpackDelegate(Functions functions, Pointer handle, BytePointer path) {
    this.functions = functions;
    this.handle = handle;
    this.path = path;
  }

  /** Whether this machine's library can be asked for it. */
  static boolean isAvailable() {
    return Functions.FOUND != null;
  }

  /**
   * Kernels that read packed weights from {@code file}, which must be whole: one that is not there
   * or of another version would be written, and the library ends the process where it cannot.
   *
   * @return null where the library cannot be asked for it
   */
  static @Nullable XnnpackDelegate reading(Work work, Path file) {
    return of(work, file.toString());
  }

  /**
   * Kernels that pack weights into a file of memory alone, which {@link #MEMORY} names.
   *
   * @return null where the library cannot be asked for it
   */
  static @Nullable XnnpackDelegate packing(Work work) {
    return of(work, IN_MEMORY);
  }

  private static @Nullable XnnpackDelegate of(Work work, String file) {
    Functions functions = Functions.FOUND;
    if (functions == null) {
      return null;
    }
    BytePointer path = new BytePointer(file, StandardCharsets.UTF_8);
    try (BytePointer options = new BytePointer(BYTES)) {
      Pointer.memset(options, 0, BYTES);
      options.putInt(0, work.threads());
      options.putInt(RUNTIME_FLAGS, work.roundsApart() ? ROUNDS_APART : 0);
      options.putInt(FLAGS, USUAL_FLAGS);
      options.putLong(FILE, path.address());
      options.putInt(DESCRIPTOR, -1);
      Pointer handle = functions.create.call(new TfLiteContext(options), 0);
      if (handle == null || handle.isNull()) {
        path.close();
        return null;
      }
      return new XnnpackDelegate(functions, handle, path);
    }
  }

  TfLiteDelegate handle() {
    return new TfLiteDelegate(handle);
  }

  /** To be called after the interpreter that has it is closed. */
  @Override
  public void close() {
    functions.delete.call(new TfLiteContext(handle), null);
    path.close();
  }
}
