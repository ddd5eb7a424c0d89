package dev.litegraft.checkpoint.consolidated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsolidatedWeightsTest {
  private static final Path RECORDED = Path.of("src/test/resources/consolidated");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"one-part", "two-parts", "two-parts-by-rows", "safetensors", "sharded"})
  void everyTensorIsByteForByteThatOfTransformers(String name) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(RECORDED.resolve(name));
        TensorFile same =
            SafetensorsFile.open(RECORDED.resolve("same/" + name + "/model.safetensors"))) {
      assertThat(checkpoint.tensors().keySet()).containsAll(same.tensors().keySet());
      for (Map.Entry<String, RawTensorData> expected : same.tensors().entrySet()) {
        RawTensorData tensor = tensor(checkpoint, expected.getKey());
        assertThat(tensor.name()).isEqualTo(expected.getKey());
        assertThat(tensor.dtype()).as(tensor.name()).isEqualTo(expected.getValue().dtype());
        assertThat(tensor.shape()).as(tensor.name()).isEqualTo(expected.getValue().shape());
        assertThat(bytes(tensor)).as(tensor.name()).isEqualTo(bytes(expected.getValue()));
      }
      assertThat(checkpoint.notes()).anyMatch(n -> n.contains("the weights are consolidated"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "two-parts, model.layers.1.self_attn.q_proj.weight",
    "two-parts, model.layers.0.mlp.down_proj.weight",
    "two-parts-by-rows, model.embed_tokens.weight",
    "safetensors, model.layers.0.self_attn.k_proj.weight",
  })
  void anyPartOfATensorIsThatOfTransformers(String name, String tensorName) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(RECORDED.resolve(name));
        TensorFile same =
            SafetensorsFile.open(RECORDED.resolve("same/" + name + "/model.safetensors"))) {
      RawTensorData tensor = tensor(checkpoint, tensorName);
      RawTensorData expected = Objects.requireNonNull(same.tensors().get(tensorName));
      int count = (int) expected.shape().elements();
      float[] all = new float[count];
      expected.read(0, all, 0, count);
      for (int from = 0; from < count; from += 5) {
        float[] part = new float[Math.min(count - from, 43)];
        tensor.read(from, part, 0, part.length);
        assertThat(part).isEqualTo(Arrays.copyOfRange(all, from, from + part.length));
      }
      ByteBuffer part = ByteBuffer.allocate(71);
      tensor.readBytes(3, part);
      assertThat(part.array()).isEqualTo(Arrays.copyOfRange(bytes(expected), 3, 74));
    }
  }

  @Test
  void transformersOwnFormGoesFirst() throws IOException {
    copy("two-parts");
    Files.copy(
        RECORDED.resolve("same/two-parts/model.safetensors"), folder.resolve("model.safetensors"));
    Files.write(folder.resolve("consolidated.00.pth"), new byte[] {1, 2, 3});
    try (Checkpoint checkpoint = Architectures.open(folder)) {
      assertThat(checkpoint.notes()).noneMatch(n -> n.contains("consolidated"));
    }
  }

  @Test
  void aPartThatIsMissingIsNamed() throws IOException {
    copy("two-parts");
    Files.delete(folder.resolve("consolidated.01.pth"));
    InvalidInputException last = Refusal.of(() -> Architectures.open(folder).close());
    assertThat(last.what()).contains("have 8 rows, where config.json asks for 16");
    copy("two-parts");
    Files.delete(folder.resolve("consolidated.00.pth"));
    InvalidInputException first = Refusal.of(() -> Architectures.open(folder).close());
    assertThat(first.what()).contains("the part before consolidated.01.pth is missing");
  }

  @Test
  void partsOfOtherModelsAreRefused() throws IOException {
    copy("two-parts");
    Files.copy(
        RECORDED.resolve("two-parts-by-rows/consolidated.01.pth"),
        folder.resolve("consolidated.01.pth"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    InvalidInputException refusal = Refusal.of(() -> Architectures.open(folder).close());
    assertThat(refusal.what()).contains("parts that do not fit together");
  }

  @Test
  void otherFamiliesHaveNoSuchWeights() throws IOException {
    copy("one-part");
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"llama\"", "\"qwen2\"")
            .replace("LlamaForCausalLM", "Qwen2ForCausalLM"));
    InvalidInputException refusal = Refusal.of(() -> Architectures.open(folder).close());
    assertThat(refusal.what()).contains("which is read of Llama and Mistral", "Qwen2ForCausalLM");
  }

  @Test
  void withoutConfigTheFolderIsNamedForWhatItIs() throws IOException {
    copy("one-part");
    Files.delete(folder.resolve("config.json"));
    InvalidInputException refusal = Refusal.of(() -> Architectures.open(folder).close());
    assertThat(refusal.what())
        .contains("no config.json, but consolidated.00.pth and params.json, of Meta's");
    assertThat(refusal.remedy()).contains("put the config.json");
  }

  private void copy(String name) throws IOException {
    try (Stream<Path> files = Files.list(RECORDED.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            folder.resolve(String.valueOf(file.getFileName())),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static RawTensorData tensor(Checkpoint checkpoint, String name) {
    return Objects.requireNonNull(checkpoint.tensors().get(name), name);
  }

  private static byte[] bytes(RawTensorData tensor) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteCount());
    tensor.readBytes(0, bytes);
    return bytes.array();
  }
}
