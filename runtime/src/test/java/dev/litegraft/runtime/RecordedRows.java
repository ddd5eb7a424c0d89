package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.Converter;
import dev.litegraft.client.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of tokens that a program and this runtime are asked alike, of recorded checkpoints. */
final class RecordedRows {
  private static final Path GOLDEN =
      Path.of("..", "converter", "src", "test", "resources", "golden");

  private static final String CLASSES = "classes/";
  private static final String CODE = "code/";

  /** Of their vocabularies. */
  private static final int USUAL_WORDS = 90;

  private static final int FEW_WORDS = 30;

  /** Tokens of a row. */
  static final int TOKENS = 16;

  private static final int TEXT = 9;

  /** Sums in another order, in single precision. */
  private static final float ROUNDING = 1e-5f;

  private RecordedRows() {}

  /**
   * The checkpoints that are asked: all cases, a class of each family that has none, and what has
   * neither.
   */
  static List<String> cases() throws IOException {
    List<String> names = new ArrayList<>();
    BuiltInKernelsTest.cases().forEach(name -> names.add("cases/" + name));
    for (String name :
        List.of(
            "CamembertForSequenceClassification",
            "CamembertForQuestionAnswering",
            "SmolLM3ForSequenceClassification",
            "GraniteModel",
            "BertForQuestionAnswering",
            "XLNetForQuestionAnsweringSimple")) {
      names.add(CLASSES + name);
    }
    CodeOnlyFamilies.names().forEach(name -> names.add(CODE + name));
    return names;
  }

  /** A row that is full. */
  static TokenRow full() {
    return row(TOKENS, 0, USUAL_WORDS);
  }

  /** A text with padding behind it. */
  private static TokenRow row(int text, int padding, int words) {
    int[] ids = new int[text + padding];
    int[] mask = new int[text + padding];
    Arrays.setAll(ids, i -> i < text ? (i * 7 + 5) % words + 3 : 0);
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
    Path source =
        name.startsWith(CODE)
            ? CodeOnlyFamilies.write(name.substring(CODE.length()), folder.resolve("source"))
            : GOLDEN.resolve(name);
    Converter.of(source).withOptions(Recorded.F32.withLengths(List.of(TOKENS))).convert(file);
    try (RawModel model = RawModel.open(file)) {
      int words = name.startsWith(CLASSES) ? FEW_WORDS : USUAL_WORDS;
      List<TokenRow> rows = List.of(row(TOKENS, 0, words), row(TEXT, TOKENS - TEXT, words));
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
      ClientTable.add(client, name.substring(name.indexOf('/') + 1), file, furthest);
    }
  }
}
