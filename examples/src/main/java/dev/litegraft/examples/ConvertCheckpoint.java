package dev.litegraft.examples;

import dev.litegraft.ConversionOptions;
import dev.litegraft.ConversionReport;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Converts a checkpoint in a program, as a build or a server does.
 *
 * <pre>
 * ./litegraft --version   # builds the libraries
 * java -cp "cli/target/dist/lib/*" \
 *   examples/src/main/java/dev/litegraft/examples/ConvertCheckpoint.java \
 *   examples/ko-movie-reviews reviews.tflite
 * </pre>
 */
public final class ConvertCheckpoint {
  private ConvertCheckpoint() {}

  /** Takes the checkpoint's folder and the file to write. */
  public static void main(String... args) throws IOException {
    ConversionReport report =
        Converter.of(Path.of(args[0]))
            .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32))
            .convert(Path.of(args[1]));
    System.out.println(
        report.hfClass() + " with " + report.labels() + ": " + report.targetBytes() + " bytes");
  }
}
