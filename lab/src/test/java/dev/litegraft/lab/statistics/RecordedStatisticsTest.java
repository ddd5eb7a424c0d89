package dev.litegraft.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What scipy, scikit-learn and a published table say, and what we say. Recorded by {@code
 * src/test/python/record_statistics.py}.
 */
class RecordedStatisticsTest {
  /** Sums in another order. */
  private static final double ROUNDING = 1e-12;

  /** Two bootstraps with other draws, 2,000 here: an end of an interval is uncertain by this. */
  private static final double CHANCE = 0.004;

  /**
   * Newcombe, Statistics in Medicine 17 (1998), table III: both, first, second, neither, and the
   * ends of method 10 with four digits, which are rounded in all rows but one (0.87367), where they
   * are cut.
   */
  private static final double[][] NEWCOMBE = {
    {36, 12, 2, 0, 0.0569, 0.3404},
    {20, 12, 2, 16, 0.0562, 0.3292},
    {18, 12, 2, 18, 0.0562, 0.3290},
    {36, 14, 0, 0, 0.1528, 0.4167},
    {35, 14, 0, 1, 0.1461, 0.4175},
    {18, 14, 0, 18, 0.1441, 0.3963},
    {2, 97, 1, 0, 0.8721, 0.9854},
    {1, 97, 1, 1, 0.8736, 0.9850},
    {0, 30, 0, 0, 0.8395, 1.0000},
    {54, 0, 0, 0, -0.0664, 0.0664},
    {30, 0, 0, 24, -0.0358, 0.0358}
  };

  private static final double LAST_DIGIT = 0.0001;

