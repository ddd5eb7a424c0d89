package dev.litegraft.quantize;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphException;
import dev.litegraft.graph.GraphVerifier;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How weights and activations are stored, under the names that the ecosystem publishes ({@code
 * mode_w<bits>_a<type>}): a list of passes, each of which makes a graph of a graph.
 */
public final class Recipe {
  /** Everything in f32. */
  public static final Recipe F32 = new Recipe("f32", "f32", List.of());

  /**
   * int8 weights with a scale an output channel, embedding tables included; f32 activations,
   * quantized row by row as they run.
   */
  public static final Recipe DYNAMIC_WI8_AFP32 =
      new Recipe("dynamic_wi8_afp32", "int8", List.of(StoreMatrices.in(MatrixForm.INT8)));

  private static final List<Recipe> ALL = List.of(F32, DYNAMIC_WI8_AFP32);

  private final String canonicalName;
  private final String alias;
  private final List<Pass> passes;

  private Recipe(String canonicalName, String alias, List<Pass> passes) {
    this.canonicalName = canonicalName;
    this.alias = alias;
    this.passes = List.copyOf(passes);
  }

  /** A recipe of one's own. */
  public static Recipe of(String name, List<Pass> passes) {
    return new Recipe(name, name, passes);
  }

  /** Every recipe that the ecosystem has a name for. */
  public static List<Recipe> all() {
    return ALL;
  }

  /**
   * The recipe of this name or alias.
   *
   * @throws InvalidInputException if there is none
   */
  public static Recipe of(String name) {
    for (Recipe recipe : ALL) {
      if (recipe.canonicalName.equals(name) || recipe.alias.equals(name)) {
        return recipe;
      }
    }
    String known =
        ALL.stream()
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

  /**
   * The graph that the passes make of another, verified after each.
   *
   * @throws GraphException that names the pass that broke a rule
   */
  public Graph apply(Graph graph) {
    Graph now = graph;
    for (Pass pass : passes) {
      try {
        now = pass.apply(now);
        GraphVerifier.verify(now);
      } catch (GraphException e) {
        throw e.after(pass.name());
      }
    }
    return now;
  }

  @Override
  public String toString() {
    return canonicalName;
  }
}
