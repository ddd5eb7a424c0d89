package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a JSON text, a place in them, and the string that was read last. */
abstract class JsonText {
  final byte[] json;
  private final String where;

  /** Index of the next byte. */
  int at;

  private byte[] bytes;
  private byte[] unescaped = new byte[64];
  private int start;
  private int end;

  JsonText(byte[] json, String where) {
    this.json = json;
    this.where = where;
    this.bytes = json;
    if (json.length >= 3
        && (json[0] & 0xFF) == 0xEF
        && (json[1] & 0xFF) == 0xBB
        && (json[2] & 0xFF) == 0xBF) {
      at = 3;
    }
  }

  /** How many bytes are left. */
  int left() {
    return json.length - at;
  }

  /** The place of the next byte. */
  public int position() {
    return at;
  }

  /** Goes back (or on) to a place that {@link #position()} gave. */
  public void position(int position) {
    at = position;
  }

  /** The bytes that hold the last string. */
  byte[] bytes() {
    return bytes;
  }

  /** Index of the last string's first byte. */
  int start() {
    return start;
  }

  /** Index after the last string's last byte. */
  int end() {
    return end;
  }

  /** The last string. */
  public String text() {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** Whether the last string is {@code ascii}. */
  boolean is(String ascii) {
    if (end - start != ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[start + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The first byte of the next value: one of { [ " t f n - 0…9. */
  public char peek() {
    while (at < json.length) {
      byte b = json[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return (char) (b & 0xFF);
      }
      at++;
    }
    throw malformed("it ends too early");
  }

  final void expect(char wanted) {
    char found = peek();
    if (found != wanted) {
      throw malformed("there is " + shown(found) + " where " + shown(wanted) + " is expected");
    }
    at++;
  }

  /** Reads a string. */
  public void string() {
    expect('"');
    int from = at;
    while (at < json.length) {
      byte b = json[at];
      if (b == '"') {
        bytes = json;
        start = from;
        end = at++;
        return;
      }
      if (b == '\\') {
        unescape(from);
        return;
      }
      if (b >= 0 && b < 0x20) {
        throw malformed("there is a control character in a string");
      }
      at = b >= 0 ? at + 1 : afterMultiByte(at);
    }
    throw malformed("it ends within a string");
  }

  private void unescape(int from) {
    int length = at - from;
    room(length + 16);
    System.arraycopy(json, from, unescaped, 0, length);
    while (at < json.length) {
      byte b = json[at];
      room(length + 8);
      if (b == '"') {
        at++;
        bytes = unescaped;
        start = 0;
        end = length;
        return;
      }
      if (b == '\\') {
        at++;
        length = Utf8.put(escaped(), unescaped, length);
      } else if (b >= 0) {
        if (b < 0x20) {
          throw malformed("there is a control character in a string");
        }
        unescaped[length++] = b;
        at++;
      } else {
        int next = afterMultiByte(at);
        while (at < next) {
          unescaped[length++] = json[at++];
        }
      }
    }
    throw malformed("it ends within a string");
  }

  private void room(int length) {
    if (length > unescaped.length) {
      unescaped = Arrays.copyOf(unescaped, length * 2);
    }
  }

  private int escaped() {
    if (at >= json.length) {
      throw malformed("it ends within a string");
    }
    byte b = json[at++];
    return switch (b) {
      case '"', '\\', '/' -> b;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> escapedUnit();
      default -> throw malformed("there is an unknown escape in a string");
    };
  }

  private int escapedUnit() {
    int unit = hex();
    if (unit < 0xD800 || unit > 0xDFFF) {
      return unit;
    }
    if (unit <= 0xDBFF && at + 1 < json.length && json[at] == '\\' && json[at + 1] == 'u') {
      at += 2;
      int low = hex();
      if (low >= 0xDC00 && low <= 0xDFFF) {
        return Character.toCodePoint((char) unit, (char) low);
      }
    }
    throw malformed("there is half of a surrogate pair in a string");
  }

  private int hex() {
    if (at + 4 > json.length) {
      throw malformed("it ends within a string");
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(json[at++], 16);
      if (digit < 0) {
        throw malformed("there is an unknown escape in a string");
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  private int afterMultiByte(int index) {
    int after = Utf8.after(json, index, json.length);
    if (after < 0) {
      throw malformed("its bytes are not UTF-8");
    }
    return after;
  }

  /** An error at this place. */
  public TokenizerException malformed(String what) {
    return new TokenizerException(
        "the tokenizer is not the JSON that it should be: " + what,
        where + ", byte " + at,
        "save it again with tokenizer.save_pretrained(), or download the file again");
  }

  static String shown(char c) {
    return c > ' ' && c < 127 ? "'" + c + "'" : "byte 0x" + Integer.toHexString(c);
  }
}
