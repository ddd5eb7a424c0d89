package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.pattern.Matcher;
import dev.litegraft.tokenizer.pattern.Pattern;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns tokens back into text.
 *
 * <p>Source: {@code tokenizers/src/decoders}.
 */
interface Decoder {
  /** Tokens to parts of a text, which are joined afterwards. */
  List<String> apply(List<String> tokens);

  /** Several, one after the other. */
  record Sequence(List<Decoder> all) implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      List<String> last = tokens;
      for (Decoder one : all) {
        last = one.apply(last);
      }
      return last;
    }
  }

  /** Characters that stand for bytes, as those bytes. */
  record ByteLevel() implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (String token : tokens) {
        byte[] of = bytes(token);
        bytes.writeBytes(of == null ? token.getBytes(StandardCharsets.UTF_8) : of);
      }
      return List.of(Utf8.lossy(bytes.toByteArray()));
    }

    private static byte @Nullable [] bytes(String token) {
      byte[] bytes = new byte[token.length()];
      for (int i = 0; i < bytes.length; i++) {
        int b = ByteCharacters.toByte(token.charAt(i));
        if (b < 0) {
          return null;
        }
        bytes[i] = (byte) b;
      }
      return bytes;
    }
  }

  /** Tokens within a word without their prefix, the others with a space before them. */
  record WordPiece(String prefix, boolean cleans) implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      List<String> parts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        String part = token;
        if (!parts.isEmpty()) {
          part = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
        }
        parts.add(cleans ? cleaned(part) : part);
      }
      return parts;
    }

    static String cleaned(String text) {
      return text.replace(" .", ".")
          .replace(" ?", "?")
          .replace(" !", "!")
          .replace(" ,", ",")
          .replace(" ' ", "'")
          .replace(" n't", "n't")
          .replace(" 'm", "'m")
          .replace(" do not", " don't")
          .replace(" 's", "'s")
          .replace(" 've", "'ve")
          .replace(" 're", "'re");
    }
  }

  /** Marks as spaces; the first token's are left out where the text was given one. */
  record Metaspace(int mark, boolean prefixed) implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      String written = Character.toString(mark);
      List<String> parts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        parts.add(token.replace(written, parts.isEmpty() && prefixed ? "" : " "));
      }
      return parts;
    }
  }

  /** The end of a word as a space, but at the end of the text. */
  record Bpe(String suffix) implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      List<String> parts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        parts.add(token.replace(suffix, parts.size() == tokens.size() - 1 ? "" : " "));
      }
      return parts;
    }
  }

  /** Tokens such as {@code <0xE2>} as bytes; U+FFFD for each where they are not UTF-8. */
  record ByteFallback() implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      List<String> parts = new ArrayList<>(tokens.size());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (String token : tokens) {
        int b = toByte(token);
        if (b >= 0) {
          bytes.write(b);
          continue;
        }
        flush(bytes, parts);
        parts.add(token);
      }
      flush(bytes, parts);
      return parts;
    }

    private static int toByte(String token) {
      if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
        return -1;
      }
      // from_str_radix takes a sign, too
      int high = token.charAt(3) == '+' ? 0 : hex(token.charAt(3));
      int low = hex(token.charAt(4));
      return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hex(char c) {
      return c < 128 ? Character.digit(c, 16) : -1;
    }

    private static void flush(ByteArrayOutputStream bytes, List<String> parts) {
      if (bytes.size() == 0) {
        return;
      }
      try {
        parts.add(
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.toByteArray()))
                .toString());
      } catch (CharacterCodingException e) {
        for (int i = 0; i < bytes.size(); i++) {
          parts.add("\uFFFD");
        }
      }
      bytes.reset();
    }
  }

  /** All as one. */
  record Fuse() implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      return List.of(String.join("", tokens));
    }
  }

  /** At most so many of a character off each end of each token. */
  record Strip(int content, int start, int stop) implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      List<String> parts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        int[] points = token.codePoints().toArray();
        int from = 0;
        while (from < Math.min(start, points.length) && points[from] == content) {
          from++;
        }
        int to = points.length;
        while (points.length - to < stop && to > from && points[to - 1] == content) {
          to--;
        }
        parts.add(new String(points, from, to - from));
      }
      return parts;
    }
  }

  /** What a pattern finds, replaced. */
  record Replace(Pattern pattern, String content) implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      List<String> parts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        int[] points = token.codePoints().toArray();
        if (points.length == 0) {
          parts.add(token);
          continue;
        }
        StringBuilder replaced = new StringBuilder();
        int last = 0;
        for (Matcher matcher = pattern.matcher(points, 0, points.length); matcher.find(); ) {
          replaced.append(new String(points, last, matcher.start() - last)).append(content);
          last = matcher.end();
        }
        parts.add(replaced.append(new String(points, last, points.length - last)).toString());
      }
      return parts;
    }
  }

  /** Speech models': repeated tokens once, the pad token not at all. */
  record Ctc(String pad, String delimiter, boolean cleans) implements Decoder {
    @Override
    public List<String> apply(List<String> tokens) {
      List<String> parts = new ArrayList<>();
      String last = null;
      for (String token : tokens) {
        if (token.equals(last)) {
          continue;
        }
        last = token;
        String part = token.replace(pad, "");
        if (cleans) {
          part = WordPiece.cleaned(part).replace(delimiter, " ");
        }
        if (!part.isEmpty()) {
          parts.add(part);
        }
      }
      return parts;
    }
  }
}
