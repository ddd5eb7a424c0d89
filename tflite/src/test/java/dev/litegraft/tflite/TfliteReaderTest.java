package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfliteReaderTest {
  @TempDir Path folder;

  private byte[] good = new byte[0];

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("good.tflite");
    AssociatedFile labels =
        AssociatedFile.of("labels.txt", "labels", AssociatedFile.Type.LABELS, "a\nb\nc\n");
    TfliteWriter.of(TfliteWriter.Options.of("fuzz"))
        .write(
            file,
            List.of(Graphs.classifier()),
            new Metadata("small", "", "1", "", List.of(labels)));
    good = Files.readAllBytes(file);
  }

  private boolean isRead(byte[] bytes, String what) throws IOException {
    return isRead(Files.write(folder.resolve("fuzzed.tflite"), bytes), what);
  }

  /** Reads everything that a file has; a damaged one may only be refused in our own words. */
  private static boolean isRead(Path file, String what) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      reader.model().bytesByKind();
      for (TfliteModel.Subgraph subgraph : reader.model().subgraphs()) {
        for (TfliteModel.Tensor tensor : subgraph.tensors()) {
          readConstant(reader, tensor);
        }
      }
      reader.file("labels.txt");
      reader.facts();
      return true;
    } catch (InvalidFileException e) {
      assertThat(e.where()).as(what).contains(file.toString());
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": " + e, e);
    }
  }

  private static void readConstant(TfliteReader reader, TfliteModel.Tensor tensor)
      throws IOException {
    try {
      var constant = reader.constant(tensor);
      int count = (int) Math.min(constant.shape().elements(), 100);
      constant.read(0, new float[count], 0, count);
    } catch (InvalidFileException e) {
      assertThat(e.where()).contains("tensor");
    }
  }

  @Test
  void theGoodFileIsRead() throws IOException {
    assertThat(isRead(good, "good")).isTrue();
  }

  @Test
  void aFileInMemoryIsReadAsOnDisk() throws IOException {
    ByteBuffer longer = ByteBuffer.allocateDirect(good.length + 20);
    longer.position(7);
    longer.put(good).flip().position(7);
    for (ByteBuffer bytes : List.of(ByteBuffer.wrap(good), longer.asReadOnlyBuffer())) {
      int position = bytes.position();
      try (TfliteReader disk = TfliteReader.open(folder.resolve("good.tflite"));
          TfliteReader memory = TfliteReader.open(bytes)) {
        assertThat(memory.model()).isEqualTo(disk.model());
        assertThat(memory.file("labels.txt").orElseThrow())
            .isEqualTo(disk.file("labels.txt").orElseThrow());
        int read = 0;
        for (TfliteModel.Tensor tensor : disk.model().subgraphs().get(0).tensors()) {
          if (tensor.quantization().isEmpty()
              && disk.model().buffers().get(tensor.buffer()).bytes() > 0) {
            assertThat(TfliteWriterTest.numbers(memory.constant(tensor)))
                .isEqualTo(TfliteWriterTest.numbers(disk.constant(tensor)));
            read++;
          }
        }
        assertThat(read).isPositive();
      }
      assertThat(bytes.position()).isEqualTo(position);
    }
  }

  @Test
  void aBufferIsRefusedWithItsSize() {
    assertThatThrownBy(() -> TfliteReader.open(ByteBuffer.wrap(good, 0, 40)))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("a buffer of 40 bytes");
    assertThatThrownBy(() -> TfliteReader.open(ByteBuffer.allocate(0)))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("the file is empty");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    // Without any of the archive it is a whole .tflite; its first four bytes show that there was
    // one.
    int archive = new String(good, StandardCharsets.ISO_8859_1).indexOf("PK\003\004");
    Path file = folder.resolve("good.tflite");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int length = good.length - 1; length >= 0; length--) {
        boolean read = isRead(file, "truncated to " + length);
        int left = length + 1;
        boolean whole = left == good.length || (left >= archive && left < archive + 4);
        assertThat(read).as("truncated to " + left).isEqualTo(whole);
        channel.truncate(length);
      }
    }
  }

  @Test
  void noChangedByteDoesMoreThanBeRefused() throws IOException {
    Random random = new Random(17);
    for (int i = 0; i < 5000; i++) {
      int at = i < 2000 ? i : random.nextInt(good.length);
      byte changed = (byte) (random.nextBoolean() ? random.nextInt() : good[at] ^ (1 << (i & 7)));
      readChanged(at, changed);
    }
  }

  @Test
  void noChangedWordDoesMoreThanBeRefused() throws IOException {
    Random random = new Random(18);
    int[] words = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x10000000, 4, 1 << 16};
    for (int i = 0; i < 3000; i++) {
      int word = words[i % words.length];
      readChanged(
          random.nextInt(good.length / 4 - 1) * 4,
          (byte) word,
          (byte) (word >> 8),
          (byte) (word >> 16),
          (byte) (word >> 24));
    }
  }

  /** Changes the file in place and back again: thousands of new files would take minutes. */
  private void readChanged(int at, byte... bytes) throws IOException {
    Path file = folder.resolve("good.tflite");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
      isRead(file, "from byte " + at + " on " + Arrays.toString(bytes));
      channel.write(ByteBuffer.wrap(good, at, bytes.length), at);
    }
  }

  @Test
  void randomBytesBehindTheIdentifierAreRefused() throws IOException {
    Random random = new Random(19);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = new byte[random.nextInt(5000) + 8];
      random.nextBytes(bytes);
      System.arraycopy("TFL3".getBytes(StandardCharsets.US_ASCII), 0, bytes, 4, 4);
      bytes[1] &= 7;
      bytes[2] = 0;
      bytes[3] = 0;
      assertThat(isRead(bytes, "random " + i)).isFalse();
    }
  }

  @Test
  void sharedTablesDoNotBecomeMillionsOfObjects() throws IOException {
    // A vector of two million distances that all lead to one table.
    ByteBuffer bytes = ByteBuffer.allocate(8 << 20).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(20).put("TFL3".getBytes(StandardCharsets.US_ASCII));
    bytes.putShort((short) 12).putShort((short) 12);
    bytes.putShort((short) 4).putShort((short) 0).putShort((short) 8).putShort((short) 0);
    bytes.putInt(12).putInt(3);
    bytes.putInt(4);
    int table = bytes.capacity() - 16;
    int count = (table - bytes.position() - 4) / 4;
    bytes.putInt(count);
    while (bytes.position() < table) {
      bytes.putInt(table - bytes.position());
    }
    bytes.putInt(table - 8);
    assertThat(isRead(bytes.array(), "shared")).isFalse();
  }

  @Test
  void otherKindsAreNamed() throws IOException {
    refused("PK\003\004 and more", "a ZIP archive");
    refused("\211PNG\r\n\032\n", "a PNG picture");
    refused("GGUF\003\0\0\0", "a GGUF model");
    refused("\020\0\0\0\0\0\0\0{\"a\":1}", "a safetensors file");
    refused("{\"model_type\": \"llama\"}", "a JSON file");
    refused("version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer");
    refused("", "the file is empty");
    refused("abc", "of an unknown kind");
  }

  private void refused(String text, String message) throws IOException {
    Path file = Files.write(folder.resolve("other"), text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> TfliteReader.open(file))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aMissingFileAndAFolderAreNamed() {
    assertThatThrownBy(() -> TfliteReader.open(folder.resolve("none.tflite")))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> TfliteReader.open(folder))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("a folder was given");
  }

  @Test
  void bytesByKindAddUpToTheFile() throws IOException {
    try (TfliteReader reader = TfliteReader.open(folder.resolve("good.tflite"))) {
      var kinds = reader.model().bytesByKind();
      assertThat(kinds)
          .containsKeys("int8 constants", "float32 constants", "metadata", "structure")
          .containsEntry("associated files", 6L);
      assertThat(kinds.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(good.length);
    }
  }
}
