package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON from bytes, value by value, without an object for each: a vocabulary of 33 MB is half
 * a million strings.
 *
 * <p>For the packages of this module, not for others.
 *
 * <p>Strings are given as a range of UTF-8 bytes, {@link #bytes()} from {@link #start()} to {@link
 * #end()}, which the next string may overwrite. Source: RFC 8259; numbers are rounded as serde_json
 * rounds them, because the scores of a vocabulary decide ties.
 */
public final class JsonReader {
  private static final int DEEPEST = 100;
  private static final double[] POWERS = new double[309];

  static {
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = Double.parseDouble("1e" + i);
    }
  }

  private final byte[] json;
  private final String where;
  private int at;
  private int depth;

  private byte[] bytes;
  private byte[] unescaped = new byte[64];
  private int start;
  private int end;

  /**
   * A reader of bytes.
   *
   * @param where where they come from, for messages
   */
  public JsonReader(byte[] json, String where) {
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

  /** Reads the bracket that begins an object. */
  public void beginObject() {
    begin('{');
  }

  /** Reads the bracket that begins an array. */
  public void beginArray() {
    begin('[');
  }

  private void begin(char bracket) {
    expect(bracket);
    if (++depth > DEEPEST) {
      throw malformed("it is nested more than " + DEEPEST + " deep");
    }
  }

  /**
   * Goes to the next member's name, which is then the last string, or past the object's end.
   *
   * @param first whether no member was read yet
   */
  public boolean nextName(boolean first) {
    if (!more(first, '}')) {
      return false;
    }
    string();
    expect(':');
    return true;
  }

  /** Goes to the next element, or past the array's end. */
  public boolean nextElement(boolean first) {
    return more(first, ']');
  }

  private boolean more(boolean first, char bracket) {
    char next = peek();
    if (next == bracket) {
      at++;
      depth--;
      return false;
    }
    if (!first) {
      expect(',');
    }
    return true;
  }

  private void expect(char wanted) {
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

  /** Reads an integer of 0 or more that fits an int. */
  public int natural() {
    char first = peek();
    if (first < '0' || first > '9') {
      throw malformed("there is " + shown(first) + " where a number of 0 or more is expected");
    }
    long value = 0;
    int from = at;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      value = value * 10 + (json[at++] - '0');
      if (value > Integer.MAX_VALUE) {
        throw malformed("there is a number above " + Integer.MAX_VALUE);
      }
    }
    if ((json[from] == '0' && at > from + 1) || (at < json.length && isOneOf(json[at], ".eE"))) {
      throw malformed("there is a number that is no integer");
    }
    return (int) value;
  }

  /** Reads a number. */
  public double number() {
    peek();
    int from = at;
    boolean negative = json[at] == '-';
    if (negative) {
      at++;
    }
    // As serde_json does without its feature float_roundtrip: 19 digits, then one power of ten.
    long significand = 0;
    int exponent = 0;
    boolean full = false;
    int digits = at;
    while (at < json.length && isDigit(json[at])) {
      int digit = json[at++] - '0';
      full = full || overflows(significand, digit);
      if (full) {
        exponent++;
      } else {
        significand = significand * 10 + digit;
      }
    }
    if (at == digits || (json[digits] == '0' && at > digits + 1)) {
      throw malformed("there is no number where one is expected");
    }
    boolean integer = true;
    if (at < json.length && json[at] == '.') {
      integer = false;
      int fraction = ++at;
      while (at < json.length && isDigit(json[at])) {
        int digit = json[at++] - '0';
        full = full || overflows(significand, digit);
        if (!full) {
          significand = significand * 10 + digit;
          exponent--;
        }
      }
      if (at == fraction) {
        throw malformed("there is a number that ends with its point");
      }
    }
    if (at < json.length && (json[at] == 'e' || json[at] == 'E')) {
      integer = false;
      exponent += exponent();
    }
    if (integer && exponent > 0) {
      return Double.parseDouble(new String(json, from, at - from, StandardCharsets.US_ASCII));
    }
    double value = scaled(unsigned(significand), exponent);
    if (Double.isInfinite(value)) {
      throw malformed("there is a number out of range");
    }
    return negative ? -value : value;
  }

  private int exponent() {
    at++;
    boolean minus = false;
    if (at < json.length && isOneOf(json[at], "+-")) {
      minus = json[at++] == '-';
    }
    int from = at;
    int value = 0;
    while (at < json.length && isDigit(json[at])) {
      value = Math.min(100_000, value * 10 + (json[at++] - '0'));
    }
    if (at == from) {
      throw malformed("there is a number that ends with its e");
    }
    return minus ? -value : value;
  }

  private static boolean overflows(long significand, int digit) {
    long most = Long.divideUnsigned(-1L, 10);
    int compared = Long.compareUnsigned(significand, most);
    return compared > 0 || (compared == 0 && digit > 5);
  }

  private static double unsigned(long value) {
    return value >= 0 ? (double) value : (double) ((value >>> 1) | (value & 1)) * 2.0;
  }

  private static double scaled(double value, int exponent) {
    double scaled = value;
    int left = exponent;
    while (left < -308) {
      if (scaled == 0.0) {
        return 0.0;
      }
      scaled /= 1e308;
      left += 308;
    }
    if (left < 0) {
      return scaled / power(-left);
    }
    if (left > 308) {
      return scaled == 0.0 ? 0.0 : Double.POSITIVE_INFINITY;
    }
    return scaled * power(left);
  }

  private static double power(int exponent) {
    return POWERS[exponent];
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isOneOf(byte b, String ascii) {
    return b > 0 && ascii.indexOf(b) >= 0;
  }

  /** Reads true or false. */
  boolean bool() {
    if (peek() == 't') {
      word("true");
      return true;
    }
    word("false");
    return false;
  }

  /** Reads null if it is next. */
  boolean isNull() {
    if (peek() != 'n') {
      return false;
    }
    word("null");
    return true;
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= json.length || json[at + i] != word.charAt(i)) {
        throw malformed("there is " + shown((char) (json[at] & 0xFF)) + " where no value begins");
      }
    }
    at += word.length();
  }

  /** Passes over a value. */
  public void skip() {
    switch (peek()) {
      case '{' -> {
        beginObject();
        for (boolean first = true; nextName(first); first = false) {
          skip();
        }
      }
      case '[' -> {
        beginArray();
        for (boolean first = true; nextElement(first); first = false) {
          skip();
        }
      }
      case '"' -> string();
      case 't', 'f' -> {
        boolean ignored = bool();
      }
      case 'n' -> {
        boolean ignored = isNull();
      }
      default -> {
        double ignored = number();
      }
    }
  }

  /**
   * Reads a value as objects: Map, List, String, Integer, Double, Boolean, or null.
   *
   * <p>For the small parts of a tokenizer.
   */
  public @Nullable Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> {
        string();
        yield text();
      }
      case 't', 'f' -> bool();
      case 'n' -> {
        boolean ignored = isNull();
        yield null;
      }
      default -> integerOrNumber();
    };
  }

  private Map<String, @Nullable Object> object() {
    beginObject();
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (boolean first = true; nextName(first); first = false) {
      String name = text();
      object.put(name, value());
    }
    return object;
  }

  private List<@Nullable Object> array() {
    beginArray();
    List<@Nullable Object> array = new ArrayList<>();
    for (boolean first = true; nextElement(first); first = false) {
      array.add(value());
    }
    return array;
  }

  private Object integerOrNumber() {
    int from = at;
    double number = number();
    for (int i = from; i < at; i++) {
      if (isOneOf(json[i], ".eE")) {
        return number;
      }
    }
    return number == Math.rint(number) && Math.abs(number) <= Integer.MAX_VALUE
        ? (Object) Integer.valueOf((int) number)
        : (Object) number;
  }

  /** Makes sure that nothing but white space is left. */
  public void end(String whole) {
    while (at < json.length && isOneOf(json[at], " \n\r\t")) {
      at++;
    }
    if (at < json.length) {
      throw malformed("something follows " + whole);
    }
  }

  /** An error at this place. */
  public TokenizerException malformed(String what) {
    return new TokenizerException(
        "the tokenizer is not the JSON that it should be: " + what,
        where + ", byte " + at,
        "save it again with tokenizer.save_pretrained(), or download the file again");
  }

  private static String shown(char c) {
    return c > ' ' && c < 127 ? "'" + c + "'" : "byte 0x" + Integer.toHexString(c);
  }
}
