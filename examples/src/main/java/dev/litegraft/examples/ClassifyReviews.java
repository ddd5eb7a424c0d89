package dev.litegraft.examples;

import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Classifies labelled reviews, a text, a tab and a label a line, and counts the right answers.
 *
 * <pre>
 * ./litegraft convert examples/ko-movie-reviews -o reviews.tflite
 * java -cp "cli/target/dist/lib/*" \
 *   examples/src/main/java/dev/litegraft/examples/ClassifyReviews.java \
 *   reviews.tflite examples/ko-movie-reviews/test.tsv
 * </pre>
 */
public final class ClassifyReviews {
  private ClassifyReviews() {}

  /** Takes the .tflite file and the reviews. */
  public static void main(String... args) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(args[1]));
    List<String> reviews = lines.subList(1, lines.size()); // the first line has the names
    int right = 0;
    try (TextClassifier classifier = TextClassifier.open(Path.of(args[0]))) {
      for (String review : reviews) {
        int tab = review.lastIndexOf('\t');
        Classification answer = classifier.classify(review.substring(0, tab));
        right += answer.label().equals(review.substring(tab + 1)) ? 1 : 0;
      }
    }
    System.out.println(right + " of " + reviews.size() + " right");
  }
}
