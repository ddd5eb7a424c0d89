package dev.litegraft.lab.verification;

import dev.litegraft.lab.diagnosis.weights.MatchedValues;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values inside a file, by the checkpoint's modules that make them: of a file of ours by name,
 * of another tool's by following the graph. They are computed by LiteRT's plain kernels: a fault of
 * the graph shows, one of the fast kernels does not.
 */
public final class ValuesInside {
  private ValuesInside() {}

  /**
   * The values for one row.
   *
   * @param modules whose values are wanted
   * @param matched where another tool's graph has them; absent for a file of ours
   * @return those that the file has: [t, width] each, or several such of a file that takes several
   *     texts at once
   * @throws dev.litegraft.error.InvalidInputException if the values cannot be read
   */
  public static Map<String, float[]> of(
      RawModel file, TokenRow row, Set<String> modules, Optional<MatchedValues> matched) {
    Set<String> tensors = matched.map(m -> tensors(m, modules)).orElse(modules);
    Map<String, float[]> numbers = new HashMap<>();
    for (RawOutput value : file.values(file.taken(row), tensors)) {
      numbers.put(value.name(), value.values());
    }
    return matched.map(m -> ofModules(m, modules, numbers)).orElse(numbers);
  }

  /**
   * What linear layers of another tool's file are given, for one row.
   *
   * @return by module, [t, in] each, or several such
   * @throws dev.litegraft.error.InvalidInputException if the values cannot be read
   */
  public static Map<String, float[]> inputs(RawModel file, TokenRow row, MatchedValues matched) {
    Set<String> tensors = new HashSet<>();
    matched.byModule().values().forEach(value -> value.input().ifPresent(tensors::add));
    Map<String, float[]> numbers = new HashMap<>();
    for (RawOutput value : file.values(file.taken(row), tensors)) {
      numbers.put(value.name(), value.values());
    }
    Map<String, float[]> inputs = new HashMap<>();
    matched
        .byModule()
        .forEach(
            (module, value) -> {
              float[] given = value.input().map(numbers::get).orElse(null);
              if (given != null) {
                inputs.put(module, value.ofInput(given));
              }
            });
    return inputs;
  }

  private static Set<String> tensors(MatchedValues matched, Set<String> modules) {
    Set<String> tensors = new HashSet<>();
    matched
        .byModule()
        .forEach(
            (module, value) -> {
              if (modules.contains(module)) {
                tensors.add(value.tensor());
              }
            });
    return tensors;
  }

  private static Map<String, float[]> ofModules(
      MatchedValues matched, Set<String> modules, Map<String, float[]> tensors) {
    Map<String, float[]> values = new HashMap<>();
    matched
        .byModule()
        .forEach(
            (module, value) -> {
              float[] numbers = tensors.get(value.tensor());
              if (numbers != null && modules.contains(module)) {
                values.put(module, value.of(numbers));
              }
            });
    return values;
  }
}
