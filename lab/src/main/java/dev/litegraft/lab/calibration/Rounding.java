package dev.litegraft.lab.calibration;

import dev.litegraft.error.InvalidRequestException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the numbers of matrices are rounded. */
public enum Rounding {
  /** Each to the nearest whole number, by the largest of its row or block. */
  PLAIN,
  /** Large channels of activations are divided before, and their weights multiplied. */
  SMOOTH,
  /** What a number loses, other numbers of its row make good. */
  GPTQ;

  /** Measured, and not built in. */
  private static final String LOSES = "mse";

  /**
   * The rounding of this name.
   *
   * @throws InvalidRequestException if there is none, or it was tried and gains nothing
   */
  public static Rounding of(String name) {
    if (name.equals(LOSES)) {
      throw new InvalidRequestException(
          "--rounding mse is not built in: what scales with the least squared error gain on"
              + " embedders they lose on classifiers, up to six times the divergence (docs/recipes.md)",
          "--rounding",
          "gptq, which gains on all of them");
    }
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

  /** As the command line calls it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
