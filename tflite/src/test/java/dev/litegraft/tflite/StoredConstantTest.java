package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Constants as other programs store them. */
class StoredConstantTest {
  private static final int SCALES = 100;
  private static final int ZEROS = 200;

  @TempDir Path folder;

  private static TfliteModel.Tensor tensor(
      TensorType type, List<Integer> shape, TfliteModel.Quantization quantization) {
    return new TfliteModel.Tensor(
        0, 0, "w", type, shape, shape, 1, false, Optional.of(quantization));
  }

  private static TfliteModel.Quantization channels(int scales, int zeros, int dimension) {
    return new TfliteModel.Quantization(scales, zeros, dimension, 0, -1, SCALES, ZEROS);
  }

  /** The numbers of a tensor whose bytes are given; scales are 1, 2, 3 …, zero points 10, 20 … */
  private float[] read(TfliteModel.Tensor tensor, int... bytes) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(300).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes.length; i++) {
      file.put(i, (byte) bytes[i]);
    }
    for (int i = 0; i < 4; i++) {
      file.putFloat(SCALES + 4 * i, i + 1);
      file.putLong(ZEROS + 8 * i, 10L * (i + 1));
    }
    Path path = Files.write(folder.resolve("constant"), file.array());
    TfliteModel.Tensor scales =
        new TfliteModel.Tensor(
            0,
            1,
            "s",
            TensorType.FLOAT32,
            List.of(2, 2),
            List.of(2, 2),
            2,
            false,
            Optional.empty());
    TfliteModel model =
        new TfliteModel(
            300,
            "",
            List.of(
                new TfliteModel.Subgraph(
                    "", List.of(tensor, scales), List.of(), List.of(), List.of())),
            List.of(),
            List.of(
                new TfliteModel.Buffer(0, 0, 0, false),
                new TfliteModel.Buffer(1, 0, bytes.length, false),
                new TfliteModel.Buffer(2, SCALES, 16, false)),
            Map.of(),
            List.of(),
            List.of());
    try (FileChannel channel = FileChannel.open(path)) {
      return TfliteWriterTest.numbers(
          StoredConstant.open(ByteSource.of(channel), "constant", model, tensor));
    }
  }

  @Test
  void scalesOfRowsAndOfColumns() throws IOException {
    assertThat(read(tensor(TensorType.INT8, List.of(2, 2), channels(2, 0, 0)), 1, 2, 3, -4))
        .containsExactly(1, 2, 6, -8);
    assertThat(read(tensor(TensorType.INT8, List.of(2, 2), channels(2, 0, 1)), 1, 2, 3, -4))
        .containsExactly(1, 4, 3, -8);
  }

  @Test
  void oneScaleWithAZeroPoint() throws IOException {
    assertThat(read(tensor(TensorType.UINT8, List.of(3), channels(1, 1, 0)), 0, 10, 255))
        .containsExactly(-10, 0, 245);
  }

  @Test
  void aZeroPointForEveryRow() throws IOException {
    assertThat(read(tensor(TensorType.INT8, List.of(2, 1), channels(2, 2, 0)), 11, 19))
        .containsExactly(1, -2);
  }

  @Test
  void fourBitsLowHalfFirst() throws IOException {
    assertThat(read(tensor(TensorType.INT4, List.of(3), channels(1, 0, 0)), 0x8f, 0x07))
        .containsExactly(-1, -8, 7);
  }

  @Test
  void fourBitsInBlocks() throws IOException {
    TfliteModel.Quantization blocks = new TfliteModel.Quantization(0, 0, 0, 2, 1, 0, 0);
    assertThat(read(tensor(TensorType.INT4, List.of(2, 4), blocks), 0x11, 0x11, 0x21, 0xf1))
        .containsExactly(1, 1, 2, 2, 3, 6, 4, -4);
  }

  @Test
  void scalesThatDoNotFitAreRefused() {
    assertThatThrownBy(
            () -> read(tensor(TensorType.INT8, List.of(2, 2), channels(3, 0, 0)), 1, 2, 3, 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3 scales");
    assertThatThrownBy(
            () -> read(tensor(TensorType.INT8, List.of(2, 2), channels(2, 0, 0)), 1, 2, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has 3 bytes");
  }

  @Test
  void textIsNoNumber() {
    assertThatThrownBy(
            () -> read(tensor(TensorType.STRING, List.of(1), channels(1, 0, 0)), 1, 2, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no numbers");
  }
}
