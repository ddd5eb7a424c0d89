package dev.litegraft.facts;

import dev.litegraft.facts.Fact.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How logits become probabilities that mean what they say: fitted on rows whose labels are known.
 * Logits are never changed by it.
 *
 * @param temperature by which logits are divided, above 0
 * @param bias that is added to each label's logit after that; empty for none
 * @param thresholds above which a label is right, where each is right or not by itself; empty for
 *     0.5
 */
public record Confidence(double temperature, List<Double> bias, List<Double> thresholds) {
  private static final String TEMPERATURE = "temperature";
  private static final String BIAS = "bias";
  private static final String THRESHOLDS = "thresholds";

  static final Fact.Kind<Confidence> KIND = Fact.of(Confidence::read, Confidence::json);

  /**
   * @throws IllegalArgumentException if the temperature is not above 0, or a number is not finite
   */
  public Confidence {
    bias = List.copyOf(bias);
    thresholds = List.copyOf(thresholds);
    if (!(temperature > 0)
        || !Double.isFinite(temperature)
        || bias.stream().anyMatch(b -> !Double.isFinite(b))
        || thresholds.stream().anyMatch(t -> !(t >= 0 && t <= 1))) {
      throw new IllegalArgumentException(
          "temperature " + temperature + ", bias " + bias + ", thresholds " + thresholds);
    }
  }

  /** Whether it has a number for each of so many labels, or none. */
  public boolean fits(int labels) {
    return (bias.isEmpty() || bias.size() == labels)
        && (thresholds.isEmpty() || thresholds.size() == labels);
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @param json an object of a JSON file
   * @param path where it stands in the file
   * @param where the file
   * @throws dev.litegraft.error.InvalidFileException if it is none
   */
  public static Confidence of(Object json, String path, String where) {
    return read(json, new Place(path, where));
  }

  private static Confidence read(Object json, Place place) {
    Map<String, Object> members = Fact.object(json, place);
    Object temperature = members.get(TEMPERATURE);
    if (!(temperature instanceof Number number)) {
      throw place.at(TEMPERATURE).fault("a number above 0", temperature);
    }
    try {
      return new Confidence(
          number.doubleValue(), numbers(members, BIAS, place), numbers(members, THRESHOLDS, place));
    } catch (IllegalArgumentException e) {
      throw place.fault("a temperature above 0, finite numbers, thresholds from 0 to 1", json);
    }
  }

  private static List<Double> numbers(Map<String, Object> members, String name, Place place) {
    if (!members.containsKey(name)) {
      return List.of();
    }
    if (members.get(name) instanceof List<?> list
        && list.stream().allMatch(Number.class::isInstance)) {
      return list.stream().map(n -> ((Number) n).doubleValue()).toList();
    }
    throw place.at(name).fault("a list of numbers", members.get(name));
  }

  /** As it stands in a file: {@code {"temperature": 1.5, "bias": [0.0, 0.2]}}. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(TEMPERATURE, temperature);
    if (!bias.isEmpty()) {
      json.put(BIAS, bias);
    }
    if (!thresholds.isEmpty()) {
      json.put(THRESHOLDS, thresholds);
    }
    return json;
  }
}
