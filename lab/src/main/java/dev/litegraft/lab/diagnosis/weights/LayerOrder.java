package dev.litegraft.lab.diagnosis.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether a graph uses the checkpoint's layers in their order. */
public final class LayerOrder {
  private LayerOrder() {}

  /** A module's layer, and when the graph computes it. */
  private record Place(int layer, int step) {}

  /**
   * A sentence that names the layers, or the matrices, that stand in another order.
   *
   * @return absent where each kind of matrix is used layer by layer
   */
  public static Optional<String> of(MatchedValues values) {
    Map<String, List<Integer>> others = new TreeMap<>();
    Map<String, List<Place>> kinds = new LinkedHashMap<>();
    values
        .byModule()
        .forEach(
            (module, value) -> {
              int layer = WeightSearch.layer(module);
              if (layer >= 0) {
                kinds
                    .computeIfAbsent(WeightsInWords.kind(module), k -> new ArrayList<>())
                    .add(new Place(layer, value.step()));
              }
            });
    kinds.forEach(
        (kind, places) -> {
          List<Integer> order =
              places.stream()
                  .sorted(Comparator.comparingInt(Place::step))
                  .map(Place::layer)
                  .toList();
          if (!order.equals(order.stream().sorted().toList())) {
            others.put(kind, order);
          }
        });
    if (others.isEmpty()) {
      return Optional.empty();
    }
    boolean whole =
        others.size() == kinds.size() && others.values().stream().distinct().count() == 1;
    List<String> words = new ArrayList<>();
    others.forEach((kind, order) -> words.add(kind + " of layers " + text(order)));
    return Optional.of(
        "other weights: the file has the checkpoint's "
            + (whole
                ? "layers in another order: " + text(others.values().iterator().next())
                : "matrices in another order of layers: "
                    + String.join("; ", words.subList(0, Math.min(3, words.size())))));
  }

  private static String text(List<Integer> order) {
    return String.join(", ", order.stream().map(String::valueOf).toList());
  }
}
