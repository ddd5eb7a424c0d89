package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The text of a pattern, read from left to right. */
final class Reader {
  static final int END = -1;

  private final String regex;
  private final String where;
  private final int[] points;
  private int at;

  Reader(String regex, String where) {
    this.regex = regex;
    this.where = where;
    this.points = regex.codePoints().toArray();
  }

  int peek() {
    return at < points.length ? points[at] : END;
  }

  int peek(int ahead) {
    return at + ahead < points.length ? points[at + ahead] : END;
  }

  int next() {
    return at < points.length ? points[at++] : END;
  }

  int at() {
    return at;
  }

  void back(int to) {
    at = to;
  }

  boolean take(int point) {
    if (peek() == point) {
      at++;
      return true;
    }
    return false;
  }

  boolean take(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (peek(i) != text.charAt(i)) {
        return false;
      }
    }
    at += text.length();
    return true;
  }

  /** Whether a code point comes later that no backslash stands before. */
  boolean comesLater(int point) {
    for (int i = at; i < points.length; i++) {
      if (points[i] == '\\') {
        i++;
      } else if (points[i] == point) {
        return true;
      }
    }
    return false;
  }

  /** Digits of a base, at most so many; -1 if there are none. */
  int number(int base, int digits) {
    long number = -1;
    for (int i = 0; i < digits; i++) {
      int digit = peek() < 128 ? Character.digit(peek(), base) : -1;
      if (digit < 0) {
        break;
      }
      number = Math.min((number < 0 ? 0 : number) * base + digit, Integer.MAX_VALUE);
      at++;
    }
    return (int) number;
  }

  /**
   * The value of an escape whose letter was just read, of those that stand for a code point:
   * control letters, numbers and {@code \C-x}; the letter itself if it is none of these.
   */
  int escaped(int letter, boolean inClass) {
    switch (letter) {
      case 't' -> {
        return '\t';
      }
      case 'v' -> {
        return 0x0b;
      }
      case 'n' -> {
        return '\n';
      }
      case 'r' -> {
        return '\r';
      }
      case 'b' -> {
        return inClass ? '\b' : 'b';
      }
      case 'f' -> {
        return '\f';
      }
      case 'a' -> {
        return 0x07;
      }
      case 'e' -> {
        return 0x1b;
      }
      case 'x' -> {
        return peek() == '{' ? braced(16, 8) : bytes(Math.max(number(16, 2), 0));
      }
      case 'o' -> {
        return peek() == '{' ? braced(8, 11) : letter;
      }
      case 'u' -> {
        return fourDigits();
      }
      case 'c' -> {
        return control();
      }
      case 'C' -> {
        if (next() != '-') {
          throw fault("\\C without - behind it");
        }
        return control();
      }
      case 'M' -> throw fault("\\M- (a byte, not a code point)");
      default -> {
        return letter;
      }
    }
  }

  private int fourDigits() {
    int from = at;
    int number = number(16, 4);
    if (at - from != 4) {
      throw fault("\\u without four hexadecimal digits");
    }
    return scalar(number);
  }

  private int control() {
    int c = next();
    if (c == '\\') {
      c = escaped(next(), false);
    }
    if (c == END) {
      throw fault("it ends behind \\c");
    }
    return c == '?' ? 0x7f : c & 0x9f;
  }

  /** An octal escape that begins at the present place. */
  int octal(int digits) {
    int number = Math.max(number(8, digits), 0);
    if (number > 255) {
      throw fault("the octal number is above 377");
    }
    return bytes(number);
  }

  private int braced(int base, int digits) {
    int from = at;
    next();
    int number = number(base, digits);
    if (number < 0) {
      back(from);
      return base == 16 ? 'x' : 'o';
    }
    if (next() != '}') {
      throw fault("a number in braces that is no single code point");
    }
    return scalar(number);
  }

  private int scalar(int number) {
    if (number > CharSet.LAST || (number >= 0xd800 && number < 0xe000)) {
      throw fault(Integer.toHexString(number) + " is no code point");
    }
    return number;
  }

  /** A code point whose first byte was read; the others stand behind it in the same form. */
  private int bytes(int first) {
    if (first < 0x80) {
      return first;
    }
    int count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    byte[] bytes = new byte[count];
    bytes[0] = (byte) first;
    for (int i = 1; i < count; i++) {
      int number = -1;
      if (take("\\x")) {
        number = number(16, 2);
      } else if (peek() == '\\' && peek(1) >= '0' && peek(1) <= '7') {
        next();
        number = number(8, 3);
      }
      if (number < 0x80 || number > 0xbf) {
        throw fault("the bytes are no text in UTF-8");
      }
      bytes[i] = (byte) number;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString()
          .codePointAt(0);
    } catch (CharacterCodingException e) {
      throw fault("the bytes are no text in UTF-8");
    }
  }

  /** The name up to an ending sign, which is taken too. */
  String name(int end) {
    StringBuilder name = new StringBuilder();
    while (peek() != end) {
      int c = next();
      if (c == END || c == ')' || c == '(' || c == '|') {
        throw fault("a name without its end");
      }
      name.appendCodePoint(c);
    }
    next();
    return name.toString();
  }

  /** The error of a pattern that cannot be used. */
  TokenizerException fault(String why) {
    return fault(regex, why + ", before its character " + at, where);
  }

  static TokenizerException fault(String regex, String why, String where) {
    String shown = regex.length() > 200 ? regex.substring(0, 200) + "…" : regex;
    return new TokenizerException(
        "the pattern " + shown + " cannot be used: " + why,
        where,
        "write the pattern in another way in tokenizer.json, or ask its author");
  }
}
