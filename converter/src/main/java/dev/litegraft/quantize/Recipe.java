package dev.litegraft.quantize;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphException;
import dev.litegraft.graph.GraphVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How weights and activations are stored, under the names that the ecosystem publishes ({@code
 * mode_w<bits>_a<type>}): a list of passes, each of which makes a graph of a graph.
 */
public final class Recipe {
  /** Each number is rounded to the nearest. */
  private static final String PLAIN = "plain";

  /** Everything in f32. */
  public static final Recipe F32 = new Recipe("f32", "f32", List.of());

  /**
   * Matrices and their biases in f16; everything is computed in f32. Half the size; unpacked when
   * the file is opened, so that neither time nor memory is saved.
   */
  public static final Recipe F16 = matrices("f16", "f16", FormRule.all(MatrixForm.F16));

  /**
   * int8 weights with a scale an output channel, embedding tables included; everything is computed
   * in f32. A quarter of the size, as {@link #DYNAMIC_WI8_AFP32}, nearer to f32, and as slow.
   */
  public static final Recipe WEIGHT_ONLY_WI8_AFP32 =
      matrices(
          "weight_only_wi8_afp32",
          "weight_only_wi8_afp32",
          FormRule.all(MatrixForm.INT8_WEIGHT_ONLY));

  /**
   * int8 weights with a scale an output channel, embedding tables included; f32 activations,
   * quantized row by row as they run.
   */
  public static final Recipe DYNAMIC_WI8_AFP32 =
      matrices("dynamic_wi8_afp32", "int8", FormRule.all(MatrixForm.INT8));

  /**
   * As {@link #DYNAMIC_WI8_AFP32}, with one scale a matrix: coarser, and the only int8 that older
   * runtimes take.
   */
  public static final Recipe DYNAMIC_WI8T_AFP32 =
      matrices("dynamic_wi8t_afp32", "dynamic_wi8t_afp32", FormRule.all(MatrixForm.INT8_TENSOR));

  /**
   * int4 weights with a scale an output channel, int8 embedding tables; f32 activations, quantized
   * row by row as they run.
   */
  public static final Recipe DYNAMIC_WI4_AFP32 = int4("dynamic_wi4_afp32", "int4", MatrixForm.INT4);

  /** As {@link #DYNAMIC_WI4_AFP32}, with a scale for every 32 numbers. */
  public static final Recipe DYNAMIC_WI4_AFP32_B32 =
      int4("dynamic_wi4_afp32_b32", "dynamic_wi4_afp32_b32", MatrixForm.INT4_BLOCKS_OF_32);

  /** As {@link #DYNAMIC_WI4_AFP32}, with a scale for every 64 numbers. */
  public static final Recipe DYNAMIC_WI4_AFP32_B64 =
      int4("dynamic_wi4_afp32_b64", "dynamic_wi4_afp32_b64", MatrixForm.INT4_BLOCKS_OF_64);

  /**
   * int8 weights with a scale an output channel and int8 activations whose scales are known: what
   * processors take that have whole numbers alone. It is complete once ranges of activations were
   * seen: {@link #all} has it not.
   */
  public static final Recipe STATIC_WI8_AI8 =
      new Recipe(
          "static_wi8_ai8",
          "static_wi8_ai8",
          List.of(
              new RangesAreMissing(), new StoreMatrices(List.of(FormRule.all(MatrixForm.INT8)))));

  private static final List<Recipe> ALL =
      List.of(
          F32,
          F16,
          DYNAMIC_WI8_AFP32,
          DYNAMIC_WI8T_AFP32,
          WEIGHT_ONLY_WI8_AFP32,
          DYNAMIC_WI4_AFP32,
          DYNAMIC_WI4_AFP32_B32,
          DYNAMIC_WI4_AFP32_B64);

  private final String canonicalName;
  private final String alias;
  private final List<Pass> passes;
  private final String rounding;

  private Recipe(String canonicalName, String alias, List<Pass> passes) {
    this(canonicalName, alias, passes, PLAIN);
  }

  private Recipe(String canonicalName, String alias, List<Pass> passes, String rounding) {
    this.canonicalName = canonicalName;
    this.alias = alias;
    this.passes = List.copyOf(passes);
    this.rounding = rounding;
  }

