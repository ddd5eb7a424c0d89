package dev.litegraft.web.page;

import java.util.List;

/** Writes JSON; small, because it is compiled for the page. */
final class JsonText {
  private final StringBuilder text = new StringBuilder();
  private boolean begun;

  /** Begins an object or a list. */
  JsonText open(char bracket) {
    separate();
    text.append(bracket);
    begun = false;
    return this;
  }

  /** Ends what was begun last. */
  JsonText close(char bracket) {
    text.append(bracket);
    begun = true;
    return this;
  }

  /** The name of the member whose value follows. */
  JsonText name(String name) {
    separate();
    quoted(name);
    text.append(':');
    begun = false;
    return this;
  }

  JsonText member(String name, String value) {
    name(name);
    quoted(value);
    begun = true;
    return this;
  }

  JsonText member(String name, double value) {
    name(name);
    return number(value);
  }

  JsonText member(String name, int value) {
    name(name).text.append(value);
    begun = true;
    return this;
  }

  JsonText member(String name, boolean value) {
    name(name).text.append(value);
    begun = true;
    return this;
  }

  JsonText texts(String name, List<String> values) {
    name(name).open('[');
    for (String value : values) {
      separate();
      quoted(value);
      begun = true;
    }
    return close(']');
  }

  JsonText numbers(String name, List<? extends Number> values) {
    name(name).open('[');
    for (Number value : values) {
      separate();
      number(value.doubleValue());
    }
    return close(']');
  }

  JsonText whole(String name, int[] values) {
    name(name).open('[');
    for (int value : values) {
      separate();
      text.append(value);
      begun = true;
    }
    return close(']');
  }

  /** Numbers as short as they can be said. */
  JsonText floats(float[] values) {
    open('[');
    for (float value : values) {
      separate();
      text.append(Float.isFinite(value) ? Float.toString(value) : "null");
      begun = true;
    }
    return close(']');
  }

  private JsonText number(double value) {
    text.append(Double.isFinite(value) ? Double.toString(value) : "null");
    begun = true;
    return this;
  }

  private void separate() {
    if (begun) {
      text.append(',');
    }
    begun = false;
  }

  private void quoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
        text.append("\\u").append(Integer.toHexString(c | 0x10000), 1, 5);
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