  private static JsonNode recorded;
  private static int[] once;
  private static int[] drawn;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in =
        RecordedStatisticsTest.class.getResourceAsStream("/statistics/recorded.json")) {
      recorded = new ObjectMapper().readTree(in);
    }
    drawn = ints(recorded.at("/classification/counts"));
    once = new int[drawn.length];
    Arrays.fill(once, 1);
  }

  private static int[] ints(JsonNode list) {
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).asInt();
    }
    return numbers;
  }

  private static double[] doubles(JsonNode list) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).asDouble();
    }
    return numbers;
  }

  private static int[] counts(String which) {
    return which.equals("once") ? once : drawn;
  }

  private static void same(double value, JsonNode expected) {
    assertThat(value).isCloseTo(expected.asDouble(), within(ROUNDING));
  }

  private static int[] answered() {
    JsonNode rows = recorded.at("/classification/probabilities");
    int[] answered = new int[rows.size()];
    for (int i = 0; i < answered.length; i++) {
      double[] row = doubles(rows.get(i));
      for (int c = 1; c < row.length; c++) {
        answered[i] = row[c] > row[answered[i]] ? c : answered[i];
      }
    }
    return answered;
  }

  @Test
  void newcombesIntervalsAreThoseOfHisTable() {
    for (double[] row : NEWCOMBE) {
      Interval interval =
          Proportions.newcombe((long) row[0], (long) row[1], (long) row[2], (long) row[3]);
      assertThat(interval.low()).as(Arrays.toString(row)).isCloseTo(row[4], within(LAST_DIGIT));
      assertThat(interval.high()).as(Arrays.toString(row)).isCloseTo(row[5], within(LAST_DIGIT));
    }
  }

  @Test
  void wilsonsIntervalsAreThoseOfScipy() {
    for (JsonNode row : recorded.get("wilson")) {
      Interval interval = Proportions.wilson(row.get("k").asLong(), row.get("n").asLong());
      same(interval.low(), row.get("low"));
      same(interval.high(), row.get("high"));
    }
  }

  @Test
  void mcNemarsExactPIsThatOfScipy() {
    for (JsonNode row : recorded.get("mcnemar")) {
      double p = Proportions.mcNemar(row.get("first").asLong(), row.get("second").asLong());
      assertThat(p).isCloseTo(row.get("p").asDouble(), within(1e-10));
    }
  }

  @Test
  void classesAreCountedAsScikitLearnCountsThem() {
    int[] gold = ints(recorded.at("/classification/gold"));
    for (String which : List.of("once", "drawn")) {
      JsonNode expected = recorded.at("/classification/" + which);
      Confusion confusion = Confusion.of(4, gold, answered(), counts(which));
      same(confusion.accuracy(), expected.get("accuracy"));
      same(confusion.macroF1(), expected.get("macro_f1"));
      ClassCounts own = ClassCounts.of(4, gold, answered(), counts(which));
      same(own.macroF1(), expected.get("macro_f1"));
      for (int c = 0; c < 4; c++) {
        assertThat(confusion.counts()[c])
            .containsExactly(
                Arrays.stream(ints(expected.get("confusion").get(c))).asLongStream().toArray());
        same(confusion.precision(c), expected.get("precision").get(c));
        same(own.precision(c), expected.get("precision").get(c));
        same(own.recall(c), expected.get("recall").get(c));
        assertThat(own.support(c)).isEqualTo(confusion.support(c));
        same(confusion.recall(c), expected.get("recall").get(c));
        same(confusion.f1(c), expected.get("f1").get(c));
      }
    }
  }

  @Test
  void theCalibrationErrorIsThatOfScikitLearnsCurve() {
    int[] gold = ints(recorded.at("/classification/gold"));
    int[] answered = answered();
    double[] confidence = new double[gold.length];
    boolean[] right = new boolean[gold.length];
    for (int i = 0; i < gold.length; i++) {
      confidence[i] =
          recorded.at("/classification/probabilities").get(i).get(answered[i]).asDouble();
      right[i] = gold[i] == answered[i];
    }
    Calibration calibration = new Calibration(confidence, right);
    same(calibration.error(once), recorded.at("/classification/once/ece"));
    same(calibration.error(drawn), recorded.at("/classification/drawn/ece"));
  }

  @Test
  void theDivergenceIsScipysEntropy() {
    JsonNode data = recorded.get("classification");
    for (int i = 0; i < data.get("kl").size(); i++) {
      double kl =
          Divergence.kl(
              doubles(data.get("probabilities").get(i)), doubles(data.get("others").get(i)));
      same(kl, data.get("kl").get(i));
    }
  }

  @Test
  void setsOfLabelsAreMeasuredAsScikitLearnDoes() {
    JsonNode data = recorded.get("multilabel");
    int rows = data.get("right").size();
    boolean[][] right = new boolean[5][rows];
    boolean[][] answered = new boolean[5][rows];
    double[][] scores = new double[5][rows];
    for (int i = 0; i < rows; i++) {
      for (int label = 0; label < 5; label++) {
        right[label][i] = data.get("right").get(i).get(label).asBoolean();
        scores[label][i] = data.get("scores").get(i).get(label).asDouble();
        answered[label][i] = scores[label][i] > 0.5;
      }
    }
    LabelSets sets = new LabelSets(right, answered, scores);
    for (String which : List.of("once", "drawn")) {
      same(sets.microF1(counts(which)), data.get(which).get("micro_f1"));
      same(sets.macroF1(counts(which)), data.get(which).get("macro_f1"));
      same(sets.averagePrecision(counts(which)), data.get(which).get("average_precision"));
    }
  }

  @Test
  void correlationsAreThoseOfScipyWithEqualNumbersToo() {
    JsonNode data = recorded.get("correlation");
    Correlation correlation = new Correlation(doubles(data.get("x")), doubles(data.get("y")));
    for (String which : List.of("once", "drawn")) {
      same(correlation.pearson(counts(which)), data.get(which).get("pearson"));
      same(correlation.spearman(counts(which)), data.get(which).get("spearman"));
      same(correlation.rootMeanSquare(counts(which)), data.get(which).get("rmse"));
    }
  }

  @Test
  void numbersThatAreAllTheSameGoTogetherWithNothing() {
    // The mean of three times 0.1 is not 0.1, and what is left must not look like a correlation.
    Correlation correlation =
        new Correlation(new double[] {0.1, 0.1, 0.1, 7}, new double[] {1, 2, 3, 4});
    assertThat(correlation.pearson(new int[] {1, 1, 1, 0})).isNaN();
    assertThat(correlation.spearman(new int[] {1, 1, 1, 0})).isNaN();
    assertThat(correlation.pearson(new int[] {1, 1, 1, 1})).isPositive();
  }

  @Test
  void rankedTextsAreMeasuredAsScikitLearnDoes() {
    for (JsonNode query : recorded.get("ndcg")) {
      double[] grades = doubles(query.get("grades"));
      double[] scores = IntStream.range(0, grades.length).mapToDouble(i -> -i).toArray();
      RankedHits hits = new RankedHits(grades, scores, grades);
      assertThat(hits.hasTies()).isFalse();
      same(hits.ndcg(10), query.get("ndcg10"));
      same(hits.reciprocalRank(10), query.get("rr10"));
    }
  }

  /** Those of scikit-learn, and of all orders that there are, each by itself. */
  @Test
  void textsOfEqualScoreAreMeasuredInAllTheirOrders() {
    for (JsonNode query : recorded.get("ties")) {
      double[] grades = doubles(query.get("grades"));
      RankedHits hits = new RankedHits(grades, doubles(query.get("scores")), grades);
      assertThat(hits.hasTies()).isTrue();
      for (int k : new int[] {1, 3, 10}) {
        same(hits.ndcg(k), query.get("ndcg" + k));
        same(hits.reciprocalRank(k), query.get("rr" + k));
        same(hits.recall(k), query.get("recall" + k));
      }
    }
    double[] collapsed = {1, 0, 0, 0};
    RankedHits hits = new RankedHits(collapsed, new double[4], collapsed);
    assertThat(hits.reciprocalRank(10))
        .isCloseTo((1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0) / 4, within(1e-15));
  }

  @Test
  void thePairedBootstrapGivesScipysIntervalButForChance() {
    int[] gold = ints(recorded.at("/classification/gold"));
    int[] first = answered();
    int[] second = ints(recorded.at("/bootstrap/second"));
    Difference difference =
        PairedBootstrap.of(gold.length)
            .differences(
                List.of(counts -> ClassCounts.of(4, gold, first, counts).macroF1()),
                List.of(counts -> ClassCounts.of(4, gold, second, counts).macroF1()))
            .get(0);
    assertThat(difference.interval().low())
        .isCloseTo(recorded.at("/bootstrap/low").asDouble(), within(CHANCE));
    assertThat(difference.interval().high())
        .isCloseTo(recorded.at("/bootstrap/high").asDouble(), within(CHANCE));
  }

  /** A table of ten thousand classes by themselves has 800 MB, and the bootstrap draws 2,000. */
  @Test
  void manyClassesTakeNoMemoryOfTheirSquare() {
    int classes = 10_000;
    int[] gold = IntStream.range(0, 400).map(i -> i * 7 % classes).toArray();
    int[] answered = IntStream.range(0, 400).map(i -> i % 4 == 0 ? 1 : gold[i]).toArray();
    Interval interval =
        PairedBootstrap.of(gold.length)
            .intervals(List.of(counts -> ClassCounts.of(classes, gold, answered, counts).macroF1()))
            .get(0);
    assertThat(interval.low()).isBetween(0.6, 0.75);
    assertThat(interval.high()).isBetween(interval.low(), 0.85);
  }

  @Test
  void theBootstrapIsTheSameEachTime() {
    Statistic mean = Statistic.mean(new double[] {1, 2, 3, 4, 10});
    List<Interval> one = PairedBootstrap.of(5).intervals(List.of(mean));
    assertThat(one).isEqualTo(PairedBootstrap.of(5).intervals(List.of(mean)));
    assertThat(one.get(0).low()).isBetween(1.0, 3.0);
    assertThat(PairedBootstrap.of(5).draws()).isEqualTo(2000);
  }

  /** Both minimizers stop before the very minimum. */
  private static final double MINIMUM = 1e-5;

  private static double[][] table(JsonNode rows, int columns) {
    double[][] table = new double[rows.size()][];
    for (int i = 0; i < table.length; i++) {
      table[i] = Arrays.copyOf(doubles(rows.get(i)), columns);
    }
    return table;
  }

  @Test
  void temperatureAndBiasesAreThoseOfScipysMinimizer() {
    JsonNode fit = recorded.get("fit");
    int[] gold = ints(recorded.at("/classification/gold"));
    LogitFit warm = LogitFit.ofClasses(table(fit.get("logits"), 4), gold, false);
    assertThat(1 / warm.temperature()).isCloseTo(fit.get("inverse").asDouble(), within(MINIMUM));
    assertThat(warm.bias()).isEmpty();
    LogitFit biased = LogitFit.ofClasses(table(fit.get("logits"), 3), gold, true);
    assertThat(1 / biased.temperature())
        .isCloseTo(fit.get("inverse_biased").asDouble(), within(MINIMUM));
    assertThat(biased.bias()).containsExactly(doubles(fit.get("bias")), within(MINIMUM));
  }

  @Test
  void labelsThatAreEachRightOrNotAreFittedAsScipyAndScikitLearnDo() {
    JsonNode fit = recorded.get("fit");
    JsonNode right = recorded.at("/multilabel/right");
    List<BitSet> sets = new ArrayList<>();
    for (JsonNode row : right) {
      BitSet set = new BitSet();
      for (int label = 0; label < row.size(); label++) {
        set.set(label, row.get(label).asBoolean());
      }
      sets.add(set);
    }
    LogitFit found = LogitFit.ofLabels(table(fit.get("label_logits"), 5), sets);
    assertThat(1 / found.temperature())
        .isCloseTo(fit.get("label_inverse").asDouble(), within(MINIMUM));
    double[][] scores = table(recorded.at("/multilabel/scores"), 5);
    for (int label = 0; label < 5; label++) {
      int column = label;
      double[] own = Arrays.stream(scores).mapToDouble(row -> row[column]).toArray();
      double threshold = LogitFit.threshold(own, sets, label);
      long both = 0;
      long sum = 0;
      for (int i = 0; i < own.length; i++) {
        boolean said = own[i] > threshold;
        boolean is = sets.get(i).get(label);
        both += said && is ? 1 : 0;
        sum += (said ? 1 : 0) + (is ? 1 : 0);
      }
      same(2.0 * both / sum, fit.get("best_f1").get(label));
    }
  }

  /**
   * Of the first 1,000 rows each is of a class of its own; classes differ in how often they are.
   */
  @Test
  void biasesOfAThousandClassesAreFittedInSecondsAndNoDerivativeIsLeft() {
    int rows = 1500;
    int classes = 1000;
    Random random = new Random(15);
    double[][] logits = new double[rows][classes];
    int[] right = new int[rows];
    for (int i = 0; i < rows; i++) {
      right[i] = i < classes ? i : (int) (classes * Math.pow(random.nextDouble(), 4));
      for (int c = 0; c < classes; c++) {
        logits[i][c] = 3 * random.nextGaussian();
      }
      logits[i][right[i]] += 5;
      logits[i][0] += 2;
    }
    LogitFit fit =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60), () -> LogitFit.ofClasses(logits, right, true));
    double[] derivatives = new double[classes];
    double ofInverse = 0;
    List<Double> bias = Arrays.stream(fit.bias()).boxed().toList();
    for (int i = 0; i < rows; i++) {
      double[] p = LogitFit.softmax(logits[i], fit.temperature(), bias);
      for (int c = 0; c < classes; c++) {
        double own = (p[c] - (right[i] == c ? 1 : 0)) / rows;
        derivatives[c] += own;
        ofInverse += own * logits[i][c];
      }
    }
    assertThat(derivatives).containsExactly(new double[classes], within(1e-9));
    assertThat(ofInverse).isCloseTo(0, within(1e-9));
    assertThat(fit.bias()[0]).isZero();
  }

  /** Temperatures are bounded; the biases at the bound are the best ones there. */
  @Test
  void rowsWithoutAMistakeHaveTheColdestTemperatureAndBiasesOfIt() {
    double[][] logits = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {2, 0, 0}};
    LogitFit fit = LogitFit.ofClasses(logits, new int[] {0, 1, 2, 0}, true);
    assertThat(LogitFit.isEnd(fit.temperature())).isTrue();
    assertThat(Arrays.stream(fit.bias()).allMatch(Double::isFinite)).isTrue();
  }
}
