package dev.litegraft.springai;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Path;

/** Files in f32, made of the checkpoints that are in this repository. */
final class ConvertedFiles {
  private static final Path HOME = Path.of("..");

  private ConvertedFiles() {}

  static Path reviews(Path folder) throws IOException {
    return converted(HOME.resolve("examples/ko-movie-reviews"), folder.resolve("reviews.tflite"));
  }

  /** A folder of the command line's recorded tasks. */
  static Path task(String name, Path folder) throws IOException {
    Path model = HOME.resolve("cli/src/test/resources/tasks").resolve(name).resolve("model");
    return converted(model, folder.resolve(name + ".tflite"));
  }

  private static Path converted(Path checkpoint, Path file) throws IOException {
    Converter.of(checkpoint)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32))
        .convert(file);
    return file;
  }
}
