package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Similarity;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.data.RowReader;
import dev.litegraft.lab.reference.Workers;
import dev.litegraft.lab.statistics.RankedHits;
import dev.litegraft.lab.statistics.Statistic;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Queries find texts of a corpus. The texts come first, then the queries; where the file knows
 * prompts that are called {@code query} and {@code document} or {@code passage}, they are put
 * before them.
 */
final class RetrievalTask implements Task {
  /** What the rows of corpora are called by, in the files of BEIR with an underscore. */
  private static final List<String> IDS = List.of("id", "_id");

  private static final int FOUND = 100;
  private static final int TOP = 10;
  private static final int FEWEST = 2 * TOP;
  private static final int BLOCK = 1024;

  private final String text;
  private final Relevance relevance;
  private final int threads;
  private final Similarity similarity;
  private final Map<String, Integer> texts = new HashMap<>();
  private final Map<String, Integer> queries = new HashMap<>();

  /** Some of the texts, none of which is another's equal, until there are enough to choose from. */
  private final Set<String> different = new HashSet<>();

  private final List<Map<Integer, Double>> grades = new ArrayList<>();
  private final String queriesFile;
  private final String ids;
  private final String queryIds;

  RetrievalTask(NamedColumns columns, Relevance relevance, Similarity similarity, int threads) {
    this.text = columns.text("text");
    columns.requireUnnamed(
        "retrieval",
        "give rows without --queries and --relevance",
        NamedColumns.PAIR,
        NamedColumns.LABEL,
        NamedColumns.QUERY);
    this.relevance = relevance;
    this.similarity = similarity;
    this.threads = threads;
    this.ids = id(columns.data());
    this.queryIds = id(relevance.queries());
    relevance.queries().require("text", "rename the column to text:");
    this.queriesFile = relevance.queries().path().toString();
    if (queriesFile.equals(columns.data().path().toString())) {
      throw new InvalidInputException(
          "the texts and the queries that are to find them are one file",
          queriesFile,
          "name two files: --data with the texts, --queries with the queries");
    }
  }

  private static String id(DataFile data) {
    return IDS.stream()
        .filter(data.columns()::contains)
        .findFirst()
        .orElseGet(() -> data.require(IDS.get(0), "rename the column to id:"));
  }

  @Override
  public String name() {
    return "retrieval";
  }

  @Override
  public String items() {
    return "queries";
  }

  private boolean isQuery(DataRow row) {
    return row.where().startsWith(queriesFile + ", line ");
  }

  @Override
  public void read(List<DataRow> item) {
    DataRow row = item.get(0);
    Map<String, Integer> known = isQuery(row) ? queries : texts;
    String own = shown(row);
    if (!isQuery(row) && different.size() < FEWEST) {
      different.add(own);
    }
    String id = row.name(isQuery(row) ? queryIds : ids);
    if (known.putIfAbsent(id, known.size()) != null) {
      throw new InvalidInputException(
          "the id \"" + id + "\" stands in two rows", row.where(), "give each its own");
    }
  }

