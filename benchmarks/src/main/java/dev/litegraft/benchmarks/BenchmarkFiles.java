package dev.litegraft.benchmarks;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the benchmarks read, made where it is not there; about 3 GB.
 *
 * @param folder where it stands
 */
record BenchmarkFiles(Path folder) {
  /** The system property that names another folder. */
  private static final String PROPERTY = "litegraft.benchmarks.folder";

  static BenchmarkFiles usual() {
    return new BenchmarkFiles(Path.of(System.getProperty(PROPERTY, "benchmarks/target/files")));
  }

  /** A checkpoint's folder. */
  Path checkpoint(SyntheticModel model, SyntheticCheckpoint.Type type) throws IOException {
    return new SyntheticCheckpoint(model, type).in(folder);
  }

  /**
   * The bf16 checkpoint, converted, where that was not done before. Delete the folder to redo it.
   */
  Path converted(SyntheticModel model, Recipe recipe) throws IOException {
    Path file = folder.resolve(model.name() + "-" + recipe.canonicalName() + ".tflite");
    if (!Files.exists(file)) {
      convert(checkpoint(model, SyntheticCheckpoint.Type.BF16), recipe, file);
    }
    return file;
  }

  /** Converts a checkpoint into a file that may be there already. */
  static void convert(Path checkpoint, Recipe recipe, Path file) throws IOException {
    Converter.of(checkpoint)
        .withOptions(ConversionOptions.defaults().withRecipe(recipe))
        .convert(file);
  }

  /** Token ids, the same ones for each length. */
  static int[] ids(SyntheticModel model, int tokens) {
    int[] ids = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = 3 + (i * 7919) % (model.vocabulary() - 3);
    }
    return ids;
  }
}
