package dev.litegraft.facts;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Fact.Place;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code litegraft.json} as text; {@code docs/file-format.md} describes it. */
final class FactsJson {
  private static final String VERSION = "format_version";
  private static final String MUST_UNDERSTAND = "must_understand";

  private FactsJson() {}

  static String write(Map<Fact<?>, Object> values, List<Fact<?>> facts) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put(VERSION, (long) ModelFacts.FORMAT_VERSION);
    Map<String, Object> must = new LinkedHashMap<>();
    for (Fact<?> fact : facts) {
      Object value = values.get(fact);
      if (value != null && !fact.usual().filter(value::equals).isPresent()) {
        (fact.isUnderMustUnderstand() ? must : root).put(fact.name(), written(fact, value));
      }
    }
    if (!must.isEmpty()) {
      root.put(MUST_UNDERSTAND, must);
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.generator(text)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
      Json.write(json, root);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append('\n').toString();
  }

  @SuppressWarnings("unchecked") // the builder takes no value of another type
  private static <T> Object written(Fact<T> fact, Object value) {
    return fact.write((T) value);
  }

  static Map<Fact<?>, Object> read(byte[] bytes, String where, List<Fact<?>> facts) {
    Place file = new Place("", where);
    Map<String, Object> root = Fact.object(parsed(bytes, where), file);
    requireVersion(root, file);
    Object must = root.remove(MUST_UNDERSTAND);
    if (must != null) {
      Map<String, Object> members = Fact.object(must, file.at(MUST_UNDERSTAND));
      for (Map.Entry<String, Object> member : members.entrySet()) {
        if (facts.stream().noneMatch(fact -> fact.name().equals(member.getKey()))) {
          throw new InvalidFileException(
              "the file says "
                  + member.getKey()
                  + " = "
                  + Json.show(member.getValue())
                  + ", which this program does not know and without which its answers are wrong",
              where,
              "use a newer Litegraft");
        }
        if (root.put(member.getKey(), member.getValue()) != null) {
          throw fault("\"" + member.getKey() + "\" stands in it twice", where);
        }
      }
    }
    Map<Fact<?>, Object> values = new LinkedHashMap<>();
    for (Fact<?> fact : facts) {
      Object json = root.get(fact.name());
      if (json != null) {
        values.put(fact, fact.read(json, file));
      } else if (fact.isRequired()) {
        throw fault("\"" + fact.name() + "\" is missing", where);
      } else {
        fact.usual().ifPresent(usual -> values.put(fact, usual));
      }
    }
    return values;
  }

  private static Map<String, ?> parsed(byte[] bytes, String where) {
    try {
      return Json.parse(bytes, where);
    } catch (InvalidInputException e) {
      throw InvalidFileException.of(e);
    }
  }

  private static void requireVersion(Map<String, Object> root, Place file) {
    Object json = root.get(VERSION);
    if (json == null) {
      throw fault("\"" + VERSION + "\" is missing", file.where());
    }
    int version = Fact.whole(VERSION, 1).read(json, file);
    if (version > ModelFacts.FORMAT_VERSION) {
      throw new InvalidFileException(
          "the file says format_version "
              + version
              + ", and this program knows "
              + ModelFacts.FORMAT_VERSION,
          file.where(),
          "use a newer Litegraft");
    }
  }

  static InvalidFileException fault(String what, String where) {
    return new InvalidFileException(
        "litegraft.json cannot be used: " + what,
        where,
        "convert the model again, or use the Litegraft that wrote the file");
  }
}
