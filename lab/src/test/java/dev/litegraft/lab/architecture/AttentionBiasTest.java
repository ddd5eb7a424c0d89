package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.facts.Task;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.PackedLayers;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.DistanceBias;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One attention layer whose scores have a bias by distance: file = reference = textbook. */
class AttentionBiasTest {
  private static final int[][] TEXTS = {{3}, {1, 2}, {5, 0, 6, 2, 7}, {1, 7, 3, 3, 2, 6, 4, 0, 5}};
  private static final int WORDS = 8;
  private static final int HEADS = 4;
  private static final int WIDTH = 3;
  private static final int BUCKETS = 7;
  private static final int MAX_LENGTH = 12;

  @TempDir Path folder;

  /** Which rows of the bias are added: of each query, or for all queries the first one's. */
  private enum Rows {
    OF_EACH_QUERY,
    OF_THE_FIRST
  }

  /**
   * @param keyHeads of keys and values
   * @param one whether only the last token's query is asked
   */
  private record Model(int keyHeads, Rows rows, boolean one) {
    TensorData numbers(String name, int rows, int columns) {
      Random random = new Random(name.hashCode());
      float[] numbers = new float[rows * columns];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextGaussian();
      }
      return TensorViews.of(name, Shape.of(rows, columns), numbers);
    }

    Embedding table(String name, int rows, int columns) {
      return new Embedding(name, numbers(name, rows, columns));
    }

    Linear linear(String name, int heads) {
      return new Linear(name, numbers(name, heads * WIDTH, HEADS * WIDTH), Optional.empty());
    }

    static int bucket(int distance) {
      return Math.max(-3, Math.min(3, distance)) + 3;
    }

