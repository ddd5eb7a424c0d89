package dev.litegraft.quantize;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.MoveOp;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Storage;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How weights and activations are stored, under the names that the ecosystem publishes ({@code
 * mode_w<bits>_a<type>}).
 */
public enum Recipe {
  /** Everything in f32. */
  F32("f32", "f32"),
  /**
   * int8 weights with a scale an output channel, embedding tables included; f32 activations,
   * quantized row by row as they run.
   */
  DYNAMIC_WI8_AFP32("dynamic_wi8_afp32", "int8");

  private final String canonicalName;
  private final String alias;

  Recipe(String canonicalName, String alias) {
    this.canonicalName = canonicalName;
    this.alias = alias;
  }

  /**
   * The recipe of this name or alias.
   *
   * @throws InvalidInputException if there is none
   */
  public static Recipe of(String name) {
    for (Recipe recipe : values()) {
      if (recipe.canonicalName.equals(name) || recipe.alias.equals(name)) {
        return recipe;
      }
    }
    String known =
        Arrays.stream(values())
            .map(
                r ->
                    r.alias.equals(r.canonicalName)
                        ? r.alias
                        : r.canonicalName + " (" + r.alias + ")")
            .collect(Collectors.joining(", "));
    throw new InvalidInputException(
        "unknown recipe \"" + name + "\"", "--recipe", "one of: " + known);
  }

  /** The full name: {@code dynamic_wi8_afp32}. */
  public String canonicalName() {
    return canonicalName;
  }

  /** The short name: {@code int8}. */
  public String alias() {
    return alias;
  }

  /** The graph with its constants stored as this recipe says, verified. */
  public Graph apply(Graph graph) {
    Optional<Storage> weights = weightStorage();
    if (weights.isEmpty()) {
      return graph;
    }
    Set<Value> matrices = matrices(graph);
    Map<Value, Value> stored = new HashMap<>();
    return graph.mapConstants(
        value ->
            matrices.contains(value)
                ? stored.computeIfAbsent(
                    value, v -> Value.constant(v.name(), v.data(), weights.get()))
                : value);
  }

  private Optional<Storage> weightStorage() {
    return switch (this) {
      case F32 -> Optional.empty();
      case DYNAMIC_WI8_AFP32 -> Optional.of(SymmetricInt8.PER_CHANNEL);
    };
  }

  /**
   * The weights of linear layers and the embedding tables: what is large, and what the kernels take
   * in int8.
   */
  private static Set<Value> matrices(Graph graph) {
    Set<Value> matrices = new HashSet<>();
    for (Op op : graph.ops()) {
      if (op instanceof Op.FullyConnected linear && linear.weight().isConstant()) {
        matrices.add(linear.weight());
      } else if (op instanceof MoveOp.EmbeddingLookup lookup && lookup.table().isConstant()) {
        matrices.add(lookup.table());
      }
    }
    return matrices;
  }
}