  private static Recipe matrices(String canonicalName, String alias, FormRule... rules) {
    return new Recipe(canonicalName, alias, List.of(new StoreMatrices(List.of(rules))));
  }

  /**
   * Embedding tables are in int8: they are looked up, not multiplied, and int4 loses much of them.
   */
  private static Recipe int4(String canonicalName, String alias, MatrixForm linear) {
    return matrices(
        canonicalName, alias, FormRule.all(linear), FormRule.embeddings(MatrixForm.INT8));
  }

  /** A recipe of one's own. */
  public static Recipe of(String name, List<Pass> passes) {
    return new Recipe(name, name, passes);
  }

  /**
   * The same with matrices in f32 whose path a pattern fits: {@code score|model.layers.0.*}, where
   * {@code *} is any part of a path and {@code |} separates alternatives.
   *
   * @throws InvalidRequestException if the pattern has an empty alternative, or this recipe changes
   *     no matrix; when the recipe is applied, if an alternative fits no matrix
   */
  public Recipe keepingFloat(String pattern) {
    PathPattern paths = PathPattern.of(pattern, "--keep-float");
    if (passes.stream().noneMatch(StoreMatrices.class::isInstance)) {
      throw new InvalidRequestException(
          "the recipe " + canonicalName + " keeps all matrices in f32",
          "--keep-float",
          "leave it out, or choose another recipe with --recipe");
    }
    return with(List.of(new FormRule(Optional.of(paths), Optional.empty(), MatrixForm.F32)));
  }

  /** The same with further rules, which count more than those before. */
  Recipe with(List<FormRule> rules) {
    List<Pass> changed = new ArrayList<>();
    boolean added = false;
    for (Pass pass : passes) {
      changed.add(pass instanceof StoreMatrices own ? own.with(rules) : pass);
      added |= pass instanceof StoreMatrices;
    }
    if (!added) {
      changed.add(new StoreMatrices(rules));
    }
    String name =
        canonicalName + rules.stream().map(rule -> "; " + rule).collect(Collectors.joining());
    return new Recipe(name, name, changed, rounding);
  }

  /** Whether it is a {@link #STATIC_WI8_AI8} for which no ranges were seen yet. */
  public boolean needsRanges() {
    return passes.stream().anyMatch(RangesAreMissing.class::isInstance);
  }

  /** Stands where ranges of activations have to be seen first. */
  private static final class RangesAreMissing implements Pass {
    @Override
    public String name() {
      return "ranges of activations";
    }

    @Override
    public Graph apply(Graph graph) {
      throw new InvalidRequestException(
          "the recipe static_wi8_ai8 needs the ranges of activations, and none were seen",
          "--recipe",
          "convert with the command line, or with Calibration of the lab");
    }
  }

  /** The passes, in their order. */
  List<Pass> passes() {
    return passes;
  }

  /** The same recipe whose passes round in another way. */
  Recipe rounding(String method, List<Pass> changed) {
    return new Recipe(canonicalName, alias, changed, method);
  }

  /** How numbers are rounded: {@code plain}, {@code smooth} or {@code gptq}. */
  public String rounding() {
    return rounding;
  }

  /**
   * Paths of the matrices of a graph that stay in f32 although others do not; none for a recipe
   * that changes none.
   */
  public List<String> keptInFloat(Graph graph) {
    List<String> kept = new ArrayList<>();
    for (Pass pass : passes) {
      if (pass instanceof StoreMatrices own) {
        kept.addAll(own.keptInFloat(graph));
      }
    }
    return kept;
  }

  /** Every recipe that the ecosystem has a name for. */
  public static List<Recipe> all() {
    return ALL;
  }

  /**
   * The recipe of this name or alias.
   *
   * @throws InvalidRequestException if there is none
   */
  public static Recipe of(String name) {
    if (name.equals(STATIC_WI8_AI8.canonicalName)) {
      return STATIC_WI8_AI8;
    }
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
    throw new InvalidRequestException(
        "unknown recipe \"" + name + "\"", "--recipe", "one of: " + known + ", static_wi8_ai8");
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
