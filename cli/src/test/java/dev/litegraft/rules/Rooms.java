package dev.litegraft.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rooms of the design, and for each the rooms that it may see. */
final class Rooms {
  private static final String ROOT = "dev.litegraft";

  private static final Map<String, Set<String>> MAY_SEE = new LinkedHashMap<>();

  static {
    MAY_SEE.put("error", Set.of());
    MAY_SEE.put("json", Set.of("error"));
    MAY_SEE.put("tensor", Set.of("error"));
    MAY_SEE.put("facts", Set.of("error", "json"));
    MAY_SEE.put("operator", Set.of("tensor"));
    MAY_SEE.put("graph", Set.of("error", "tensor", "operator"));
    MAY_SEE.put("tflite", Set.of("error", "tensor", "facts", "operator", "graph"));
    // Text in, ids out: nothing else of ours.
    MAY_SEE.put("tokenizer", Set.of());
    // A model by its name: nothing else of ours.
    MAY_SEE.put("hub", Set.of());
    MAY_SEE.put("checkpoint", Set.of("error", "json", "tensor", "facts", "tokenizer"));
    MAY_SEE.put("layer", Set.of("error", "tensor", "facts", "checkpoint", "graph"));
    // Not the graph: a family speaks to Layers only, and so runs under the reference, too.
    MAY_SEE.put("architecture", Set.of("error", "tensor", "facts", "checkpoint", "layer"));
    MAY_SEE.put("quantize", Set.of("error", "json", "tensor", "graph"));
    MAY_SEE.put(
        "model",
        Set.of("error", "tensor", "facts", "checkpoint", "graph", "layer", "architecture"));
    MAY_SEE.put(
        "inspection",
        Set.of("error", "tensor", "facts", "checkpoint", "layer", "architecture", "model"));
    // Only the file: what runs on a device has no checkpoint.
    MAY_SEE.put(
        "runtime", Set.of("error", "json", "tensor", "facts", "graph", "tflite", "tokenizer"));
    // What a page does with texts is compiled for it: neither a checkpoint nor a graph.
    MAY_SEE.put("web", Set.of("error", "json", "facts", "tflite", "runtime"));
    // What answers on a wire has no checkpoint, either.
    MAY_SEE.put("serve", Set.of("error", "json", "facts", "tflite", "runtime"));
  }

  private Rooms() {}

  /** A rule a room. */
  static List<ArchRule> rules() {
    return MAY_SEE.entrySet().stream().map(e -> rule(e.getKey(), e.getValue())).toList();
  }

  /** Neither the rooms that are not named, nor the front door, lab and cli, which see the rooms. */
  private static ArchRule rule(String room, Set<String> seen) {
    List<String> others =
        new java.util.ArrayList<>(
            MAY_SEE.keySet().stream()
                .filter(other -> !other.equals(room) && !seen.contains(other))
                .map(other -> ROOT + "." + other + "..")
                .toList());
    others.addAll(List.of(ROOT, ROOT + ".lab..", ROOT + ".cli.."));
    return noClasses()
        .that()
        .resideInAPackage(ROOT + "." + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others.toArray(String[]::new))
        .because(room + " may see only " + seen + ": see Rooms in docs/architecture.md");
  }
}
