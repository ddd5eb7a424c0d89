package dev.litegraft.lab.diagnosis.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a tool made of the checkpoint's matrices, in words.
 *
 * @param lookedFor how many were looked for
 * @param found how many are in the file
 * @param statements what was made of them, a sentence each; empty where they are as they were
 */
public record WeightsInWords(int lookedFor, int found, List<String> statements) {
  public WeightsInWords {
    statements = List.copyOf(statements);
  }

  /** Of what was found. */
  static WeightsInWords of(WeightsInFile weights) {
    Map<String, FoundMatrix> all = new TreeMap<>(weights.found());
    List<String> words = new ArrayList<>();
    Map<String, Set<String>> norms = new TreeMap<>();
    all.forEach(
        (name, matrix) ->
            matrix
                .before()
                .norm()
                .ifPresent(
                    norm ->
                        norms
                            .computeIfAbsent(kind(module(norm)), n -> new LinkedHashSet<>())
                            .add(name)));
    norms.forEach((norm, names) -> words.add(norm + " folded into " + kinds(names, all.keySet())));
    fused(all).forEach(parts -> words.add(parts + " in one matrix"));
    add(words, all, m -> m.in().isTurned(), "transposed: ");
    add(words, all, m -> m.factor() != 1, "multiplied with a number: ");
    add(words, all, FoundMatrix::isReordered, "rows in another order: ");
    if (!all.isEmpty()) {
      words.add("stored as " + stored(all));
    }
    return new WeightsInWords(weights.looked(), all.size(), words);
  }

  private static void add(
      List<String> words,
      Map<String, FoundMatrix> all,
      Predicate<FoundMatrix> is,
      String statement) {
    Set<String> names = new LinkedHashSet<>();
    all.forEach(
        (name, matrix) -> {
          if (is.test(matrix)) {
            names.add(name);
          }
        });
    if (!names.isEmpty()) {
      words.add(statement + (names.size() == all.size() ? "all" : kinds(names, all.keySet())));
    }
  }

  /** {@code self_attn.q_proj, self_attn.k_proj of every layer}. */
  private static String kinds(Set<String> names, Set<String> all) {
    Set<String> kinds = new TreeSet<>();
    names.forEach(name -> kinds.add(kind(module(name))));
    boolean inLayers = names.stream().anyMatch(name -> WeightSearch.layer(name) >= 0);
    boolean every =
        all.stream().filter(name -> kinds.contains(kind(module(name)))).allMatch(names::contains);
    String layers =
        names.stream()
            .map(WeightSearch::layer)
            .filter(layer -> layer >= 0)
            .distinct()
            .sorted()
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    return String.join(", ", kinds)
        + (!inLayers ? "" : every ? " of every layer" : " of layer " + layers);
  }

  /** The kinds that stand in one matrix of the file, once for all layers that have them so. */
  private static List<String> fused(Map<String, FoundMatrix> all) {
    Map<List<Integer>, List<String>> together = new LinkedHashMap<>();
    all.forEach(
        (name, matrix) ->
            together
                .computeIfAbsent(
                    List.of(matrix.in().subgraph(), matrix.in().tensor()), t -> new ArrayList<>())
                .add(kind(module(name))));
    return together.values().stream()
        .filter(kinds -> kinds.size() > 1)
        .map(kinds -> String.join(", ", new TreeSet<>(kinds)))
        .distinct()
        .toList();
  }

  private static String stored(Map<String, FoundMatrix> all) {
    Map<String, Long> counts =
        all.values().stream()
            .collect(
                Collectors.groupingBy(m -> m.in().storage(), TreeMap::new, Collectors.counting()));
    return counts.size() == 1
        ? counts.keySet().iterator().next()
        : counts.entrySet().stream()
            .map(e -> e.getKey() + " (" + e.getValue() + ")")
            .collect(Collectors.joining(", "));
  }

  private static String module(String tensor) {
    return tensor.substring(0, Math.max(0, tensor.lastIndexOf('.')));
  }

  /** A module's path below its layer. */
  static String kind(String module) {
    String[] parts = module.split("\\.(\\d+)\\.", -1);
    String last = parts[parts.length - 1];
    return parts.length > 1 ? last : last.substring(last.lastIndexOf('.') + 1);
  }
}