    <T> T forward(Layers<T> f, Inputs<T> in) {
      T x = f.embedding(in.ids(), table("words", WORDS, HEADS * WIDTH));
      T all = DistanceBias.of(f, in.ids(), table("bias", BUCKETS, HEADS), Model::bucket);
      T bias = rows == Rows.OF_EACH_QUERY ? all : f.pick(f.firstToken(in.ids()), all);
      T last = f.lastWhere(in.attended());
      Queries<T> queries =
          Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL))
              .reading(Optional.of(last).filter(l -> one));
      List<T> qkv =
          queries.project(x, linear("q", HEADS), linear("k", keyHeads), linear("v", keyHeads));
      T mixed =
          queries.attend(
              f.splitHeads(qkv.get(0), HEADS),
              f.splitHeads(qkv.get(1), keyHeads),
              f.splitHeads(qkv.get(2), keyHeads),
              queries.scores(0.5).withBias(bias));
      return f.pick(last, f.mergeHeads(mixed)); // [b, 1, d]
    }

    /** What the last token's query finds. */
    float[] textbook(int... ids) throws IOException {
      double[][] words = matrix("words", WORDS, HEADS * WIDTH);
      double[][] bias = matrix("bias", BUCKETS, HEADS);
      double[][] keys = matrix("k", keyHeads * WIDTH, HEADS * WIDTH);
      double[][] values = matrix("v", keyHeads * WIDTH, HEADS * WIDTH);
      double[] query = times(matrix("q", HEADS * WIDTH, HEADS * WIDTH), words[ids[ids.length - 1]]);
      float[] out = new float[HEADS * WIDTH];
      for (int head = 0; head < HEADS; head++) {
        int shared = head / (HEADS / keyHeads) * WIDTH;
        double[] weights = new double[ids.length];
        for (int j = 0; j < ids.length; j++) {
          double[] key = times(keys, words[ids[j]]);
          double score = 0;
          for (int i = 0; i < WIDTH; i++) {
            score += query[head * WIDTH + i] * key[shared + i];
          }
          int row = rows == Rows.OF_EACH_QUERY ? ids.length - 1 : 0;
          weights[j] = Math.exp(score * 0.5 + bias[bucket(j - row)][head]);
        }
        double sum = Arrays.stream(weights).sum();
        for (int j = 0; j < ids.length; j++) {
          double[] value = times(values, words[ids[j]]);
          for (int i = 0; i < WIDTH; i++) {
            out[head * WIDTH + i] += (float) (weights[j] / sum * value[shared + i]);
          }
        }
      }
      return out;
    }

    private double[][] matrix(String name, int rows, int columns) throws IOException {
      double[][] matrix = new double[rows][columns];
      float[] row = new float[columns];
      for (int i = 0; i < rows; i++) {
        numbers(name, rows, columns).read((long) i * columns, row, 0, columns);
        for (int j = 0; j < columns; j++) {
          matrix[i][j] = row[j];
        }
      }
      return matrix;
    }

    private static double[] times(double[][] matrix, double[] x) {
      return Arrays.stream(matrix)
          .mapToDouble(
              row -> {
                double sum = 0;
                for (int i = 0; i < x.length; i++) {
                  sum += row[i] * x[i];
                }
                return sum;
              })
          .toArray();
    }

    Array reference(int[]... texts) {
      Array ids = Array.ofRows(Arrays.stream(texts).flatMapToInt(Arrays::stream).toArray());
      int[] lengths = Arrays.stream(texts).mapToInt(text -> text.length).toArray();
      return forward(
          new PackedLayers(PlainLayers.of(1), lengths), inputs(ids, Array.filled(ids.shape(), 1)));
    }

    Path file(Path folder, int tokens) throws IOException {
      GraphBuilder builder = new GraphBuilder();
      EdgeLayers f =
          new EdgeLayers(builder, new EdgeLayout(tokens, MAX_LENGTH, EdgeLayout.Qkv.SPLIT));
      Value ids = builder.input("input_ids", DType.I32, Shape.of(1, tokens));
      Value mask = builder.input("attention_mask", DType.I32, Shape.of(1, tokens));
      Value logits = forward(f, inputs(ids, builder.cast(mask, DType.F32)));
      Path file = folder.resolve("model.tflite");
      TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1))
          .write(file, List.of(builder.build("serving_default", Map.of("logits", logits))));
      return file;
    }

    private static <T> Inputs<T> inputs(T ids, T attended) {
      return new Inputs<>(
          ids, attended, Optional.empty(), Task.SEQUENCE_CLASSIFICATION, Optional.empty());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4, OF_EACH_QUERY, false", "4, OF_EACH_QUERY, true", "4, OF_THE_FIRST, false",
    "2, OF_EACH_QUERY, false", "2, OF_EACH_QUERY, true", "2, OF_THE_FIRST, false",
    "1, OF_THE_FIRST, true"
  })
  void aBiasByDistanceIsAddedToTheScores(int keyHeads, Rows rows, boolean one) throws IOException {
    Model model = new Model(keyHeads, rows, one);

    float[] packed = model.reference(TEXTS).numbers();

    try (RawModel file = RawModel.open(model.file(folder, Shape.TOKENS))) {
      for (int i = 0; i < TEXTS.length; i++) {
        float[] expected = model.textbook(TEXTS[i]);
        int[] all = new int[TEXTS[i].length];
        Arrays.fill(all, 1);
        assertThat(model.reference(TEXTS[i]).numbers()).containsExactly(expected, within(1e-5f));
        assertThat(Arrays.copyOfRange(packed, i * expected.length, (i + 1) * expected.length))
            .containsExactly(expected, within(1e-5f));
        assertThat(file.answer(TEXTS[i], all, null).values())
            .containsExactly(expected, within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, OF_EACH_QUERY, false", "2, OF_EACH_QUERY, false", "2, OF_THE_FIRST, false"})
  void aStaticLengthAddsTheSameBias(int keyHeads, Rows rows, boolean one) throws IOException {
    Model model = new Model(keyHeads, rows, one);
    int[] text = TEXTS[TEXTS.length - 1];
    int[] all = new int[text.length];
    Arrays.fill(all, 1);

    try (RawModel file = RawModel.open(model.file(folder, text.length))) {
      assertThat(file.answer(text, all, null).values())
          .containsExactly(model.textbook(text), within(1e-5f));
    }
  }

  @Test
  void theBiasChangesTheAnswer() throws IOException {
    int[] text = TEXTS[TEXTS.length - 1];

    assertThat(new Model(4, Rows.OF_EACH_QUERY, true).textbook(text))
        .isNotEqualTo(new Model(4, Rows.OF_THE_FIRST, true).textbook(text));
  }
}
