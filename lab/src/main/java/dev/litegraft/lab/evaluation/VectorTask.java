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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A vector for each text; of pairs two, whose similarity may be known.
 *
 * <p>Files agree on a text as far as they find the same ten nearest among the others, of which the
 * first 2,000 are compared.
 */
final class VectorTask implements Task {
  private static final int NEIGHBOURS = 10;
  private static final int COMPARED = 2000;

  private final String text;
  private final Optional<String> pair;
  private final Optional<String> label;
  private final int threads;
  private final Doubles right = new Doubles();

  VectorTask(NamedColumns columns, int threads) {
    this.text = columns.text("text");
    this.pair = columns.pair();
    this.label = pair.flatMap(second -> columns.label("score", "label"));
    this.threads = threads;
  }

  @Override
  public String name() {
    return label.isPresent() ? "similarity of pairs" : "embedding";
  }

  @Override
  public void read(List<DataRow> item) {
    DataRow row = item.get(0);
    row.text(text);
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
  public Asker open(Path file, RuntimeOptions options, int items) throws IOException {
    TextEmbedder embedder = TextEmbedder.open(file, options);
    return new Asker() {
      private final LazyStore store = new LazyStore(items);

      @Override
      public Reply ask(int index, List<DataRow> item) {
        DataRow row = item.get(0);
        TextEmbedding first = embedder.embed(row.text(text));
        double[] vector = finite(first.vector(), row, file);
        if (pair.isEmpty()) {
          store.put(index, vector);
          return new Reply(first.tokens(), first.truncated(), first.milliseconds());
        }
        TextEmbedding second = embedder.embed(row.text(pair.get()));
        double[] both = Arrays.copyOf(vector, 2 * vector.length);
        double[] other = finite(second.vector(), row, file);
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

  private final class Given implements Answers {
    private final NumberStore store;

    Given(NumberStore store) {
      this.store = store;
    }

    private double[] vector(int row) {
      double[] numbers = store.row(row);
      return pair.isEmpty() ? numbers : Arrays.copyOf(numbers, numbers.length / 2);
    }

    @Override
    public List<Measured> measures() {
      if (!isLabelled()) {
        return List.of();
      }
      double[] similarity = new double[store.rows()];
      for (int i = 0; i < similarity.length; i++) {
        double[] both = store.row(i);
        int d = both.length / 2;
        similarity[i] =
            Vectors.cosine(Arrays.copyOf(both, d), Arrays.copyOfRange(both, d, both.length));
      }
      Correlation correlation = new Correlation(similarity, right.toArray());
      return List.of(
          new Measured("spearman", correlation::spearman, 1),
          new Measured("pearson", correlation::pearson, 1));
    }

    private int[][] neighbours() {
      int n = Math.min(COMPARED, store.rows());
      double[][] vectors = new double[n][];
      for (int i = 0; i < n; i++) {
        vectors[i] = vector(i);
      }
      int[][] nearest = new int[n][];
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
                nearest[i] = best.indices();
              });
      return nearest;
    }

    @Override
    public Beside beside(Answers other) {
      Given first = (Given) other;
      double[] agreement = new double[store.rows()];
      Arrays.fill(agreement, Double.NaN);
      int[][] before = first.neighbours();
      int[][] now = neighbours();
      for (int i = 0; i < now.length; i++) {
        agreement[i] = Vectors.overlap(before[i], now[i], NEIGHBOURS);
      }
      double sum = 0;
      double least = 1;
      for (int i = 0; i < agreement.length; i++) {
        double cosine = Vectors.cosine(first.store.row(i), store.row(i));
        sum += cosine;
        least = Math.min(least, cosine);
      }
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put("cosine_mean", sum / agreement.length);
      numbers.put("cosine_min", least);
      return new Beside(agreement, false, numbers, List.of());
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
