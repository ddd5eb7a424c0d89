package dev.litegraft.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {
  private static final Path RECORDED = Path.of("src/test/resources/torch");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip-2.13.bin",
        "legacy-2.13.bin",
        "protocol5-2.13.bin",
        "no_sums-2.13.bin",
        "zip-1.13.bin",
        "legacy-1.13.bin",
        "big_endian.bin"
      })
  void everyTensorIsByteForByteThatOfSafetensors(String name) throws IOException {
    try (TensorFile torchs = TorchFile.open(RECORDED.resolve(name));
        TensorFile same = SafetensorsFile.open(RECORDED.resolve("same.safetensors"))) {
      assertThat(torchs.notes()).isEmpty();
      assertThat(torchs.tensors().keySet()).containsExactlyElementsOf(same.tensors().keySet());
      for (Map.Entry<String, RawTensorData> expected : same.tensors().entrySet()) {
        RawTensorData tensor = tensor(torchs, expected.getKey());
        assertThat(tensor.dtype()).as(tensor.name()).isEqualTo(expected.getValue().dtype());
        assertThat(tensor.shape()).as(tensor.name()).isEqualTo(expected.getValue().shape());
        assertThat(bytes(tensor)).as(tensor.name()).isEqualTo(bytes(expected.getValue()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip-2.13.bin", "big_endian.bin"})
  void anyPartOfATensorIsThatOfSafetensors(String name) throws IOException {
    try (TensorFile torchs = TorchFile.open(RECORDED.resolve(name));
        TensorFile same = SafetensorsFile.open(RECORDED.resolve("same.safetensors"))) {
      RawTensorData tensor = tensor(torchs, "transposed");
      RawTensorData expected = tensor(same, "transposed");
      for (int from = 0; from < 30; from++) {
        float[] ours = new float[30 - from];
        float[] theirs = new float[30 - from];
        tensor.read(from, ours, 0, ours.length);
        expected.read(from, theirs, 0, theirs.length);
        assertThat(ours).isEqualTo(theirs);
      }
      ByteBuffer part = ByteBuffer.allocate(5);
      tensor.readBytes(3, part);
      assertThat(part.array()).isEqualTo(java.util.Arrays.copyOfRange(bytes(expected), 3, 8));
    }
  }

  @Test
  void valuesBesideTheTensorsAreLeftOutAndTold() throws IOException {
    try (TensorFile file = TorchFile.open(RECORDED.resolve("beside.bin"))) {
      assertThat(file.tensors()).containsOnlyKeys("plain");
      assertThat(file.notes()).singleElement().asString().contains("epoch, rest");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float8 | dtype float8_e4m3fn is not supported",
        "complex | dtype complex64 is not supported",
        "sparse | a tensor that is sparse",
        "quantized | a tensor that is quantized",
        "checkpoint | with a dict state_dict in it",
        "tensor | the file holds one tensor",
        "module | holds a whole model, as torch.save(model) writes it",
        "module | it names the class torch.nn.modules.linear.Linear",
        "script | a program that torch.jit.save (TorchScript) wrote",
        "training | objects of a training program",
        "training | argparse.Namespace"
      })
  void whatIsNoStateDictOfPlainTensorsIsRefused(String name, String what) {
    Path file = RECORDED.resolve("refused-" + name + ".bin");
    InvalidInputException refusal = Refusal.of(() -> TorchFile.open(file).close());
    assertThat(refusal.what()).contains(what);
    assertThat(refusal.where()).contains(file.toString());
  }

  @Test
  void aByteOfTheNumbersThatChangedIsFoundWhenTheyAreRead() throws IOException {
    Path file = Files.copy(RECORDED.resolve("zip-2.13.bin"), folder.resolve("m.bin"));
    long place;
    try (TensorFile torchs = TorchFile.open(file)) {
      place = ((TorchTensor) tensor(torchs, "plain")).position(4);
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) place] ^= 1;
    Files.write(file, bytes);
    try (TensorFile torchs = TorchFile.open(file)) {
      RawTensorData tensor = tensor(torchs, "tied");
      InvalidInputException refusal = Refusal.of(() -> tensor.read(0, new float[1], 0, 1));
      assertThat(refusal.what()).contains("have the sum").contains("were saved with");
      tensor(torchs, "first_half").read(0, new float[1], 0, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip-2.13.bin", "legacy-2.13.bin"})
  void aFileThatIsCutOffIsRefusedWhereverItIs(String name) throws IOException {
    byte[] whole = Files.readAllBytes(RECORDED.resolve(name));
    Path file = folder.resolve("m.bin");
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThat(Refusal.of(() -> TorchFile.open(file).close()).where()).contains(file.toString());
    }
    Files.write(file, whole);
    Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
    assertThat(Refusal.of(() -> TorchFile.open(file).close()).remedy()).contains("download");
  }

  private static RawTensorData tensor(TensorFile file, String name) {
    return java.util.Objects.requireNonNull(file.tensors().get(name), name);
  }

  private static byte[] bytes(RawTensorData tensor) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteCount());
    tensor.readBytes(0, bytes);
    return bytes.array();
  }
}
