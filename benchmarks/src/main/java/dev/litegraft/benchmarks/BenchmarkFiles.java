package dev.litegraft.benchmarks;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the benchmarks read, made where it is not there; about 1.5 GB.
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
  Path checkpoint(SyntheticCheckpoint.Type type) throws IOException {
    return new SyntheticCheckpoint(type).in(folder);
  }

  /**
   * The bf16 checkpoint, converted, where that was not done before. Delete the folder to redo it.
   */
  Path converted(Recipe recipe) throws IOException {
    Path file = target(recipe);
    if (!Files.exists(file)) {
      convert(SyntheticCheckpoint.Type.BF16, recipe, file);
    }
    return file;
  }

  /** Where {@link #converted} puts its file. */
  Path target(Recipe recipe) {
    return folder.resolve(recipe.name().toLowerCase(Locale.ROOT) + ".tflite");
  }

  /** Converts a checkpoint into a file that may be there already. */
  void convert(SyntheticCheckpoint.Type type, Recipe recipe, Path file) throws IOException {
    Converter.of(checkpoint(type)).with(ConversionOptions.DEFAULT.withRecipe(recipe)).convert(file);
  }

  /** Token ids, the same ones for each length. */
  static int[] ids(int tokens) {
    int[] ids = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = 3 + (i * 7919) % (SyntheticCheckpoint.VOCABULARY - 3);
    }
    return ids;
  }
}
