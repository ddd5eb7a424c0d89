package dev.litegraft.examples;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files made of the checkpoints that are in this repository, for the tests of the modules beside
 * this one; each is made once.
 *
 * @param folder where they are put
 */
public record ConvertedFiles(Path folder) {
  private static final Path HOME = Path.of("..");

  /** The classifier of reviews, {@code reviews.tflite}. */
  public Path reviews(Recipe recipe) throws IOException {
    return converted(HOME.resolve("examples/ko-movie-reviews"), "reviews", recipe);
  }

  /**
   * A folder of the command line's recorded tasks, in f32.
   *
   * @param name as {@code bi-encoder}
   */
  public Path task(String name) throws IOException {
    Path model = HOME.resolve("cli/src/test/resources/tasks").resolve(name).resolve("model");
    return converted(model, name, Recipe.F32);
  }

  private Path converted(Path checkpoint, String name, Recipe recipe) throws IOException {
    Path file = folder.resolve(name + ".tflite");
    if (!Files.exists(file)) {
      Converter.of(checkpoint)
          .withOptions(ConversionOptions.defaults().withRecipe(recipe))
          .convert(file);
    }
    return file;
  }
}
