package dev.litegraft.lab.calibration;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.quantize.CalibratedRecipe;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.SeenInputs;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the numbers of matrices are rounded. */
public enum Rounding {
  /** Each to the nearest whole number, by the largest of its row or block. */
  PLAIN,
  /** Rows in int4 have the scale with the least squared error; reads no texts. */
  MSE,
  /** Large channels of activations are divided before, and their weights multiplied. */
  SMOOTH,
  /** What a number loses, other numbers of its row make good. */
  GPTQ;

  /**
   * The rounding of this name.
   *
   * @throws InvalidRequestException if there is none
   */
  public static Rounding of(String name) {
    return Arrays.stream(values())
        .filter(own -> own.word().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "--rounding is \"" + name + "\"",
                    "--rounding",
                    "one of: "
                        + Arrays.stream(values())
                            .map(Rounding::word)
                            .collect(Collectors.joining(", "))));
  }

  /** Whether it is by what layers read. */
  public boolean readsTexts() {
    return this == SMOOTH || this == GPTQ;
  }

  /**
   * The recipe as this rounds it, where it {@link #readsTexts reads no texts}.
   *
   * @throws InvalidRequestException if it changes nothing of the recipe
   */
  public Recipe withoutTexts(Recipe recipe) {
    return this == MSE ? CalibratedRecipe.leastError(recipe) : recipe;
  }

  /**
   * Says that this changes nothing of a recipe, before texts are read for it.
   *
   * @throws InvalidRequestException if so
   */
  public void requireAny(Recipe recipe) {
    unread(recipe);
  }

  /**
   * The recipe as this rounds it where nothing was read: what can be told of it with a model.
   *
   * @throws InvalidRequestException if it changes nothing of the recipe
   */
  public Recipe unread(Recipe recipe) {
    return switch (this) {
      case PLAIN -> recipe;
      case MSE -> CalibratedRecipe.leastError(recipe);
      case SMOOTH -> CalibratedRecipe.smooth(recipe, SeenInputs.NONE);
      case GPTQ -> CalibratedRecipe.compensated(recipe, SeenInputs.NONE);
    };
  }

  /** As the command line calls it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
