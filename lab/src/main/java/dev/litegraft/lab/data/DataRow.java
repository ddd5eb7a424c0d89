package dev.litegraft.lab.data;

import dev.litegraft.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A row of data.
 *
 * @param where the file and the line at which it begins, for messages
 * @param values by column: texts, and what JSON has besides (numbers, booleans, lists)
 */
public record DataRow(String where, Map<String, @Nullable Object> values) {
  /** Between several labels of a row of TSV or CSV. */
  private static final String SEPARATOR = "\\|";

  /** As JSON and spreadsheets write numbers; Java would also read {@code 1f} and {@code 0x1p3}. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  /** Up to which a double has every whole number. */
  private static final double WHOLE = 1L << 53;

  /**
   * A text that is not empty.
   *
   * @throws InvalidInputException if it is empty, or no text
   */
  public String text(String column) {
    if (!(values.get(column) instanceof String text)) {
      throw fault(column, "is " + shown(values.get(column)) + ", where a text is expected");
    }
    if (text.isBlank()) {
      throw new InvalidInputException(
          "the text in column \"" + column + "\" is empty",
          where,
          "leave the row out, or give it a text");
    }
    return text;
  }

  /**
   * A name: a text, or what JSON writes as a number.
   *
   * @throws InvalidInputException if it is empty, or neither
   */
  public String name(String column) {
    Object value = values.get(column);
    if (value instanceof Long || value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < WHOLE) {
      return Long.toString(number.longValue()); // 1.0, as tables with gaps write a 1
    }
    return text(column);
  }

  /**
   * A finite number.
   *
   * @throws InvalidInputException if it is none
   */
  public double number(String column) {
    Object value = values.get(column);
    double number = Double.NaN;
    if (value instanceof Number known) {
      number = known.doubleValue();
    } else if (value instanceof String text && NUMBER.matcher(text.strip()).matches()) {
      number = Double.parseDouble(text.strip());
    }
    if (!Double.isFinite(number)) {
      throw fault(column, "is " + shown(value) + ", where a number is expected");
    }
    return number;
  }

  /**
   * Several names: a list in JSON, or a number; else a text with {@code |} between them, of which
   * there may be none.
   *
   * @throws InvalidInputException if it is neither
   */
  public List<String> names(String column) {
    Object value = values.get(column);
    List<String> names = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (!(element instanceof String || element instanceof Long)) {
          throw fault(column, "has the element " + shown(element) + ", where a name is expected");
        }
        names.add(String.valueOf(element));
      }
      return names;
    }
    if (value instanceof Long) {
      return List.of(value.toString());
    }
    if (!(value instanceof String text)) {
      throw fault(column, "is " + shown(value) + ", where a list of names is expected");
    }
    for (String part : text.split(SEPARATOR, -1)) {
      if (!part.isBlank()) {
        names.add(part.strip());
      }
    }
    return names;
  }

  /**
   * Words: a list in JSON; else a text with spaces between them.
   *
   * @throws InvalidInputException if it is neither, or has no word
   */
  public List<String> words(String column) {
    Object value = values.get(column);
    List<String> words =
        value instanceof String text ? List.of(text.strip().split(" +", -1)) : names(column);
    if (words.isEmpty() || words.stream().anyMatch(String::isBlank)) {
      throw fault(column, "has an empty word, or none");
    }
    return words;
  }

  private InvalidInputException fault(String column, String what) {
    return new InvalidInputException(
        "column \"" + column + "\" " + what, where, "mend the row, or name another column");
  }

  private static String shown(@Nullable Object value) {
    String text = String.valueOf(value);
    return value instanceof String ? "\"" + DataFile.cut(text) + "\"" : DataFile.cut(text);
  }
}
