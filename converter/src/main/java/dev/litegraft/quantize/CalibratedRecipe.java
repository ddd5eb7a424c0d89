package dev.litegraft.quantize;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Recipes that round better by what a model's matrices were multiplied with. */
public final class CalibratedRecipe {
  /** Where each row of activations has a scale of its own. */
  private static final double OF_ROWS = 0.5;

  /** Where all tokens share one, so that the weights take more. */
  private static final double OF_ALL_TOKENS = 0.7;

  private CalibratedRecipe() {}

  /**
   * The recipe with inputs that are evened out: a channel of large activations is divided by what
   * its weights are multiplied by. Of linear layers that multiply in int8.
   *
   * @throws InvalidRequestException if the recipe has none
   */
  public static Recipe smooth(Recipe recipe, SeenInputs seen) {
    requireAny(recipe, Method.SMOOTH);
    List<Pass> passes = new ArrayList<>();
    for (Pass pass : recipe.passes()) {
      if (pass instanceof StoreMatrices own) {
        passes.add(new SmoothInputs(own, seen, OF_ROWS));
      }
      passes.add(pass);
    }
    return recipe.rounding("smooth", passes);
  }

  /**
   * The recipe whose rows make good what their numbers lose by rounding.
   *
   * @throws InvalidRequestException if the recipe has no matrix whose whole numbers can be chosen
   */
  public static Recipe compensated(Recipe recipe, SeenInputs seen) {
    requireAny(recipe, Method.GPTQ);
    List<Pass> passes =
        recipe.passes().stream()
            .<Pass>map(pass -> pass instanceof StoreMatrices own ? own.compensated(seen) : pass)
            .toList();
    return recipe.rounding("gptq", passes);
  }

  /**
   * The recipe whose rows in int4 have the scales with the least squared error. It needs nothing
   * that was seen.
   *
   * @throws InvalidRequestException if the recipe has no such rows
   */
  public static Recipe leastError(Recipe recipe) {
    requireAny(recipe, Method.MSE);
    return recipe.rounding(
        "mse",
        recipe.passes().stream()
            .<Pass>map(pass -> pass instanceof StoreMatrices own ? own.withLeastError() : pass)
            .toList());
  }

  /** Which matrices a recipe stores how. */
  private static StoreMatrices stored(Recipe recipe) {
    return recipe.passes().stream()
        .filter(StoreMatrices.class::isInstance)
        .map(StoreMatrices.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /**
   * What a {@link Recipe#STATIC_WI8_AI8} does before ranges are seen: inputs are evened out, for
   * all tokens of a value share one scale. The values whose ranges count are outputs.
   *
   * @param recipe it, and perhaps matrices that are kept in other forms
   */
  public static Recipe evenedOut(Recipe recipe, SeenInputs seen) {
    StoreMatrices stored = stored(recipe);
    return Recipe.of(
        "observed",
        List.of(new SmoothInputs(stored, seen, OF_ALL_TOKENS), new StaticInt8.Observed(stored)));
  }

  /** The recipe with ranges that were seen in what {@link #evenedOut} made. */
  public static Recipe staticInt8(Recipe recipe, SeenInputs seen, SeenRanges ranges) {
    StoreMatrices stored = stored(recipe);
    return recipe.rounding(
        "smooth",
        List.of(
            new SmoothInputs(stored, seen, OF_ALL_TOKENS), new StaticInt8(stored, ranges), stored));
  }

  /**
   * A {@link Recipe#STATIC_WI8_AI8} without its ranges, for what can be checked before they are
   * seen: which matrices its rules fit.
   */
  public static Recipe unranged(Recipe recipe) {
    return Recipe.of(recipe.canonicalName(), List.of(stored(recipe)));
  }

  /**
   * Says that a recipe's way of rounding changes no matrix of a model, whose last rules may store
   * all of them in other forms.
   *
   * @param graphs of the model, before the recipe
   * @throws InvalidRequestException if so
   */
  public static void requireChanged(Recipe recipe, Collection<Graph> graphs) {
    Optional<Method> method = Method.of(recipe.rounding());
    if (method.isEmpty() || recipe.passes().stream().anyMatch(StaticInt8.class::isInstance)) {
      return;
    }
    StoreMatrices stored = stored(recipe);
    if (graphs.stream()
        .flatMap(graph -> Matrix.of(graph).values().stream())
        .noneMatch(matrix -> method.get().changes(matrix, stored.form(matrix)))) {
      throw method.get().nothing(recipe);
    }
  }

  /**
   * What can be told without a model: a rule for embedding tables alone makes no linear layer, nor
   * does one after which another holds for all of them.
   */
  private static void requireAny(Recipe recipe, Method method) {
    for (Pass pass : recipe.passes()) {
      if (pass instanceof StoreMatrices own) {
        for (int i = own.rules().size() - 1; i >= 0; i--) {
          FormRule rule = own.rules().get(i);
          boolean linear = !rule.reader().equals(Optional.of(Matrix.Reader.EMBEDDING_LOOKUP));
          if (linear && method.fits.test(rule.form())) {
            return;
          }
          if (linear && rule.isForAllPaths()) {
            break;
          }
        }
      }
    }
    throw method.nothing(recipe);
  }

  /** A way of rounding, and what it changes. */
  private enum Method {
    SMOOTH(MatrixForm::isMultipliedInInt8, "int8 or dynamic_wi8t_afp32"),
    GPTQ(MatrixForm::isRoundable, "int8, int4 or dynamic_wi4_afp32_b32"),
    MSE(form -> form == MatrixForm.INT4, "int4");

    @SuppressWarnings("ImmutableEnumChecker") // predicates have no state
    private final Predicate<MatrixForm> fits;

    private final String recipes;

    Method(Predicate<MatrixForm> fits, String recipes) {
      this.fits = fits;
      this.recipes = recipes;
    }

    static Optional<Method> of(String word) {
      return Arrays.stream(values()).filter(method -> method.word().equals(word)).findFirst();
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Tables are looked up: nothing of a row makes good what another number lost. */
    boolean changes(Matrix matrix, MatrixForm form) {
      return fits.test(form)
          && switch (this) {
            case SMOOTH -> matrix.readers().contains(Matrix.Reader.FULLY_CONNECTED);
            case GPTQ -> !matrix.readers().contains(Matrix.Reader.EMBEDDING_LOOKUP);
            case MSE -> true;
          };
    }

    InvalidRequestException nothing(Recipe recipe) {
      return new InvalidRequestException(
          "--rounding " + word() + " changes nothing of the recipe " + recipe.canonicalName(),
          "--rounding",
          "leave it out, or take --recipe " + recipes);
    }
  }
}
