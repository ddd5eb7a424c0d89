package dev.litegraft.checkpoint.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What Jinja's operators, filters, tests and the methods of Python's texts do with values. */
final class Values {
  private Values() {}

  static boolean contains(@Nullable Object whole, @Nullable Object part) {
    if (whole instanceof String text) {
      return text.contains(Scope.text(part));
    }
    return whole instanceof List<?> list
        ? list.contains(part)
        : whole instanceof Map<?, ?> map && part != null && map.containsKey(part);
  }

  static @Nullable Object sum(@Nullable Object a, @Nullable Object b, boolean texts) {
    if (!texts && a instanceof Long x && b instanceof Long y) {
      return x + y;
    }
    return Scope.text(a) + Scope.text(b);
  }

  /** {@code value.name}, {@code value['name']} and {@code value[0]}. */
  static @Nullable Object member(@Nullable Object value, @Nullable Object name) {
    if (value instanceof List<?> list && name instanceof Long index) {
      int at = Math.toIntExact(index < 0 ? list.size() + index : index);
      return at >= 0 && at < list.size() ? list.get(at) : null;
    }
    return value instanceof Map<?, ?> map && name != null ? map.get(name) : null;
  }

  static @Nullable Object method(
      @Nullable Object value, String name, List<@Nullable Object> arguments) {
    String text = Scope.text(value);
    String argument = arguments.isEmpty() ? "" : Scope.text(arguments.get(0));
    return switch (name) {
      case "strip" -> text.strip();
      case "lstrip" -> text.stripLeading();
      case "rstrip" -> text.stripTrailing();
      case "startswith" -> text.startsWith(argument);
      case "endswith" -> text.endsWith(argument);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      default -> throw ExpressionReader.refused("the method ." + name + "()");
    };
  }

  static @Nullable Object filtered(
      @Nullable Object value,
      String filter,
      List<@Nullable Object> arguments,
      @Nullable Object attribute) {
    return switch (filter) {
      case "trim" -> Scope.text(value).strip();
      case "string" -> Scope.text(value);
      case "upper" -> Scope.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Scope.text(value).toLowerCase(Locale.ROOT);
      case "list", "safe" -> value;
      case "first" -> member(value, 0L);
      case "last" -> member(value, -1L);
      case "length", "count" -> length(value);
      case "default", "d" ->
          value == null || (arguments.size() > 1 && !Scope.isTrue(value))
              ? arguments.isEmpty() ? "" : arguments.get(0)
              : value;
      case "join" -> joined(list(value), arguments.isEmpty() ? "" : Scope.text(arguments.get(0)));
      case "map" ->
          attribute == null
              ? refuse("map without attribute")
              : mapped(list(value), Scope.text(attribute));
      case "selectattr" -> selected(list(value), arguments, true);
      case "rejectattr" -> selected(list(value), arguments, false);
      default -> refuse(filter);
    };
  }

  private static @Nullable Object refuse(String filter) {
    throw ExpressionReader.refused("the filter " + filter);
  }

  private static Long length(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (long) map.size();
    }
    return (long) (value instanceof List<?> list ? list.size() : Scope.text(value).length());
  }

  private static String joined(List<?> values, String between) {
    return String.join(between, values.stream().map(Scope::text).toList());
  }

  private static List<@Nullable Object> mapped(List<?> values, String name) {
    List<@Nullable Object> mapped = new ArrayList<>();
    values.forEach(value -> mapped.add(member(value, name)));
    return mapped;
  }

  private static List<@Nullable Object> selected(
      List<?> values, List<@Nullable Object> arguments, boolean wanted) {
    List<@Nullable Object> selected = new ArrayList<>();
    String name = arguments.isEmpty() ? "" : Scope.text(arguments.get(0));
    String test = arguments.size() < 2 ? "true" : Scope.text(arguments.get(1));
    Object other = arguments.size() < 3 ? null : arguments.get(2);
    for (Object value : values) {
      if (test(member(value, name), test, other) == wanted) {
        selected.add(value);
      }
    }
    return selected;
  }

  static boolean test(@Nullable Object value, String test, @Nullable Object other) {
    return switch (test) {
      case "defined" -> value != null;
      case "undefined", "none" -> value == null;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "iterable", "sequence" -> value instanceof List || value instanceof String;
      case "true" -> Scope.isTrue(value);
      case "false" -> !Scope.isTrue(value);
      case "eq", "equalto", "==" -> Objects.equals(value, other);
      case "ne", "!=" -> !Objects.equals(value, other);
      case "in" -> contains(other, value);
      default -> throw ExpressionReader.refused("the test " + test);
    };
  }

  static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
