package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The graph and its weights come out as they did, to the byte. The archive behind them is left out:
 * facts may be added.
 *
 * <p>A change that means to write other bytes writes the table anew, and says why.
 */
class ConvertedBytesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;

  @TempDir Path folder;

  static Stream<Arguments> recorded() throws IOException {
    return Files.readAllLines(GOLDEN.resolve("converted-bytes.tsv")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .map(
            fields -> {
              int dot = fields[0].lastIndexOf('.');
              return Arguments.of(
                  fields[0].substring(0, dot), fields[0].substring(dot + 1), fields[1]);
            });
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("recorded")
  void theGraphAndItsWeightsAreThoseOfBefore(String name, String recipe, String sha256)
      throws IOException, NoSuchAlgorithmException {
    Path file = folder.resolve("model.tflite");
    Converter.of(GOLDEN.resolve("cases").resolve(name))
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.of(recipe)))
        .convert(file);

    byte[] all = Files.readAllBytes(file);
    byte[] graph = Arrays.copyOf(all, beginOfArchive(all));
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(graph);
    assertThat(HexFormat.of().formatHex(hash)).isEqualTo(sha256);
  }

  /** Where the first of the archive's files stands: the smallest offset of its directory. */
  private static int beginOfArchive(byte[] all) {
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    int end = all.length - END_BYTES;
    assertThat(bytes.getInt(end)).as("the archive's end").isEqualTo(END);
    int at = bytes.getInt(end + 16);
    int first = at;
    while (bytes.getInt(at) == CENTRAL) {
      first = Math.min(first, bytes.getInt(at + 42));
      at += 46 + bytes.getShort(at + 28) + bytes.getShort(at + 30) + bytes.getShort(at + 32);
    }
    return first;
  }
}
