package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.reference.Workers;
import dev.litegraft.lab.statistics.Correlation;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A vector for each text; of pairs two, whose similarity may be known.
 *
 * <p>Files agree on a text as far as they find the same ten nearest among the others, of which the
 * first 2,000 that differ are compared. Among fewer than 21 they would agree by chance. A text
 * whose tenth is as near as the eleventh says nothing.
 */
final class VectorTask implements Task {
  private static final int NEIGHBOURS = 10;
  private static final int COMPARED = 2000;
  private static final int FEWEST = 2 * NEIGHBOURS + 1;

  /** Numbers of vectors that are compared with each other at a time: 64 MiB. */
  private static final int HELD = 8 << 20;

  private static final boolean[] ONE = {false};
  private static final boolean[] BOTH = {false, true};

  private final String text;
  private final Optional<String> pair;
  private final Optional<String> label;
  private final int threads;
  private final Doubles right = new Doubles();

  /** Texts that are compared with each other: equal ones are nearest in every file. */
  private final Map<String, Integer> different = new LinkedHashMap<>();

  private int rows;

  VectorTask(NamedColumns columns, int threads) {
    this.text = columns.text("text");
    this.pair = columns.pair();
    this.label = pair.flatMap(second -> columns.label("score", "label"));
    this.threads = threads;
    if (pair.isEmpty()) {
      columns.requireUnnamed(
          "embedding without pairs",
          "name the column of the second texts with --pair-column",
          NamedColumns.LABEL);
    }
  }

  @Override
  public String name() {
    return label.isPresent() ? "similarity of pairs" : "embedding";
  }

  @Override
  public void read(List<DataRow> item) {
    DataRow row = item.get(0);
    String own = row.text(text);
    if (different.size() < COMPARED) {
      different.putIfAbsent(own, rows);
    }
    rows++;
    pair.ifPresent(row::text);
    label.ifPresent(column -> right.add(row.number(column)));
  }

  @Override
  public void end() {}

  @Override
  public String shown(DataRow row) {
    return row.text(text);
  }

  @Override
  public boolean isLabelled() {
    return label.isPresent();
  }

  @Override
  public Optional<String> mainMeasure() {
    return label.map(column -> "spearman");
  }

  @Override
  public Optional<String> whyNoMeasure(int items) {
    return isLabelled() && right.areAllTheSame() ? Optional.of(NumberTask.SAME) : Optional.empty();
  }

  @Override
  public Optional<String> whyNoAgreement(int items) {
    return Vectors.whyNoAgreement(NEIGHBOURS, different.size(), FEWEST);
  }

