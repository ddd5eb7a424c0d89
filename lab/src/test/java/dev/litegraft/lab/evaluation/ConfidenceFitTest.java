package dev.litegraft.lab.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.ConfidenceFit.Form;
import dev.litegraft.lab.evaluation.ConfidenceFit.Quality;
import dev.litegraft.lab.statistics.LogitFit;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probabilities of the example that were fitted to its reviews. */
class ConfidenceFitTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");
  private static final String TEXT = "정말 재미있어요";

  @TempDir static Path folder;

  private static Path plain;
  private static DataFile reviews;

  @BeforeAll
  static void convert() throws IOException {
    plain = Converter.of(EXAMPLE).convert(folder.resolve("plain.tflite")).target();
    List<String> lines = Files.readAllLines(EXAMPLE.resolve("test.tsv")).subList(0, 401);
    reviews = DataFile.of(Files.write(folder.resolve("reviews.tsv"), lines));
  }

  private static ConfidenceFit fit(DataFile data, Form form) throws IOException {
    return ConfidenceFit.of(plain, data, Columns.usual(), form, RuntimeOptions.defaults());
  }

  private static Path converted(Confidence confidence) throws IOException {
    return Converter.of(EXAMPLE)
        .withOptions(ConversionOptions.defaults().withConfidence(confidence))
        .convert(folder.resolve("fitted.tflite"))
        .target();
  }

  private static Classification classified(Path file, String text) throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file)) {
      return classifier.classify(text);
    }
  }

  @Test
  void aTemperatureChangesNoLabelAndIsJudgedOnOtherRows() throws IOException {
    ConfidenceFit fit = fit(reviews, Form.TEMPERATURE);
    assertThat(fit.confidence().temperature()).isBetween(0.5, 2.0).isNotEqualTo(1);
    assertThat(fit.confidence().bias()).isEmpty();
    assertThat(fit.rows() + fit.after().rows()).isEqualTo(400);
    assertThat(fit.after().accuracy()).isEqualTo(fit.before().accuracy());
    assertThat(fit.after().logLoss()).isNotEqualTo(fit.before().logLoss());
    assertThat(fit(reviews, Form.BIAS).confidence().bias()).hasSize(2);
  }

  @Test
  void theFileUsesItInProbabilitiesAndNeverInLogits() throws IOException {
    Confidence confidence = new Confidence(2, List.of(0.0, -10.0), List.of());
    Path fitted = converted(confidence);
    Classification before = classified(plain, TEXT);
    Classification after = classified(fitted, TEXT);
    assertThat(after.logits()).isEqualTo(before.logits());
    double difference = (before.logits().get(1) - before.logits().get(0)) / 2.0 - 10;
    assertThat(after.probabilities().get(1))
        .isCloseTo(1 / (1 + Math.exp(-difference)), within(1e-12));
    assertThat(before.label()).isEqualTo("positive");
    assertThat(after.label()).isEqualTo("negative");
    assertThat(after.score()).isEqualTo(after.probabilities().get(0));
    try (TfliteReader reader = TfliteReader.open(fitted)) {
      ModelFacts facts = reader.facts().orElseThrow();
      assertThat(facts.find(ModelFacts.CONFIDENCE)).contains(confidence);
      assertThat(facts.toJson()).containsPattern("must_understand[^}]*\"confidence\"");
    }
  }

  @Test
  void aTemperatureAtTheEndOfTheSearchGainsNothing() {
    double[][] surelyRight = {{1, 0}, {0, 1}};
    double end = LogitFit.ofClasses(surelyRight, new int[] {0, 1}, false).temperature();
    Quality before = new Quality(20, 0.5, 0.1, 0.9);
    Quality after = new Quality(20, 0.4, 0.1, 0.9);
    ConfidenceFit atEnd =
        new ConfidenceFit(new Confidence(end, List.of(), List.of()), 20, before, after);
    assertThat(atEnd.isEnd()).isTrue();
    assertThat(atEnd.gains()).isFalse();
    ConfidenceFit found =
        new ConfidenceFit(new Confidence(1.1, List.of(), List.of()), 20, before, after);
    assertThat(found.gains()).isTrue();
  }

  @Test
  void rowsOfOneLabelOrTooFewFitNothing() throws IOException {
    List<String> same =
        new ArrayList<>(
            Files.readAllLines(EXAMPLE.resolve("test.tsv")).subList(1, 400).stream()
                .filter(line -> line.endsWith("\tpositive"))
                .toList());
    same.add(0, "text\tlabel");
    DataFile one = DataFile.of(Files.write(folder.resolve("same.tsv"), same));
    assertThatThrownBy(() -> fit(one, Form.TEMPERATURE))
        .hasMessageContaining("all rows of one half have the same label");
    List<String> few =
        new ArrayList<>(Files.readAllLines(EXAMPLE.resolve("test.tsv")).subList(0, 12));
    DataFile some = DataFile.of(Files.write(folder.resolve("few.tsv"), few));
    assertThatThrownBy(() -> fit(some, Form.TEMPERATURE)).hasMessageContaining("20 are the fewest");
    Path unlabelled = Files.write(folder.resolve("unlabelled.tsv"), List.of("text", "좋아요", "싫어요"));
    assertThatThrownBy(() -> fit(DataFile.of(unlabelled), Form.TEMPERATURE))
        .hasMessageContaining("there is no column of labels; there are text");
  }
}
