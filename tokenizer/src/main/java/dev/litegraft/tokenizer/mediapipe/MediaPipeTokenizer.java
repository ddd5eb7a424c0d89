package dev.litegraft.tokenizer.mediapipe;

import dev.litegraft.tokenizer.unicode.Unicode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens that MediaPipe 1.0.1 makes of a text for a BERT model: A to Z are lower-cased, white
 * space of ASCII, punctuation and Chinese characters part words, and the longest tokens are taken
 * from the left. Accents stay, nothing is normalised, and special tokens in a text are text.
 *
 * <p>Source: {@code bert_preprocessor_calculator.cc} and {@code bert_tokenizer.h} of MediaPipe, and
 * {@code regex_split.cc} and {@code wordpiece_tokenizer.cc} of TensorFlow Text.
 */
public final class MediaPipeTokenizer {
  /** Of a longer word nothing is read; bytes of UTF-8. */
  private static final int LONGEST_WORD = 100;

  private static final String BEGIN = "[CLS]";
  private static final String END = "[SEP]";
  private static final String UNKNOWN = "[UNK]";
  private static final String WITHIN = "##";

  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * @param vocabulary the tokens, that of id 0 first; [CLS], [SEP] and [UNK] are among them
   */
  public MediaPipeTokenizer(List<String> vocabulary) {
    for (int i = 0; i < vocabulary.size(); i++) {
      ids.put(vocabulary.get(i), i);
    }
  }

  /**
   * The ids of a text between those of [CLS] and [SEP], without padding.
   *
   * @param most how many the model takes, 2 or more; what is beyond is cut
   */
  public int[] encode(String text, int most) {
    List<String> tokens = new ArrayList<>();
    tokens.add(BEGIN);
    // A text of C ends at a NUL.
    int end = text.indexOf('\0');
    for (String word : words(lowerCased(end < 0 ? text : text.substring(0, end)))) {
      pieces(word, tokens);
    }
    List<String> kept = new ArrayList<>(tokens.subList(0, Math.min(tokens.size(), most - 1)));
    kept.add(END);
    // What is not in the vocabulary stays 0, as a row is begun with.
    return kept.stream().mapToInt(token -> ids.getOrDefault(token, 0)).toArray();
  }

  private static String lowerCased(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
    }
    return lower.toString();
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              boolean stands = standsAlone(point);
              if ((stands || isSpace(point)) && !word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
              }
              if (stands) {
                words.add(Character.toString(point));
              } else if (!isSpace(point)) {
                word.appendCodePoint(point);
              }
            });
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /** The class {@code \s} of RE2, which knows ASCII alone. */
  private static boolean isSpace(int point) {
    return point == ' ' || point == '\t' || point == '\n' || point == '\f' || point == '\r';
  }

  private static boolean standsAlone(int point) {
    return Unicode.isPunctuation(point) || isChinese(point);
  }

  /** As its expression lists them: 2B920 to 2CEAF of the standard begin at 2B820 there. */
  private static boolean isChinese(int point) {
    return in(point, 0x4E00, 0x9FFF)
        || in(point, 0x3400, 0x4DBF)
        || in(point, 0x20000, 0x2A6DF)
        || in(point, 0x2A700, 0x2CEAF)
        || in(point, 0xF900, 0xFAFF)
        || in(point, 0x2F800, 0x2FA1F);
  }

  private static boolean in(int point, int first, int last) {
    return point >= first && point <= last;
  }

  private void pieces(String word, List<String> out) {
    if (word.getBytes(StandardCharsets.UTF_8).length > LONGEST_WORD) {
      out.add(UNKNOWN);
      return;
    }
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (at < word.length()) {
      int end = word.length();
      while (end > at && !ids.containsKey(piece(word, at, end))) {
        end = word.offsetByCodePoints(end, -1);
      }
      if (end <= at) {
        out.add(UNKNOWN);
        return;
      }
      pieces.add(piece(word, at, end));
      at = end;
    }
    out.addAll(pieces);
  }

  private static String piece(String word, int begin, int end) {
    return (begin == 0 ? "" : WITHIN) + word.substring(begin, end);
  }
}
