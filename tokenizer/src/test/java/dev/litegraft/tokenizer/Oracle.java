package dev.litegraft.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The oracle: Hugging Face's tokenizers 0.21.4 in Rust, through DJL's binding. */
final class Oracle implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = NativeTokenizer.library();

  private final long handle;

  private Oracle(long handle) {
    this.handle = handle;
  }

  /**
   * What the oracle says about a text; the places in code points.
   *
   * @param placed whether the binding gives a place for a token
   */
  record Answer(
      int[] ids,
      int[] types,
      int[] words,
      int[] sequences,
      int[] special,
      int[] mask,
      int[] starts,
      int[] ends,
      boolean[] placed,
      List<String> tokens,
      List<Answer> overflowing) {}

  static Oracle of(String json) {
    Oracle tokenizer = new Oracle(LIBRARY.createTokenizerFromString(json));
    return tokenizer;
  }

  /** Without the file's truncation and padding. */
  static Oracle plain(String json) {
    Oracle tokenizer = of(json);
    LIBRARY.disablePadding(tokenizer.handle);
    LIBRARY.disableTruncation(tokenizer.handle);
    return tokenizer;
  }

  Answer encode(String text, @Nullable String pair, boolean special) {
    long encoding =
        pair == null
            ? LIBRARY.encode(handle, text, special)
            : LIBRARY.encodeDual(handle, text, pair, special);
    try {
      return answer(encoding, true);
    } finally {
      LIBRARY.deleteEncoding(encoding);
    }
  }

  /** The work of {@link #encode} as an application uses it: ids and nothing else. */
  long[] ids(String text, boolean special) {
    long encoding = LIBRARY.encode(handle, text, special);
    try {
      return LIBRARY.getTokenIds(encoding);
    } finally {
      LIBRARY.deleteEncoding(encoding);
    }
  }

  private static Answer answer(long encoding, boolean overflow) {
    int[] ids = ints(LIBRARY.getTokenIds(encoding));
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    boolean[] placed = new boolean[ids.length];
    CharSpan[] spans = LIBRARY.getTokenCharSpans(encoding);
    for (int i = 0; i < ids.length; i++) {
      if (spans[i] != null) {
        placed[i] = true;
        starts[i] = spans[i].getStart();
        ends[i] = spans[i].getEnd();
      }
    }
    List<Answer> overflowing = new ArrayList<>();
    if (overflow) {
      for (long part : LIBRARY.getOverflowing(encoding)) {
        overflowing.add(answer(part, false));
        LIBRARY.deleteEncoding(part);
      }
    }
    return new Answer(
        ids,
        ints(LIBRARY.getTypeIds(encoding)),
        ints(LIBRARY.getWordIds(encoding)),
        ints(LIBRARY.getSequenceIds(encoding)),
        ints(LIBRARY.getSpecialTokenMask(encoding)),
        ints(LIBRARY.getAttentionMask(encoding)),
        starts,
        ends,
        placed,
        List.of(LIBRARY.getTokens(encoding)),
        overflowing);
  }

  String decode(int[] ids, boolean skipsSpecial) {
    long[] longs = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      longs[i] = ids[i];
    }
    return LIBRARY.decode(handle, longs, skipsSpecial);
  }

  private static int[] ints(long[] numbers) {
    int[] ints = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      ints[i] = (int) numbers[i];
    }
    return ints;
  }

  @Override
  public void close() {
    LIBRARY.deleteTokenizer(handle);
  }
}
