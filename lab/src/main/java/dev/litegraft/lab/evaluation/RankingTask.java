package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.statistics.RankedHits;
import dev.litegraft.lab.statistics.Statistic;
import dev.litegraft.runtime.QueryTexts;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The texts of a query are ranked; some of them are relevant. Files agree if the same one is first,
 * or the same ones that have one score: such have no order, whatever that of the data is. A query
 * of which neither file prefers a text to another, as there is one or all have one score, says
 * nothing of agreement: files that order nothing would agree best.
 */
final class RankingTask implements Task {
  private static final int TOP = 10;

  private final String text;
  private final String query;
  private final Optional<String> label;
  private final List<double[]> grades = new ArrayList<>();
  private int queries;

  /** Queries with one text, be it in several rows, which is first whatever its score is. */
  private int alone;

  RankingTask(NamedColumns columns, String query) {
    this.text = columns.text("text");
    this.query = query;
    this.label = columns.label("score", "label");
    columns.requireUnnamed("ranking", "", NamedColumns.PAIR);
  }

  @Override
  public String name() {
    return "ranking";
  }

  @Override
  public String items() {
    return "queries";
  }

  @Override
  public Optional<String> groupedBy() {
    return Optional.of(query);
  }

  @Override
  public void read(List<DataRow> item) {
    queries++;
    alone += item.stream().map(row -> row.text(text)).distinct().count() == 1 ? 1 : 0;
    label.ifPresent(
        column -> grades.add(item.stream().mapToDouble(row -> row.number(column)).toArray()));
  }

  @Override
  public void end() {
    if (label.isPresent()
        && grades.stream().allMatch(g -> Arrays.stream(g).allMatch(grade -> grade <= 0))) {
      throw new InvalidInputException(
          "no text is relevant for any query", "column " + label.get(), "give grades above 0");
    }
  }

  @Override
  public OptionalInt judged() {
    return isLabelled()
        ? OptionalInt.of((int) grades.stream().filter(RankedHits::isJudged).count())
        : OptionalInt.empty();
  }

  @Override
  public String shown(DataRow row) {
    return row.text(query);
  }

  @Override
  public boolean isLabelled() {
    return label.isPresent();
  }

  @Override
  public Optional<String> mainMeasure() {
    return label.map(column -> "ndcg_at_10");
  }

  @Override
  public Optional<String> whyNoMeasure(int items) {
    return isLabelled() && grades.stream().noneMatch(RankingTask::isOrdered)
        ? Optional.of("no query has texts of different grades, so that each order is as good")
        : Optional.empty();
  }

  @Override
  public Optional<String> whyNoAgreement(int items) {
    return alone == queries
        ? Optional.of("each query has one text, which is first whatever its score is")
        : Optional.empty();
  }

  /** Whether an order of a query's texts is better than another; grades below 0 are 0. */
  private static boolean isOrdered(double[] grades) {
    return Arrays.stream(grades).map(grade -> Math.max(0, grade)).distinct().count() > 1;
  }

  @Override
  public List<String> notes() {
    return alone == 0
        ? List.of()
        : List.of(
            alone
                + " of "
                + queries
                + " queries have one text, which is first whatever its score is");
  }

  @Override
  public Asker open(Path file, RuntimeOptions options, int items) throws IOException {
    Reranker reranker = Reranker.open(file, options);
    return new Asker() {
      private final int[][] order = new int[items][];
      private final double[][] scores = new double[items][];

      @Override
      public Reply ask(int index, List<DataRow> item) {
        QueryTexts asked = asked(item);
        return kept(index, item, reranker.rank(asked.query(), asked.texts()));
      }

      @Override
      public void askAll(Stream<List<DataRow>> items, Replies replies) {
        int[] next = {0};
        Asker.ask(
            items,
            RankingTask.this::asked,
            reranker::rankAll,
            (item, answer) -> replies.told(kept(next[0]++, item, answer)),
            item -> e -> replies.fault(item.get(0), e));
      }

      private Reply kept(int index, List<DataRow> item, List<RankedText> ranked) {
        if (ranked.stream().anyMatch(one -> Double.isNaN(one.score()))) {
          throw ClassifierTask.notANumber(item.get(0), file);
        }
        double[] own = new double[ranked.size()];
        ranked.forEach(one -> own[one.index()] = one.score());
        scores[index] = own;
        order[index] = ranked.stream().mapToInt(RankedText::index).toArray();
        return new Reply(
            ranked.stream().mapToInt(RankedText::tokens).sum(),
            ranked.stream().anyMatch(one -> one.truncated() || one.queryTruncated()),
            ranked.stream().mapToDouble(RankedText::milliseconds).sum());
      }

      @Override
      public Answers answers() {
        return new Given(order, scores);
      }

      @Override
      public void close() {
        reranker.close();
      }
    };
  }

