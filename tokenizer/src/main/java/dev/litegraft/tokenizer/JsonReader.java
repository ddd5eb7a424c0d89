package dev.litegraft.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
public final class JsonReader extends JsonText {
  private static final int DEEPEST = 100;
  private static final double[] POWERS = new double[309];

  static {
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = Double.parseDouble("1e" + i);
    }
  }

  private int depth;

  /**
   * A reader of bytes.
   *
   * @param where where they come from, for messages
   */
  public JsonReader(byte[] json, String where) {
    super(json, where);
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
}
