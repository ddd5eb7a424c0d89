package dev.litegraft.runtime;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.litegraft.error.NativeRuntimeException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;

/**
 * The door to the Rust tokenizers.
 *
 * <p>DJL's own loader is passed by: it looks for CUDA, may download a library, and takes 130 ms for
 * what takes 4. The library is unpacked once into JavaCPP's cache, which LiteRT's own library uses
 * too, and which is locked while a process writes to it.
 */
final class TokenizerLibrary {
  private TokenizerLibrary() {}

  /**
   * The native functions.
   *
   * @throws NativeRuntimeException if the library is not there for this machine or cannot be loaded
   */
  static TokenizersLibrary load() {
    try {
      return Loaded.LIBRARY;
    } catch (ExceptionInInitializerError e) {
      if (e.getCause() instanceof NativeRuntimeException fault) {
        throw fault;
      }
      throw e;
    } catch (NoClassDefFoundError e) {
      throw fault("it could not be loaded before", "see the first error of this process");
    }
  }

  private static final class Loaded {
    static final TokenizersLibrary LIBRARY = loaded();
  }

  private static TokenizersLibrary loaded() {
    String platform = platform();
    List<String> files =
        platform.startsWith("win")
            ? List.of(
                "libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll")
            : List.of(System.mapLibraryName("tokenizers"));
    try {
      for (String name : files) {
        String path = "/native/lib/" + platform + "/cpu/" + name;
        URL resource = TokenizersLibrary.class.getResource(path);
        if (resource == null) {
          throw fault(
              "there is none for " + platform,
              "use Linux on x86-64 or ARM64, macOS on ARM64, or Windows on x86-64");
        }
        File file = Loader.cacheResource(resource);
        if (file == null) {
          throw fault("it could not be unpacked from " + resource, cacheRemedy());
        }
        System.load(file.getAbsolutePath());
      }
    } catch (IOException e) {
      throw fault("it could not be unpacked: " + e.getMessage(), cacheRemedy());
    } catch (UnsatisfiedLinkError e) {
      throw fault("it does not load: " + e.getMessage(), cacheRemedy());
    }
    return TokenizersLibrary.LIB;
  }

  private static String cacheRemedy() {
    return "set -Dorg.bytedeco.javacpp.cachedir to a folder that can be written to";
  }

  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch", "");
    return (system.startsWith("windows") ? "win" : system.startsWith("mac") ? "osx" : "linux")
        + "-"
        + (architecture.equals("amd64") ? "x86_64" : architecture);
  }

  private static NativeRuntimeException fault(String what, String remedy) {
    return new NativeRuntimeException(
        "the native tokenizer library is missing: " + what,
        System.getProperty("os.name", "?") + " on " + System.getProperty("os.arch", "?"),
        remedy);
  }
}
