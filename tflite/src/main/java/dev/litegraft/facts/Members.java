package dev.litegraft.facts;

import dev.litegraft.facts.Fact.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The members of an object inside of {@code litegraft.json}, as it is read.
 *
 * @param json by their names
 * @param place of the object
 */
record Members(Map<String, Object> json, Place place) {
  /** What stands in JSON as an object of some facts. */
  static <T> Fact.Kind<T> kind(Function<Members, T> reading, Function<T, Written> writing) {
    return Fact.of(
        (json, place) -> reading.apply(new Members(Fact.object(json, place), place)),
        value -> writing.apply(value).json());
  }

  <T> Optional<T> find(Fact<T> fact) {
    return Optional.ofNullable(json.get(fact.name())).map(value -> fact.read(value, place));
  }

  /**
   * The value of a fact that must be there.
   *
   * @throws dev.litegraft.error.InvalidFileException if it is not
   */
  <T> T require(Fact<T> fact) {
    return find(fact)
        .orElseThrow(
            () ->
                FactsJson.fault(
                    "\"" + place.at(fact.name()).path() + "\" is missing", place.where()));
  }

  /** An object as it is written, its members in the order in which they were given. */
  static final class Written {
    private final Map<String, Object> json = new LinkedHashMap<>();

    <T> Written with(Fact<T> fact, T value) {
      json.put(fact.name(), fact.write(value));
      return this;
    }

    /** A fact, or nothing. */
    <T> Written with(Fact<T> fact, Optional<T> value) {
      value.ifPresent(said -> with(fact, said));
      return this;
    }

    Map<String, Object> json() {
      return json;
    }
  }
}
