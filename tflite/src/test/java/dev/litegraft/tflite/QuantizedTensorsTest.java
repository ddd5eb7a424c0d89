package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.graph.BlockInt4;
import dev.litegraft.graph.BlockScales;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.Storage;
import dev.litegraft.graph.SymmetricInt4;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What quantizations are in a file, by writing and reading them. */
class QuantizedTensorsTest {
  @TempDir Path folder;

  private Path write(Graph graph, long limit) throws IOException {
    Path file = folder.resolve("model.tflite");
    TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(3).withLimit(limit))
        .write(file, List.of(graph));
    return file;
  }

  private static Graph projection(Value weight) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input("x", DType.F32, Shape.of(1, weight.shape().dim(1)));
    return b.build(
        "serving_default", Map.of("y", b.fullyConnected("y", x, weight, Optional.empty())));
  }

  private static TfliteModel.Tensor tensor(TfliteReader reader, String name) {
    return reader.model().subgraphs().get(0).tensors().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static float[] numbers(TensorData data) throws IOException {
    float[] all = new float[Math.toIntExact(data.shape().elements())];
    data.read(0, all, 0, all.length);
    return all;
  }

  @Test
  void blocksOfFourBitsComeBackWithTheirScales() throws IOException {
    // Small ones stand among the tables, large ones are streamed; both inside and outside.
    for (int rows : new int[] {3, 3000}) {
      for (long limit : new long[] {TfliteFormat.FLATBUFFER_LIMIT, 0}) {
        TensorData matrix = Graphs.numbers("w", rows, 64);
        Path file = write(projection(BlockInt4.constant("w", matrix, 32, "w.scales")), limit);
        try (TfliteReader reader = TfliteReader.open(file)) {
          TfliteModel.Tensor stored = tensor(reader, "w");
          assertThat(stored.type()).isEqualTo(TensorType.INT4);
          TfliteModel.Quantization quantization = stored.quantization().orElseThrow();
          assertThat(quantization.blockSize()).isEqualTo(32);
          assertThat(reader.model().tensor(0, quantization.scaleTensor()))
              .hasToString("w.scales float16[" + rows + ", 2]");
          float[] scales = numbers(new BlockScales(matrix, 32));
          float[] exact = numbers(matrix);
          float[] read = numbers(reader.constant(stored));
          for (int i = 0; i < read.length; i++) {
            float scale = scales[i / 32];
            double whole = Math.max(-7, Math.min(7, Math.rint(exact[i] / scale)));
            assertThat(read[i]).isEqualTo((float) (scale * whole));
          }
        }
      }
    }
  }

  @Test
  void oneScaleATensorIsFoundBeforeItsFirstRowIsWritten() throws IOException {
    // The largest number is in the last of several blocks of rows.
    TensorData matrix = Graphs.numbers("w", 3000, 250);
    float largest = 0;
    for (float number : numbers(matrix)) {
      largest = Math.max(largest, Math.abs(number));
    }
    Path file = write(projection(constant(matrix, SymmetricInt8.PER_TENSOR)), Long.MAX_VALUE);
    try (TfliteReader reader = TfliteReader.open(file)) {
      TfliteModel.Tensor stored = tensor(reader, "w");
      assertThat(stored.quantization().orElseThrow().scales()).isEqualTo(1);
      float[] exact = numbers(matrix);
      float[] read = numbers(reader.constant(stored));
      float scale = largest / 127;
      for (int i = 0; i < read.length; i++) {
        assertThat(read[i]).isEqualTo((float) (scale * Math.rint(exact[i] / scale)));
      }
    }
  }

  @Test
  void fourBitsARowComeBackAsTheyWereRounded() throws IOException {
    TensorData matrix = Graphs.numbers("w", 40, 26);
    Path file = write(projection(constant(matrix, SymmetricInt4.PER_CHANNEL)), Long.MAX_VALUE);
    try (TfliteReader reader = TfliteReader.open(file)) {
      RawTensorData stored = reader.constant(tensor(reader, "w"));
      assertThat(stored.byteCount()).isEqualTo(40 * 13);
      float[] exact = numbers(matrix);
      float[] read = numbers(stored);
      for (int row = 0; row < 40; row++) {
        float largest = 0;
        for (int i = 0; i < 26; i++) {
          largest = Math.max(largest, Math.abs(exact[row * 26 + i]));
        }
        float scale = largest / 7;
        for (int i = row * 26; i < row * 26 + 26; i++) {
          assertThat(read[i]).isEqualTo((float) (scale * Math.rint(exact[i] / scale)));
        }
      }
    }
  }

  @Test
  void anActivationsQuantizationIsItsTensors() throws IOException {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input("x", DType.F32, Shape.of(1, Shape.TOKENS, 4));
    Value stored = b.quantize(x, DType.I8, Quantization.Affine.of(0.25f, -5));
    Value y = b.dequantize(stored);
    try (TfliteReader reader =
        TfliteReader.open(write(b.build("serving_default", Map.of("y", y)), Long.MAX_VALUE))) {
      TfliteModel.Subgraph graph = reader.model().subgraphs().get(0);
      assertThat(graph.operators())
          .extracting(TfliteModel.Operator::mnemonic)
          .containsExactly("QUANTIZE", "DEQUANTIZE");
      assertThat(graph.operators().get(1).version()).isEqualTo(2);
      TfliteModel.Quantization quantization =
          tensor(reader, stored.name()).quantization().orElseThrow();
      assertThat(quantization.scales()).isEqualTo(1);
      assertThat(quantization.zeroPoints()).isEqualTo(1);
      assertThat(tensor(reader, "x").quantization()).isEmpty();
    }
  }

  private static Value constant(TensorData matrix, Storage storage) {
    return Value.constant(matrix.name(), matrix, storage);
  }
}
