package dev.litegraft.cli;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.RecipeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How weights are stored: a recipe by its name, or rules of a file. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description =
          "How weights are stored: int8 (default; in full dynamic_wi8_afp32), f32, f16,"
              + " weight_only_wi8_afp32, dynamic_wi8t_afp32, int4 (dynamic_wi4_afp32),"
              + " dynamic_wi4_afp32_b32, dynamic_wi4_afp32_b64, or static_wi8_ai8 (calibrated, one"
              + " length).")
  private @Nullable String recipe;

  @Option(
      names = "--recipe-file",
      paramLabel = "FILE",
      description =
          "How weights are stored, matrix by matrix: a JSON file of rules, in place of --recipe.")
  private @Nullable Path recipeFile;

  @Option(
      names = "--keep-float",
      paramLabel = "PATTERN",
      description =
          "Matrices that stay in f32, by the path of their module: 'score|model.layers.0.*'.")
  private @Nullable String keepFloat;

  /** The rules that take the place of a name, if they are given. */
  Optional<Path> file() {
    return Optional.ofNullable(recipeFile);
  }

  /**
   * The recipe.
   *
   * @param usual where none is named
   * @throws UsageException if there is none of this name, or two are given
   * @throws IOException if the file of rules cannot be read
   */
  Recipe recipe(Recipe usual, Subcommand command) throws IOException {
    if (recipe != null && recipeFile != null) {
      throw command.usage("--recipe and --recipe-file are both given", "one of them");
    }
    Recipe named =
        recipeFile == null ? named(usual, command) : RecipeFile.open(recipeFile).recipe();
    try {
      return keepFloat == null ? named : named.keepingFloat(keepFloat);
    } catch (InvalidInputException e) {
      throw command.usage(e.what(), e.remedy());
    }
  }

  private Recipe named(Recipe usual, Subcommand command) {
    try {
      return recipe == null ? usual : Recipe.of(recipe);
    } catch (InvalidInputException e) {
      throw command.usage(e.what(), e.remedy());
    }
  }
}
