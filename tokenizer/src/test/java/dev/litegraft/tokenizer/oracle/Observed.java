package dev.litegraft.tokenizer.oracle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Tokenizers made so that one part of the native library can be seen through their answers. */
public final class Observed {
  private static final String WORDS =
      "{\"type\":\"WordLevel\",\"vocab\":{\"?\":0},\"unk_token\":\"?\"}";

  private Observed() {}

  /** The library with one normalizer, whose ids are the bytes of the normalized text in UTF-8. */
  public static NativeTokenizer normalizer(String normalizer) {
    StringBuilder vocabulary = new StringBuilder();
    for (int b = 0; b < 256; b++) {
      vocabulary.append(b == 0 ? "" : ",").append("\"<0x%02X>\":%d".formatted(b, b));
    }
    return NativeTokenizer.of(
        json(
            normalizer,
            "null",
            "{\"type\":\"BPE\",\"byte_fallback\":true,\"vocab\":{"
                + vocabulary
                + "},\"merges\":[]}"));
  }

  /** The library with one pre-tokenizer, whose tokens are its words. */
  public static NativeTokenizer preTokenizer(String preTokenizer) {
    return NativeTokenizer.of(json("null", preTokenizer, WORDS));
  }

  /** The library with one normalizer, whose tokens are the code points that are left. */
  public static NativeTokenizer points(String normalizer) {
    return NativeTokenizer.of(json(normalizer, "{\"type\":\"FixedLength\",\"length\":1}", WORDS));
  }

  /** A pattern as Split takes it; its tokens are the matches if {@code invert}, else the rest. */
  public static NativeTokenizer split(String regex, boolean invert) {
    return preTokenizer(
        "{\"type\":\"Split\",\"pattern\":{\"Regex\":%s},\"behavior\":\"Removed\",\"invert\":%s}"
            .formatted(quoted(regex), invert));
  }

  /** A normalizer of a charsmap that turns every first byte into {@code X}. */
  public static String clustersToX() {
    int[] units = new int[1024];
    units[0] = 0x100 << 10;
    for (int b = 1; b < 256; b++) {
      int at = 0x100 ^ b;
      units[at] = b | 1 << 8 | (at ^ 0x200) << 10;
    }
    units[0x200] = 1 << 31;
    byte[] blob = new byte[4 + 4 * units.length + 2];
    ByteBuffer buffer = ByteBuffer.wrap(blob).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(4 * units.length);
    Arrays.stream(units).forEach(buffer::putInt);
    buffer.put((byte) 'X').put((byte) 0);
    return "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"%s\"}"
        .formatted(Base64.getEncoder().encodeToString(blob));
  }

  private static String json(String normalizer, String preTokenizer, String model) {
    return ("{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],"
            + "\"normalizer\":%s,\"pre_tokenizer\":%s,\"post_processor\":null,\"decoder\":null,"
            + "\"model\":%s}")
        .formatted(normalizer, preTokenizer, model);
  }

  /** A string of JSON. */
  public static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20 || c >= 0x7f) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /** The normalized text of a tokenizer of {@link #normalizer}. */
  public static String normalized(NativeTokenizer tokenizer, String text) {
    return text(tokenizer.encode(text).ids());
  }

  /** The text of bytes as ids. */
  public static String text(long[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Whether a code point is a scalar value, which the library can be asked about. */
  public static boolean scalar(int c) {
    return c < 0xd800 || (c >= 0xe000 && c < 0x110000);
  }

  /** Every scalar value as {@code each} writes it, in order, as one text. */
  public static String all(IntFunction<String> each) {
    StringBuilder text = new StringBuilder(1 << 22);
    for (int c = 0; c < 0x110000; c++) {
      if (scalar(c)) {
        text.append(each.apply(c));
      }
    }
    return text.toString();
  }

  /** The i-th scalar value. */
  public static int scalarAt(int index) {
    return index < 0xd800 ? index : index + 0x800;
  }

  /** The code points that hold, as a list of first and last, first and last … */
  public static int[] ranges(IntPredicate holds) {
    int[] ranges = new int[16];
    int n = 0;
    for (int c = 0; c < 0x110000; c++) {
      if (scalar(c) && holds.test(c)) {
        if (n > 0 && ranges[n - 1] == c - 1) {
          ranges[n - 1] = c;
        } else {
          if (n == ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * n);
          }
          ranges[n++] = c;
          ranges[n++] = c;
        }
      }
    }
    return Arrays.copyOf(ranges, n);
  }
}
