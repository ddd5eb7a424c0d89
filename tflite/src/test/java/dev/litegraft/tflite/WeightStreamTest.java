package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Storage;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightStreamTest {
  /** Rows of 256 numbers: a block has 1024 of them. */
  private static final int WIDTH = 256;

  private static final int THREADS = 4;

  @TempDir Path folder;

  /** Numbers that say when they were read; {@code broken} of them are NaN. */
  private record Watched(String name, Shape shape, List<Integer> broken, List<Long> readFrom)
      implements TensorData {
    static Watched of(String name, int rows, Integer... brokenRows) {
      return new Watched(
          name,
          Shape.of(rows, WIDTH),
          List.of(brokenRows),
          Collections.synchronizedList(new ArrayList<>()));
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public void read(long from, float[] out, int at, int count) {
      readFrom.add(from);
      for (int i = 0; i < count; i++) {
        out[at + i] = (from + i) % 127;
      }
      for (int row : broken) {
        long place = (long) row * WIDTH - from;
        if (place >= 0 && place < count) {
          out[at + (int) place] = Float.NaN;
        }
      }
    }
  }

  private void write(TensorData first, TensorData second) throws IOException {
    TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(THREADS))
        .write(folder.resolve("model.tflite"), List.of(graph(first, second)));
  }

  private static Graph graph(TensorData first, TensorData second) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input("x", DType.F32, Shape.of(1, Shape.TOKENS, WIDTH));
    Storage storage = SymmetricInt8.PER_CHANNEL;
    Value y = b.fullyConnected("y", x, b.constant(first.name(), first, storage), Optional.empty());
    Value z =
        b.fullyConnected("z", x, b.constant(second.name(), second, storage), Optional.empty());
    return b.build("serving_default", Map.of("y", y, "z", z));
  }

  @Test
  void blocksOfAWeightAreReadOnceAndInTheirOrder() throws IOException {
    Watched first = Watched.of("first", 20_000);
    Watched second = Watched.of("second", 3_000);
    write(first, second);
    for (Watched weight : List.of(first, second)) {
      assertThat(weight.readFrom()).isSorted().doesNotHaveDuplicates().first().isEqualTo(0L);
    }
    assertThat(first.readFrom()).hasSize(20);
    assertThat(second.readFrom()).hasSize(3);
  }

  @Test
  void ofSeveralFaultsTheFirstIsToldWhoeverFindsOneFirst() {
    for (int i = 0; i < 20; i++) {
      Watched late = Watched.of("first", 12_000, 11_900, 11_999);
      Watched early = Watched.of("second", 3_000, 0);
      assertThatThrownBy(() -> write(late, early))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("tensor first [12000, 256]")
          .hasMessageContaining("row 11900, column 0");
      assertThat(folder).isEmptyDirectory();
    }
  }
}
