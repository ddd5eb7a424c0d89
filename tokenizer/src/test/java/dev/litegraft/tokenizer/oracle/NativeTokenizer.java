package dev.litegraft.tokenizer.oracle;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A {@code tokenizer.json} as the native library of Hugging Face runs it (DJL 0.38.0, that is
 * tokenizers 0.21.4).
 *
 * <p>It aborts the whole process where a pattern backtracks too far and on some damaged files, so
 * it is asked only what it can answer.
 */
public final class NativeTokenizer implements AutoCloseable {
  private final long handle;

  private NativeTokenizer(long handle) {
    this.handle = handle;
  }

  /**
   * The tokenizer of a {@code tokenizer.json} text; the library's own exception if it is refused.
   */
  public static NativeTokenizer of(String json) {
    return new NativeTokenizer(Loaded.LIBRARY.createTokenizerFromString(json));
  }

  /**
   * Whether the library is made for this machine. Where it is, and cannot be loaded, tests fail:
   * but on Alpine, whose C library is another.
   */
  public static boolean isThere() {
    return TokenizersLibrary.class.getResource(resource()) != null
        && !Files.exists(Path.of("/etc/alpine-release"));
  }

  /** The native functions; one process must not load them twice, or it is aborted. */
  public static TokenizersLibrary library() {
    return Loaded.LIBRARY;
  }

  /** The answer for one text, without special tokens. */
  public Answer encode(String text) {
    return encode(text, false);
  }

  /** The answer for one text. */
  public Answer encode(String text, boolean specialTokens) {
    long encoding = Loaded.LIBRARY.encode(handle, text, specialTokens);
    return answer(encoding);
  }

  /** The answer for a pair of texts. */
  public Answer encode(String text, String pair, boolean specialTokens) {
    return answer(Loaded.LIBRARY.encodeDual(handle, text, pair, specialTokens));
  }

  /** The text of the ids. */
  public String decode(long[] ids, boolean skipSpecialTokens) {
    return Loaded.LIBRARY.decode(handle, ids, skipSpecialTokens);
  }

  private static Answer answer(long encoding) {
    TokenizersLibrary library = Loaded.LIBRARY;
    try {
      CharSpan[] spans = library.getTokenCharSpans(encoding);
      int[] starts = new int[spans.length];
      int[] ends = new int[spans.length];
      for (int i = 0; i < spans.length; i++) {
        starts[i] = spans[i] == null ? -1 : spans[i].getStart();
        ends[i] = spans[i] == null ? -1 : spans[i].getEnd();
      }
      return new Answer(
          library.getTokenIds(encoding),
          library.getTypeIds(encoding),
          library.getWordIds(encoding),
          library.getAttentionMask(encoding),
          library.getSpecialTokenMask(encoding),
          starts,
          ends);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  @Override
  public void close() {
    Loaded.LIBRARY.deleteTokenizer(handle);
  }

  /**
   * What the library answers; the spans are in code points of the text, -1 where there is none.
   *
   * @param ids [t]
   * @param types [t]
   * @param words [t], -1 for none
   * @param mask [t]
   * @param special [t]
   * @param starts [t]
   * @param ends [t]
   */
  public record Answer(
      long[] ids,
      long[] types,
      long[] words,
      long[] mask,
      long[] special,
      int[] starts,
      int[] ends) {}

  private static String resource() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "");
    return "/native/lib/"
        + (system.startsWith("windows") ? "win" : system.startsWith("mac") ? "osx" : "linux")
        + "-"
        + (machine.equals("amd64") ? "x86_64" : machine)
        + "/cpu/"
        + System.mapLibraryName("tokenizers");
  }

  private static final class Loaded {
    static final TokenizersLibrary LIBRARY = load();

    private static TokenizersLibrary load() {
      try (InputStream in = TokenizersLibrary.class.getResourceAsStream(resource())) {
        if (in == null) {
          throw new IllegalStateException("no native tokenizer at " + resource());
        }
        Path file = Files.createTempFile("litegraft-oracle", System.mapLibraryName("tokenizers"));
        Files.write(file, in.readAllBytes());
        System.load(file.toString());
        Files.delete(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return TokenizersLibrary.LIB;
    }
  }
}