  @Override
  public void end() {
    queries.forEach((id, index) -> grades.add(new HashMap<>()));
    DataFile judged = relevance.judgements();
    String query = judged.require("query-id", "rename the column to query-id:");
    String found = judged.require("corpus-id", "rename the column to corpus-id:");
    String score = judged.require("score", "rename the column to score:");
    try (RowReader rows = judged.open()) {
      for (DataRow row = rows.next(); row != null; row = rows.next()) {
        Integer q = queries.get(row.name(query));
        Integer t = texts.get(row.name(found));
        if (q == null || t == null) {
          throw new InvalidInputException(
              q == null
                  ? "there is no query \"" + row.name(query) + "\""
                  : "there is no text \"" + row.name(found) + "\"",
              row.where(),
              "give the corpus and the queries that belong to these judgements");
        }
        double grade = row.number(score);
        Double before = grades.get(q).put(t, grade);
        if (before != null && before != grade) {
          throw new InvalidInputException(
              "the text \""
                  + row.name(found)
                  + "\" is judged twice for the query \""
                  + row.name(query)
                  + "\": "
                  + before
                  + " and "
                  + grade,
              row.where(),
              "keep one of the two rows");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (grades.stream().noneMatch(g -> g.values().stream().anyMatch(s -> s > 0))) {
      throw new InvalidInputException(
          "no text is relevant for any query", judged.path().toString(), "give scores above 0");
    }
  }

  @Override
  public int units(int items) {
    return queries.size();
  }

  @Override
  public OptionalInt judged() {
    return OptionalInt.of(
        (int) grades.stream().filter(g -> g.values().stream().anyMatch(s -> s > 0)).count());
  }

  @Override
  public String shown(DataRow row) {
    return row.text(isQuery(row) ? "text" : text);
  }

  @Override
  public boolean isLabelled() {
    return true;
  }

  @Override
  public Optional<String> mainMeasure() {
    return Optional.of("ndcg_at_10");
  }

  /**
   * What ten of few texts are found is the same by chance, as with neighbours; the same text with
   * many ids is one of those few.
   */
  @Override
  public Optional<String> whyNoAgreement(int items) {
    return Vectors.whyNoAgreement(TOP, different.size(), FEWEST);
  }

  @Override
  public Asker open(Path file, RuntimeOptions options, int items) throws IOException {
    TextEmbedder embedder = TextEmbedder.open(file, options);
    Optional<String> ofQueries = embedder.queryPrompt();
    Optional<String> ofTexts = embedder.documentPrompt();
    return new Asker() {
      private final LazyStore store = new LazyStore(items);

      @Override
      public Reply ask(int index, List<DataRow> item) {
        DataRow row = item.get(0);
        Optional<String> prompt = isQuery(row) ? ofQueries : ofTexts;
        return kept(
            index,
            row,
            prompt.isPresent()
                ? embedder.embed(shown(row), prompt.get())
                : embedder.embed(shown(row)));
      }

      @Override
      public void askAll(Stream<List<DataRow>> items, Replies replies) {
        Iterator<DataRow> all = Asker.rows(items).iterator();
        askAll(Stream.generate(all::next).limit(texts.size()), 0, ofTexts, replies);
        askAll(Stream.generate(all::next).limit(queries.size()), texts.size(), ofQueries, replies);
      }

      private void askAll(
          Stream<DataRow> some, int first, Optional<String> prompt, Replies replies) {
        int[] next = {first};
        Asker.ask(
            some,
            RetrievalTask.this::shown,
            stream ->
                prompt.isPresent()
                    ? embedder.embedAll(stream, prompt.get())
                    : embedder.embedAll(stream),
            (row, answer) -> replies.told(kept(next[0]++, row, answer)),
            row -> e -> replies.fault(row, e));
      }

      private Reply kept(int index, DataRow row, TextEmbedding answer) {
        store.put(index, VectorTask.finite(answer.vector(), row, file));
        return new Reply(answer.tokens(), answer.truncated(), answer.milliseconds());
      }

      @Override
      public Answers answers() {
        return new Given(store.store());
      }

      @Override
      public void close() {
        embedder.close();
      }
    };
  }

  private final class Given implements Answers {
    private final NumberStore store;
    private final Vectors.Nearest[] found;

    Given(NumberStore store) {
      this.store = store;
      this.found = Stream.of(best()).map(Vectors.Best::nearest).toArray(Vectors.Nearest[]::new);
    }

    /** For each query the best texts. */
    private Vectors.Best[] best() {
      int count = queries.size();
      double[][] vectors = new double[count][];
      Vectors.Best[] best = new Vectors.Best[count];
      for (int q = 0; q < count; q++) {
        vectors[q] = store.row(texts.size() + q);
        best[q] = new Vectors.Best(FOUND);
      }
      Workers workers = new Workers(threads);
      for (int from = 0; from < texts.size(); from += BLOCK) {
        int begin = from;
        double[][] block = new double[Math.min(BLOCK, texts.size() - from)][];
        for (int i = 0; i < block.length; i++) {
          block[i] = store.row(from + i);
        }
        workers.forEach(
            count,
            q -> {
              for (int i = 0; i < block.length; i++) {
                best[q].offer(begin + i, Vectors.similarity(similarity, vectors[q], block[i]));
              }
            });
      }
      return best;
    }

    /** The texts of a query, with those that are as good as the last of the first hundred. */
    private RankedHits hits(int q) {
      Map<Integer, Double> known = grades.get(q);
      int[] indices = found[q].indices();
      int n = indices.length;
      double[] ranked = new double[n + found[q].left()];
      double[] scored = Arrays.copyOf(found[q].scores(), ranked.length);
      for (int i = 0; i < n; i++) {
        ranked[i] = known.getOrDefault(indices[i], 0.0);
      }
      if (ranked.length > n) {
        double last = scored[n - 1];
        Arrays.fill(scored, n, scored.length, last);
        Set<Integer> taken = Arrays.stream(indices).boxed().collect(Collectors.toSet());
        double[] vector = store.row(texts.size() + q);
        for (Map.Entry<Integer, Double> one : known.entrySet()) {
          if (!taken.contains(one.getKey())
              && Vectors.similarity(similarity, vector, store.row(one.getKey())) == last) {
            ranked[n++] = one.getValue();
          }
        }
      }
      return new RankedHits(
          ranked, scored, known.values().stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public List<String> notes() {
      long tied = IntStream.range(0, found.length).filter(q -> hits(q).hasTies()).count();
      return tied == 0
          ? List.of()
          : List.of(
              tied
                  + " of "
                  + found.length
                  + " queries find texts of equal score; measures are means over their orders");
    }

    private Statistic each(ToDoubleFunction<RankedHits> measure) {
      double[] numbers = new double[found.length];
      for (int q = 0; q < numbers.length; q++) {
        numbers[q] = measure.applyAsDouble(hits(q));
      }
      return Statistic.mean(numbers);
    }

    @Override
    public List<Measured> measures() {
      return List.of(
          new Measured("ndcg_at_10", each(hits -> hits.ndcg(TOP)), 1),
          new Measured("recall_at_10", each(hits -> hits.recall(TOP)), 1),
          new Measured("recall_at_100", each(hits -> hits.recall(FOUND)), 1),
          new Measured("mrr_at_10", each(hits -> hits.reciprocalRank(TOP)), 1));
    }

    @Override
    public Beside beside(Answers other) {
      Given first = (Given) other;
      double[] agreement = new double[found.length];
      for (int q = 0; q < agreement.length; q++) {
        agreement[q] = first.found[q].overlap(found[q], TOP);
      }
      return new Beside(
          agreement,
          false,
          Vectors.leftOut(agreement, items(), TOP),
          store.width() == first.store.width() ? Vectors.cosines(first.store, store) : Map.of(),
          List.of());
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
