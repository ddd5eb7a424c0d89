package dev.litegraft.web;

import dev.litegraft.web.brotli.Brotli;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A page's files as browsers like to get them. */
final class CompressedFiles {
  private static final Set<String> KINDS = Set.of("html", "css", "js", "json", "svg", "wasm");

  /** How a file can be compressed. */
  enum Encoding {
    BROTLI("br"),
    GZIP("gzip");

    private final String token;

    Encoding(String token) {
      this.token = token;
    }

    /** As HTTP names it. */
    String token() {
      return token;
    }

    /**
     * The better one of those that a browser takes for a file.
     *
     * @param accepted {@code Accept-Encoding}
     */
    static Optional<Encoding> of(String name, @Nullable String accepted) {
      if (accepted == null || !KINDS.contains(kind(name))) {
        return Optional.empty();
      }
      for (Encoding encoding : values()) {
        for (String one : accepted.split(",", -1)) {
          String[] parts = one.strip().split("\\s*;\\s*", 2);
          boolean refused = parts.length == 2 && parts[1].matches("q=0(\\.0*)?");
          if (parts[0].equalsIgnoreCase(encoding.token) && !refused) {
            return Optional.of(encoding);
          }
        }
      }
      return Optional.empty();
    }
  }

  private final Path folder;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  CompressedFiles(Path folder) {
    this.folder = folder;
  }

  /** What stands behind a name's last dot. */
  static String kind(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Compresses some at once: the largest takes two seconds, in which a browser would wait. */
  void prepare(Collection<String> names) throws IOException {
    try {
      names.parallelStream()
          .filter(name -> KINDS.contains(kind(name)))
          .forEach(name -> compressed(name, Encoding.BROTLI));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A file's bytes, compressed once. */
  byte[] of(String name, Encoding encoding) throws IOException {
    try {
      return compressed(name, encoding);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private byte[] compressed(String name, Encoding encoding) {
    Path file = folder.resolve(name);
    try {
      return files.computeIfAbsent(
          name + " " + encoding.token() + " " + Files.getLastModifiedTime(file),
          key -> {
            try {
              byte[] plain = Files.readAllBytes(file);
              return encoding == Encoding.BROTLI ? Brotli.compressed(plain) : gzip(plain);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip =
        new GZIPOutputStream(out) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      zip.write(plain);
    }
    return out.toByteArray();
  }
}