  @Override
  public Asker open(Path file, RuntimeOptions options, int items) throws IOException {
    TextEmbedder embedder = TextEmbedder.open(file, options);
    return new Asker() {
      private final LazyStore store = new LazyStore(items);

      @Override
      public Reply ask(int index, List<DataRow> item) {
        DataRow row = item.get(0);
        TextEmbedding first = embedder.embed(row.text(text));
        return pair.isEmpty()
            ? kept(index, row, first)
            : kept(index, row, first, embedder.embed(row.text(pair.get())));
      }

      @Override
      public void askAll(Stream<List<DataRow>> items, Replies replies) {
        int[] next = {0};
        List<TextEmbedding> firsts = new ArrayList<>();
        Asker.ask(
            Asker.rows(items).flatMap(VectorTask.this::parts),
            part -> part.row().text(part.isPair() ? pair.orElseThrow() : text),
            embedder::embedAll,
            (part, answer) -> {
              if (pair.isEmpty()) {
                replies.told(kept(next[0]++, part.row(), answer));
              } else if (part.isPair()) {
                replies.told(kept(next[0]++, part.row(), firsts.remove(0), answer));
              } else {
                firsts.add(answer);
              }
            },
            part -> e -> replies.fault(part.row(), e));
      }

      private Reply kept(int index, DataRow row, TextEmbedding answer) {
        store.put(index, finite(answer.vector(), row, file));
        return new Reply(answer.tokens(), answer.truncated(), answer.milliseconds());
      }

      private Reply kept(int index, DataRow row, TextEmbedding first, TextEmbedding second) {
        double[] vector = finite(first.vector(), row, file);
        double[] other = finite(second.vector(), row, file);
        double[] both = Arrays.copyOf(vector, 2 * vector.length);
        System.arraycopy(other, 0, both, vector.length, other.length);
        store.put(index, both);
        return new Reply(
            first.tokens() + second.tokens(),
            first.truncated() || second.truncated(),
            first.milliseconds() + second.milliseconds());
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

  /** A row's text, or the second one of a pair. */
  private record Part(DataRow row, boolean isPair) {}

  private Stream<Part> parts(DataRow row) {
    return pair.isPresent()
        ? Stream.of(new Part(row, false), new Part(row, true))
        : Stream.of(new Part(row, false));
  }

  static double[] finite(float[] vector, DataRow row, Path file) {
    double[] numbers = new double[vector.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = vector[i];
      if (!Double.isFinite(numbers[i])) {
        throw new InvalidFileException(
            "the file answers with " + numbers[i] + " to " + row.where(),
            file.toString(),
            "litegraft verify DIR FILE says where it begins");
      }
    }
    return numbers;
  }

  private int compared(NumberStore store) {
    return Math.min(different.size(), Math.max(FEWEST, HELD / store.width()));
  }

  private final class Given implements Answers {
    private final NumberStore store;

    Given(NumberStore store) {
      this.store = store;
    }

    /** The vector of a row's text, or of the second one of a pair. */
    private double[] vector(int row, boolean isPair) {
      double[] numbers = store.row(row);
      int d = numbers.length / 2;
      return pair.isEmpty()
          ? numbers
          : Arrays.copyOfRange(numbers, isPair ? d : 0, isPair ? 2 * d : d);
    }

    @Override
    public List<Measured> measures() {
      if (!isLabelled()) {
        return List.of();
      }
      double[] similarity = new double[store.rows()];
      for (int i = 0; i < similarity.length; i++) {
        similarity[i] = Vectors.cosine(vector(i, false), vector(i, true));
      }
      Correlation correlation = new Correlation(similarity, right.toArray());
      return List.of(
          new Measured("spearman", correlation::spearman, 1),
          new Measured("pearson", correlation::pearson, 1));
    }

    private Vectors.Nearest[] neighbours(int[] rows) {
      int n = rows.length;
      double[][] vectors = new double[n][];
      for (int i = 0; i < n; i++) {
        vectors[i] = vector(rows[i], false);
      }
      Vectors.Nearest[] nearest = new Vectors.Nearest[n];
      new Workers(threads)
          .forEach(
              n,
              i -> {
                Vectors.Best best = new Vectors.Best(NEIGHBOURS);
                for (int j = 0; j < n; j++) {
                  if (j != i) {
                    best.offer(j, Vectors.cosine(vectors[i], vectors[j]));
                  }
                }
                nearest[i] = best.nearest();
              });
      return nearest;
    }

    @Override
    public Beside beside(Answers other) {
      Given first = (Given) other;
      double[] agreement = new double[store.rows()];
      Arrays.fill(agreement, Double.NaN);
      int most = Math.min(compared(store), compared(first.store));
      int[] compared =
          different.values().stream().limit(most).mapToInt(Integer::intValue).toArray();
      Vectors.Nearest[] before = first.neighbours(compared);
      Vectors.Nearest[] now = neighbours(compared);
      double[] overlaps =
          IntStream.range(0, most)
              .mapToDouble(i -> before[i].overlap(now[i], NEIGHBOURS))
              .toArray();
      for (int i = 0; i < most; i++) {
        agreement[compared[i]] = overlaps[i];
      }
      Map<String, Double> numbers =
          store.width() == first.store.width() ? cosines(first) : Map.of();
      return new Beside(
          agreement, false, Vectors.leftOut(overlaps, "texts", NEIGHBOURS), numbers, List.of());
    }

    /** How near each vector is to the first file's; files of other widths have none. */
    private Map<String, Double> cosines(Given first) {
      double sum = 0;
      double least = 1;
      long n = 0;
      for (int i = 0; i < store.rows(); i++) {
        for (boolean isPair : pair.isPresent() ? BOTH : ONE) {
          double cosine = Vectors.cosine(first.vector(i, isPair), vector(i, isPair));
          sum += cosine;
          least = Math.min(least, cosine);
          n++;
        }
      }
      return Vectors.cosines(sum / n, least);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
