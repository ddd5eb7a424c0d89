package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.error.TokenizerException;
import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NativeTokenizer.Answer;
import dev.litegraft.tokenizer.oracle.Observed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Patterns as this module and as the native library match them. */
final class NativePatterns {
  private NativePatterns() {}

  /** The patterns of the resource, one a line. */
  static List<String> all() throws IOException {
    try (InputStream in = NativePatterns.class.getResourceAsStream("patterns.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** The pattern, or null if this module refuses it. */
  static @Nullable Pattern ours(String regex) {
    try {
      return Pattern.compile(regex, "a test");
    } catch (TokenizerException refused) {
      return null;
    }
  }

  /** The two tokenizers of a pattern: its matches, and what lies between; null if it is refused. */
  static NativeTokenizer @Nullable [] theirs(String regex) {
    try {
      return new NativeTokenizer[] {Observed.split(regex, true), Observed.split(regex, false)};
    } catch (RuntimeException refused) {
      return null;
    }
  }

  /** Matches that are not empty, then what lies between, as the library gives them. */
  static String nativeAnswer(NativeTokenizer[] tokenizers, String text) {
    StringBuilder answer = new StringBuilder();
    for (NativeTokenizer tokenizer : tokenizers) {
      Answer spans = tokenizer.encode(text);
      for (int i = 0; i < spans.ids().length; i++) {
        answer.append(spans.starts()[i]).append('-').append(spans.ends()[i]).append(' ');
      }
      answer.append("| ");
    }
    return answer.toString();
  }

  /** The same of this module. */
  static String ourAnswer(Pattern pattern, String text) {
    int[] points = text.codePoints().toArray();
    List<int[]> matches = new ArrayList<>();
    Matcher matcher = pattern.matcher(points, 0, points.length);
    while (matcher.find()) {
      matches.add(new int[] {matcher.start(), matcher.end()});
    }
    StringBuilder answer = new StringBuilder();
    StringBuilder between = new StringBuilder();
    int last = 0;
    for (int[] match : matches) {
      if (match[0] > last) {
        between.append(last).append('-').append(match[0]).append(' ');
      }
      if (match[1] > match[0]) {
        answer.append(match[0]).append('-').append(match[1]).append(' ');
      }
      last = match[1];
    }
    if (last < points.length) {
      between.append(last).append('-').append(points.length).append(' ');
    }
    return answer.append("| ").append(between).append("| ").toString();
  }
}
