package dev.litegraft.lab.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.data.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What says nothing of agreement. */
class AgreementTest {
  @TempDir Path folder;

  private static Vectors.Nearest best(int most, double... scores) {
    Vectors.Best best = new Vectors.Best(most);
    for (int i = 0; i < scores.length; i++) {
      best.offer(i, scores[i]);
    }
    return best.nearest();
  }

  @Test
  void theNearestAreDecidedByTheirScoresAlone() {
    Vectors.Nearest clear = best(2, 5, 1, 4, 3);
    assertThat(clear.overlap(clear, 2)).isOne();
    assertThat(clear.overlap(best(2, 1, 3, 5, 4), 2)).isEqualTo(0.5);
    assertThat(clear.overlap(best(2, 4, 1, 4, 3), 2)).as("both of two equals").isOne();
    for (Vectors.Nearest undecided :
        List.of(best(2, 3, 5, 1, 3), best(2, 3, 3, 3), best(2, 3, 3, 3, 4), best(3, 3, 5, 1, 3))) {
      assertThat(undecided.overlap(clear, 2)).isNaN();
      assertThat(clear.overlap(undecided, 2)).isNaN();
    }
    assertThat(best(2, 3, 3, 4, 5).overlap(clear, 2)).as("equals that are not near").isEqualTo(0.5);
    assertThat(best(2, 0.0, 1, -0.0).overlap(clear, 2)).as("zeros").isNaN();
    assertThat(best(2).overlap(best(2), 2)).as("nothing").isNaN();
  }

  @Test
  void howManyAreLeftOutIsTold() {
    assertThat(Vectors.leftOut(new double[] {0, 1}, "texts", 10)).isEmpty();
    assertThat(Vectors.leftOut(new double[] {0, Double.NaN, 1}, "texts", 10))
        .hasValueSatisfying(
            note ->
                assertThat(note)
                    .startsWith("1 of 3 texts are not in the agreement: in one of the files"));
  }

  @Test
  void wordsOfOneLabelAgreeWhateverTheScores() throws IOException {
    DataFile data = DataFile.of(Files.writeString(folder.resolve("words.tsv"), "text\na b\n"));
    NamedColumns columns = new NamedColumns(data, Columns.usual());
    assertThat(new TaggingTask(columns, List.of("O")).whyNoAgreement(1))
        .contains("there is one label, which each word has whatever its score is");
    assertThat(new TaggingTask(columns, List.of("O", "B-PER")).whyNoAgreement(1)).isEmpty();
  }
}
