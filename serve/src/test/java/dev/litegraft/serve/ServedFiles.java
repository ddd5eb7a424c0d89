package dev.litegraft.serve;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of every kind that is served, made of the checkpoints that are in this repository. */
record ServedFiles(Path folder) {
  private static final Path HOME = Path.of("..");

  /** The example's classifier, in int8. */
  Path reviews() throws IOException {
    return converted(
        HOME.resolve("examples/ko-movie-reviews"), "reviews", Recipe.DYNAMIC_WI8_AFP32);
  }

  /** A folder of the command line's recorded tasks, in f32. */
  Path task(String name) throws IOException {
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
