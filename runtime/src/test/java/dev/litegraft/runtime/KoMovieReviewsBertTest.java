package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The example checkpoint with WordPiece, on the reviews that the original class was asked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KoMovieReviewsBertTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews-bert");
  private static final int REVIEWS = 1500;
  private static final int RIGHT = 1222;

  private Path folder = Path.of("");
  private List<Review> reviews = List.of();
  private List<Classification> f32 = List.of();

  private record Review(String text, int[] ids, String label, String predicted, float[] logits) {}

  @BeforeAll
  void classify(@TempDir Path temporary) throws IOException {
    folder = temporary;
    reviews = recorded();
    f32 = answers(Recorded.F32);
  }

  private static List<Review> recorded() throws IOException {
    byte[] json =
        ("{\"all\":" + Files.readString(EXAMPLE.resolve("expected.json")) + "}")
            .getBytes(StandardCharsets.UTF_8);
    List<Review> reviews = new ArrayList<>();
    for (Object one : (List<?>) Objects.requireNonNull(Json.parse(json, "").get("all"))) {
      Map<?, ?> review = (Map<?, ?>) one;
      reviews.add(
          new Review(
              String.valueOf(review.get("text")),
              Recorded.ints(review.get("input_ids")),
              String.valueOf(review.get("label")),
              String.valueOf(review.get("predicted")),
              Recorded.floats(review.get("logits"))));
    }
    return reviews;
  }

  private List<Classification> answers(ConversionOptions options) throws IOException {
    Path file = folder.resolve(options.recipe().alias() + ".tflite");
    Converter.of(EXAMPLE).withOptions(options).withThreads(1).convert(file);
    try (TextClassifier classifier =
        TextClassifier.open(file, RuntimeOptions.defaults().withThreads(1))) {
      return classifier.classify(reviews.stream().map(Review::text).toList());
    }
  }

  @Test
  void theEmbeddedTokenizerGivesTheRecordedIds() throws IOException {
    assertThat(reviews).hasSize(REVIEWS);
    try (TextClassifier classifier =
        TextClassifier.open(folder.resolve(Recorded.F32.recipe().alias() + ".tflite"))) {
      int most = classifier.model().maxLength().orElseThrow();
      for (Review review : reviews) {
        assertThat(classifier.tokenizer().encode(review.text(), null, most).ids())
            .as(review.text())
            .containsExactly(review.ids());
      }
    }
  }

  @Test
  void f32GivesTheRecordedLogitsAndLabels() {
    int right = 0;
    for (int i = 0; i < REVIEWS; i++) {
      Review review = reviews.get(i);
      Classification answer = f32.get(i);
      for (int label = 0; label < 2; label++) {
        assertThat(answer.logits().get(label))
            .as(review.text())
            .isCloseTo(review.logits()[label], within(Recorded.TOLERANCE));
      }
      assertThat(answer.label()).as(review.text()).isEqualTo(review.predicted());
      assertThat(answer.tokens()).isEqualTo(review.ids().length);
      right += answer.label().equals(review.label()) ? 1 : 0;
    }
    assertThat(right).isEqualTo(RIGHT);
  }

  @Test
  void int8GivesTheLabelsOfF32() throws IOException {
    List<Classification> int8 = answers(ConversionOptions.defaults());
    int same = 0;
    int right = 0;
    for (int i = 0; i < REVIEWS; i++) {
      same += int8.get(i).labelId() == f32.get(i).labelId() ? 1 : 0;
      right += int8.get(i).label().equals(reviews.get(i).label()) ? 1 : 0;
    }
    System.out.println(
        "ko-movie-reviews-bert: int8 gives the label of f32 to "
            + same
            + " of 1500 reviews, and the right label to "
            + right);
    assertThat(same).isGreaterThanOrEqualTo(REVIEWS * 99 / 100);
  }
}
