package dev.litegraft.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs run, and the shipped checkpoint is as good as its card says. */
class ExamplesTest {
  private static final Path CHECKPOINT = Path.of("ko-movie-reviews");

  /** Of the 4,000 held-out reviews, by the original Hugging Face class: 0.8363. */
  private static final double CARD_ACCURACY = 0.8363;

  @TempDir Path folder;

  private interface Program {
    void run() throws IOException;
  }

  @Test
  void aConvertedCheckpointClassifiesAsItsCardSays() throws IOException {
    String model = folder.resolve("reviews.tflite").toString();
    assertThat(printed(() -> ConvertCheckpoint.main(CHECKPOINT.toString(), model)))
        .startsWith("LlamaForSequenceClassification with [negative, positive]: ");
    assertThat(Files.size(Path.of(model))).isPositive();

    String reviews = CHECKPOINT.resolve("test.tsv").toString();
    String right = printed(() -> ClassifyReviews.main(model, reviews));
    assertThat(right).endsWith(" of 4000 right\n");
    double accuracy = Integer.parseInt(right.substring(0, right.indexOf(' '))) / 4000.0;
    assertThat(accuracy).isBetween(CARD_ACCURACY - 5e-4, CARD_ACCURACY + 5e-4);
  }

  private static String printed(Program program) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      program.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
