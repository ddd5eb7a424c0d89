package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups worked out by hand from the rules of transformers' pipeline. */
class SpansTest {
  private static final double ROUNDING = 1e-12;

  /** Tokens of three characters each; a lower-case letter after the first goes on with its word. */
  private static final String TEXT = "aaabbbcccdddeeefffggghhh";

  private final List<String> labels = List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-x-y");
  private final List<Spans.Token> tokens = new ArrayList<>();

  /** Adds a token whose most probable label is {@code label}. */
  private SpansTest token(String label, double score, boolean subword) {
    double[] probabilities = new double[labels.size()];
    java.util.Arrays.fill(probabilities, (1 - score) / (labels.size() - 1));
    probabilities[labels.indexOf(label)] = score;
    return token(probabilities, subword);
  }

  private SpansTest token(double[] probabilities, boolean subword) {
    int start = 3 * tokens.size();
    tokens.add(new Spans.Token(probabilities, start, start + 3, subword));
    return this;
  }

  private List<Entity> spans(Aggregation how) {
    return new Spans(labels, how).of(tokens, TEXT);
  }

  private List<String> shown(Aggregation how) {
    return spans(how).stream()
        .map(e -> e.label() + " " + e.start() + "-" + e.end() + " " + e.text())
        .toList();
  }

  @Test
  void noneGivesEveryTokenThatIsNotOutsideUnderItsOwnLabel() {
    token("B-PER", 0.9, false).token("I-PER", 0.8, false).token("O", 0.9, false);
    assertThat(shown(Aggregation.NONE)).containsExactly("B-PER 0-3 aaa", "I-PER 3-6 bbb");
  }

  @Test
  void simpleJoinsNeighboursOfOneKindAndAveragesTheirScores() {
    token("B-PER", 0.9, false).token("I-PER", 0.6, false).token("I-PER", 0.9, false);
    assertThat(shown(Aggregation.SIMPLE)).containsExactly("PER 0-9 aaabbbccc");
    assertThat(spans(Aggregation.SIMPLE).get(0).score()).isCloseTo(0.8, within(ROUNDING));
  }

  @Test
  void whatBeginsIsNotJoinedAndWhatGoesOnNeedsNoBeginning() {
    token("I-PER", 0.9, false).token("B-PER", 0.9, false).token("I-LOC", 0.9, false);
    token("B-LOC", 0.9, false).token("I-LOC", 0.9, false).token("I-PER", 0.9, false);
    assertThat(shown(Aggregation.SIMPLE))
        .containsExactly(
            "PER 0-3 aaa", "PER 3-6 bbb", "LOC 6-9 ccc", "LOC 9-15 dddeee", "PER 15-18 fff");
  }

  @Test
  void whatIsOutsideSeparates() {
    token("B-PER", 0.9, false).token("O", 0.9, false).token("I-PER", 0.9, false);
    assertThat(shown(Aggregation.SIMPLE)).containsExactly("PER 0-3 aaa", "PER 6-9 ccc");
  }

  @Test
  void theLabelIsWhatStandsBehindTheFirstHyphen() {
    token("B-x-y", 0.9, false);
    assertThat(shown(Aggregation.SIMPLE)).containsExactly("x-y 0-3 aaa");
  }

  @Test
  void labelsWithoutPrefixesJoinTheirEquals() {
    List<String> plain = List.of("O", "NOUN", "VERB");
    List<Spans.Token> three =
        List.of(
            new Spans.Token(new double[] {0, 1, 0}, 0, 3, false),
            new Spans.Token(new double[] {0, 1, 0}, 3, 6, false),
            new Spans.Token(new double[] {0, 0, 1}, 6, 9, false));
    assertThat(new Spans(plain, Aggregation.SIMPLE).of(three, TEXT))
        .containsExactly(new Entity("NOUN", 1, 0, 6, "aaabbb"), new Entity("VERB", 1, 6, 9, "ccc"));
  }

  /** The example of the pipeline's documentation: micro|soft| com|pany|. */
  @Test
  void firstGivesAWordTheLabelOfItsFirstToken() {
    token("B-PER", 0.6, false).token("I-LOC", 0.9, true);
    token("I-PER", 0.7, false).token("O", 0.8, true);
    assertThat(shown(Aggregation.FIRST)).containsExactly("PER 0-12 aaabbbcccddd");
    assertThat(spans(Aggregation.FIRST).get(0).score()).isCloseTo(0.65, within(ROUNDING));
  }

  @Test
  void maxGivesAWordTheLabelOfItsMostCertainToken() {
    token("B-PER", 0.6, false).token("B-LOC", 0.9, true);
    token("I-PER", 0.7, false).token("O", 0.8, true);
    assertThat(shown(Aggregation.MAX)).containsExactly("LOC 0-6 aaabbb");
    assertThat(spans(Aggregation.MAX).get(0).score()).isCloseTo(0.9, within(ROUNDING));
  }

  @Test
  void maxTakesTheFirstOfTwoThatAreEquallyCertain() {
    token("B-PER", 0.8, false).token("B-LOC", 0.8, true);
    assertThat(shown(Aggregation.MAX)).containsExactly("PER 0-6 aaabbb");
  }

  @Test
  void averageGivesAWordTheLabelOfTheAverageOfItsTokens() {
    token(new double[] {0.5, 0.4, 0.1, 0, 0, 0}, false);
    token(new double[] {0.1, 0.4, 0.5, 0, 0, 0}, true);
    assertThat(shown(Aggregation.AVERAGE)).containsExactly("PER 0-6 aaabbb");
    assertThat(spans(Aggregation.AVERAGE).get(0).score()).isCloseTo(0.4, within(ROUNDING));
    assertThat(shown(Aggregation.FIRST)).isEmpty();
  }

  @Test
  void aTextThatBeginsWithASubwordBeginsAWord() {
    token("B-PER", 0.9, true).token("I-PER", 0.9, true);
    assertThat(shown(Aggregation.FIRST)).containsExactly("PER 0-6 aaabbb");
  }

  @Test
  void noTokensAreNoSpans() {
    for (Aggregation how : Aggregation.values()) {
      assertThat(shown(how)).isEmpty();
    }
  }
}
