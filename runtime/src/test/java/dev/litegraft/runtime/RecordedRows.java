package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.Converter;
import dev.litegraft.client.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Rows of tokens that a program and this runtime are asked alike, of recorded checkpoints. */
final class RecordedRows {
  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");

  /** Tokens of a row. */
  static final int TOKENS = 16;

  private static final int TEXT = 9;

  /** Sums in another order, in single precision. */
  private static final float ROUNDING = 1e-5f;

  private RecordedRows() {}

  /** The checkpoints that are asked. */
  static List<String> cases() throws IOException {
    return BuiltInKernelsTest.cases();
  }

  /** A row that is full. */
  static TokenRow full() {
    return row(TOKENS, 0);
  }

  /** A text with padding behind it. */
  private static TokenRow row(int text, int padding) {
    int[] ids = new int[text + padding];
    int[] mask = new int[text + padding];
    Arrays.setAll(ids, i -> i < text ? (i * 7 + 5) % 90 + 3 : 0);
    Arrays.fill(mask, 0, text, 1);
    return TokenRow.of(ids, mask, null);
  }

  /**
   * Checks that a program answers as this runtime does, in f32 with a static length; the largest
   * difference goes into the table of clients.
   *
   * @param folder for the file
   */
  static void requireSame(ClientProcess program, Client client, Path folder, String name)
      throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(CASES.resolve(name))
        .withOptions(Recorded.F32.withLengths(List.of(TOKENS)))
        .convert(file);
    try (RawModel model = RawModel.open(file)) {
      List<TokenRow> rows = List.of(full(), row(TEXT, TOKENS - TEXT));
      List<float[]> answers = program.answer(file, rows, model.takesTokenTypes());
      float furthest = 0;
      for (int i = 0; i < rows.size(); i++) {
        float[] expected = model.answer(rows.get(i)).values();
        float scale = 1;
        for (float number : expected) {
          scale = Math.max(scale, Math.abs(number));
        }
        assertThat(answers.get(i)).containsExactly(expected, within(ROUNDING * scale));
        for (int k = 0; k < expected.length; k++) {
          furthest = Math.max(furthest, Math.abs(answers.get(i)[k] - expected[k]) / scale);
        }
      }
      ClientTable.add(client, name, file, furthest);
    }
  }
}
