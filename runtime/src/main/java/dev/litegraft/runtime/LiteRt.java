package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.error.NativeRuntimeException;
import dev.litegraft.error.OneVersion;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/** LiteRT's native library: loads it, and reads its strings and lists. */
final class LiteRt {
  // tflite::logging_internal::MinimalLogger::minimum_log_severity_, an int that the library
  // exports.
  private static final String MINIMUM_SEVERITY =
      "_ZN6tflite16logging_internal13MinimalLogger21minimum_log_severity_E";
  private static final int INFO = 1;
  private static final int SILENT = 4;

  private static final AtomicBoolean begun = new AtomicBoolean();
  private static volatile boolean loaded;
  private static volatile String library = "";

  private LiteRt() {}

  /**
   * Begins to load the library on a thread of its own, which takes as long as reading a small file
   * and its tokenizer. What goes wrong is told by {@link #load}.
   */
  static void begin() {
    if (loaded || !begun.compareAndSet(false, true)) {
      return;
    }
    Thread ignored =
        Workers.begin(
            "litegraft-native",
            () -> {
              try {
                load();
                heard();
              } catch (LitegraftException | LinkageError e) {
                Log.NATIVES.debug("load() will say so again", e);
              }
            });
  }

  /** Which library is loaded: its version, name, and size. */
  static String library() {
    load();
    return library;
  }

  private static String described(Path file) {
    String name = tensorflowlite.TfLiteVersion().getString() + " " + file.getFileName();
    try {
      return name + " " + Files.size(file);
    } catch (IOException e) {
      return name; // A library of the system's.
    }
  }

  /** Whether {@link #load} has nothing to do any more. */
  static boolean isLoaded() {
    return loaded;
  }

  /**
   * Loads the library once; waits where another thread does.
   *
   * @throws NativeRuntimeException if it is not there for this machine or cannot be loaded
   * @throws dev.litegraft.error.ClassPathException if a second version of Litegraft is beside it
   */
  static void load() {
    if (!loaded) {
      loadOnce();
    }
  }

  private static synchronized void loadOnce() {
    if (loaded) {
      return;
    }
    OneVersion.require(LiteRt.class, TfliteReader.class, dev.litegraft.tokenizer.Tokenizer.class);
    unbound();
    NativeCache.require();
    try {
      // Its initializer takes the loader's lock, under which the library asks for it: initialized
      // before, nobody who initializes it meanwhile waits for this thread while this waits for him.
      MethodHandles.lookup().ensureInitialized(Pointer.class);
      library = described(Path.of(String.valueOf(Loader.load(tensorflowlite.class))));
    } catch (LinkageError | IllegalAccessException e) {
      throw new NativeRuntimeException(
          "the native LiteRT library is missing: " + firstLine(e),
          System.getProperty("os.name", "?") + " on " + System.getProperty("os.arch", "?"),
          "use Linux, macOS or Windows on x86-64, or Linux or macOS on ARM64, and a folder in"
              + " -Dorg.bytedeco.javacpp.cachedir that can be written to");
    }
    setSeverity(INFO, SILENT);
    loaded = true;
    if (!begun.get()) {
      heard();
    }
  }

  // JavaCPP counts the whole process, mapped files too, against a few times the Java heap, and
  // fails
  // where there is memory enough. Memory is bounded by the door, and the file's size is what it is.
  private static void unbound() {
    for (String limit : new String[] {"maxBytes", "maxPhysicalBytes"}) {
      String name = "org.bytedeco.javacpp." + limit;
      if (System.getProperty(name) == null
          && System.getProperty(name.toLowerCase(Locale.ROOT)) == null) {
        System.setProperty(name, "0");
      }
    }
  }

  /** An exception of the native bindings as one of ours; others as they are. */
  static RuntimeException explained(RuntimeException e, String where) {
    if (e.getClass() == RuntimeException.class) {
      InvalidFileException fault =
          new InvalidFileException(
              "LiteRT cannot run the file: " + firstLine(e),
              where,
              "make the file again, or copy it again from where it came from");
      fault.initCause(e);
      return fault;
    }
    return e;
  }

  // LiteRT writes to file descriptor 2 past Java: a line for each delegate, and two for each failed
  // call, of which the exceptions here say more. The exported variable is all that can be reached
  // of its logger. Where the symbol has another name (Windows), the lines are merely seen.
  private static void setSeverity(int from, int to) {
    Pointer severity = Loader.addressof(MINIMUM_SEVERITY);
    if (severity != null) {
      IntPointer value = new IntPointer(severity);
      if (value.get() == from) {
        value.put(to);
      }
    }
  }

  /** Who wants to hear everything hears LiteRT, too; nobody waits until that is known. */
  private static void heard() {
    if (Log.NATIVES.isDebugEnabled()) {
      setSeverity(SILENT, INFO);
    }
  }

  private static String firstLine(Throwable e) {
    return Optional.ofNullable(e.getMessage())
        .orElseGet(e::toString)
        .lines()
        .findFirst()
        .orElse("");
  }

  /** The text of a C string; absent for a null pointer. */
  static Optional<String> text(@org.jspecify.annotations.Nullable BytePointer pointer) {
    return pointer == null || pointer.isNull()
        ? Optional.empty()
        : Optional.of(pointer.getString(StandardCharsets.UTF_8));
  }

  /** A text for native code, to be closed; strings of JavaCPP have the platform's charset. */
  static BytePointer name(String text) {
    return new BytePointer(text, StandardCharsets.UTF_8);
  }

  /** The numbers of a {@code std::vector<int>}. */
  static List<Integer> numbers(@org.jspecify.annotations.Nullable IntPointer pointer) {
    List<Integer> numbers = new ArrayList<>();
    if (pointer == null) {
      return numbers; // An empty vector has no address.
    }
    for (long i = 0; i < pointer.limit(); i++) {
      numbers.add(pointer.get(i));
    }
    return numbers;
  }
}