  private QueryTexts asked(List<DataRow> item) {
    return new QueryTexts(
        item.get(0).text(query), item.stream().map(row -> row.text(text)).toList());
  }

  private final class Given implements Answers {
    private final int[][] order;
    private final double[][] scores;

    Given(int[][] order, double[][] scores) {
      this.order = order;
      this.scores = scores;
    }

    private Statistic each(ToDoubleFunction<RankedHits> measure) {
      double[] numbers = new double[order.length];
      for (int q = 0; q < numbers.length; q++) {
        double[] own = grades.get(q);
        numbers[q] =
            measure.applyAsDouble(new RankedHits(inOrder(q, own), inOrder(q, scores[q]), own));
      }
      return Statistic.mean(numbers);
    }

    private double[] inOrder(int q, double[] ofTexts) {
      return Arrays.stream(order[q]).mapToDouble(i -> ofTexts[i]).toArray();
    }

    @Override
    public List<String> notes() {
      long tied =
          IntStream.range(0, order.length).filter(q -> places(q).size() < order[q].length).count();
      return tied == 0
          ? List.of()
          : List.of(
              tied
                  + " of "
                  + order.length
                  + " queries have texts of equal score"
                  + (isLabelled() ? "; measures are means over their orders" : ""));
    }

    @Override
    public List<Measured> measures() {
      return isLabelled()
          ? List.of(
              new Measured("ndcg_at_10", each(hits -> hits.ndcg(TOP)), 1),
              new Measured("mrr_at_10", each(hits -> hits.reciprocalRank(TOP)), 1))
          : List.of();
    }

    @Override
    public Beside beside(Answers other) {
      Given before = (Given) other;
      double[] same = new double[order.length];
      List<Flip> flips = new ArrayList<>();
      int compared = 0;
      int equal = 0;
      for (int q = 0; q < same.length; q++) {
        List<Set<Integer>> first = before.places(q);
        List<Set<Integer>> now = places(q);
        if (first.size() == 1 && now.size() == 1) {
          same[q] = Double.NaN;
          continue;
        }
        compared++;
        same[q] = first.get(0).equals(now.get(0)) ? 1 : 0;
        equal += first.equals(now) ? 1 : 0;
        if (same[q] == 0) {
          flips.add(flip(q, before, first.get(0), now.get(0)));
        }
      }
      return new Beside(
          same,
          true,
          Beside.leftOut(
              same.length - compared,
              same.length,
              items(),
              "they have one text, or both files score all their texts alike"),
          compared == 0 ? Map.of() : Map.of("same_order", (double) equal / compared),
          flips);
    }

    /** The texts of a query from the best on, those of one score together. */
    private List<Set<Integer>> places(int q) {
      List<Set<Integer>> places = new ArrayList<>();
      double last = Double.NaN;
      for (int text : order[q]) {
        if (scores[q][text] != last) {
          places.add(new TreeSet<>());
        }
        last = scores[q][text];
        places.get(places.size() - 1).add(text);
      }
      return places;
    }

    private Flip flip(int q, Given before, Set<Integer> first, Set<Integer> now) {
      int was = only(first, now);
      int is = only(now, first);
      return new Flip(
          q,
          "",
          "",
          Optional.empty(),
          shown(first, was),
          shown(now, is),
          before.scores[q][was] - before.scores[q][is],
          scores[q][is] - scores[q][was]);
    }

    /** One that the others do not have; where they have all, the first. */
    private static int only(Set<Integer> some, Set<Integer> others) {
      return some.stream()
          .filter(text -> !others.contains(text))
          .findFirst()
          .orElseGet(() -> some.iterator().next());
    }

    private static String shown(Set<Integer> best, int one) {
      return "text "
          + (one + 1)
          + (best.size() == 1 ? "" : " and " + (best.size() - 1) + " of equal score");
    }

    @Override
    public void close() {}
  }
}
