package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashWhileReadTest {
  private static final int NUMBERS = 3000;

  @TempDir Path folder;

  private byte[] stored = new byte[0];
  private Path weights = Path.of("");

  /** A folder with one tensor of bf16. */
  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"bert\"}");
    String header = "{\"w\":{\"dtype\":\"BF16\",\"shape\":[3000],\"data_offsets\":[0,6000]}}";
    byte[] json = (header + " ".repeat(-header.length() & 7)).getBytes(StandardCharsets.UTF_8);
    stored = new byte[2 * NUMBERS];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = (byte) (i % 2 == 0 ? i : 0x3f);
    }
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + json.length + stored.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(stored);
    weights = Files.write(folder.resolve("model.safetensors"), file.array());
  }

  private String expected() throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stored));
  }

  /** Writes zeros over the numbers from {@code first} on. */
  private void wipe(int first) throws IOException {
    byte[] file = Files.readAllBytes(weights);
    Arrays.fill(file, file.length - stored.length + 2 * first, file.length, (byte) 0);
    try (FileChannel out = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(file));
    }
  }

  private static RawTensorData tensor(Checkpoint checkpoint) {
    return Objects.requireNonNull(checkpoint.tensors().get("w"));
  }

  private static void read(RawTensorData tensor, int... ends) throws IOException {
    int at = 0;
    for (int end : ends) {
      tensor.read(at, new float[end - at], 0, end - at);
      at = end;
    }
  }

  @Test
  void whatWasReadInOrderIsNotReadAgain() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      checkpoint.hashWhileRead();
      read(tensor(checkpoint), 1000, 1001, NUMBERS);
      wipe(0);
      assertThat(checkpoint.sha256(2)).containsEntry("w", expected());
      assertThat(checkpoint.sha256(2)).containsEntry("w", expected());
    }
  }

  @Test
  void whatWasNotReadIsReadNow() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      checkpoint.hashWhileRead();
      read(tensor(checkpoint), 700);
      assertThat(checkpoint.sha256(2)).containsEntry("w", expected());
    }
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      checkpoint.hashWhileRead();
      read(tensor(checkpoint), 700);
      wipe(699);
      assertThat(checkpoint.sha256(2).get("w")).isNotEqualTo(expected());
    }
  }

  @Test
  void whatIsReadTwiceAndOutOfOrderCountsOnce() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      checkpoint.hashWhileRead();
      RawTensorData tensor = tensor(checkpoint);
      tensor.read(500, new float[100], 0, 100); // nobody has seen what comes before
      read(tensor, 700);
      read(tensor, 300, 900); // begins within what was seen
      tensor.read(2000, new float[NUMBERS - 2000], 0, NUMBERS - 2000);
      assertThat(checkpoint.sha256(2)).containsEntry("w", expected());
    }
  }

  @Test
  void withoutBeingAskedAllIsReadAtTheEnd() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      read(tensor(checkpoint), NUMBERS);
      assertThat(checkpoint.sha256(1)).containsEntry("w", expected());
    }
  }
}
