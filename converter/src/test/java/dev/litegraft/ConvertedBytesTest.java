package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.quantize.Recipe;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The graph and its weights come out as they did, to the byte, and so do labels and tokenizer. Of
 * the archive behind them the facts are left out, which may be added to.
 *
 * <p>A change that means to write other bytes writes the table anew, and says why.
 */
class ConvertedBytesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");

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

    assertThat(sha256(graph(file))).isEqualTo(sha256);
  }

  /**
   * No recorded case has a tokenizer; the example has. Its compressed form is left out, which
   * another zlib may make otherwise: what comes out of it counts.
   */
  @ParameterizedTest
  @ValueSource(strings = {"f32", "dynamic_wi8_afp32"})
  void soAreTheExamplesLabelsAndTokenizer(String recipe)
      throws IOException, NoSuchAlgorithmException {
    Path file = folder.resolve("model.tflite");
    Converter.of(EXAMPLE)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.of(recipe)))
        .convert(file);

    List<String> parts = new ArrayList<>();
    parts.add(recipe + "\tgraph\t" + sha256(graph(file)));
    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThat(reader.model().file("tokenizer.json")).isEmpty();
      assertThat(reader.model().file("tokenizer.json.gz")).isPresent();
      for (String name : List.of("labels.txt", "tokenizer.json", "tokenizer_config.json")) {
        parts.add(recipe + "\t" + name + "\t" + sha256(reader.file(name).orElseThrow()));
      }
    }
    assertThat(parts)
        .isEqualTo(
            Files.readAllLines(GOLDEN.resolve("converted-example.tsv")).stream()
                .filter(line -> line.startsWith(recipe + "\t"))
                .toList());
  }

  private static byte[] graph(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    return Arrays.copyOf(all, beginOfArchive(all));
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
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
