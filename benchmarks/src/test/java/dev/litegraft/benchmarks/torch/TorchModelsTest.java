package dev.litegraft.benchmarks.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.benchmarks.BenchmarkCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an archive holds; that PyTorch reads and answers it is measured where PyTorch is. */
class TorchModelsTest {
  @TempDir Path folder;

  private Path written(Path checkpoint, boolean int8) throws IOException {
    Path file = folder.resolve("model.pt");
    TorchModels.write(checkpoint, file, int8);
    return file;
  }

  private static String entry(ZipFile zip, String name) throws IOException {
    try (InputStream in = zip.getInputStream(Objects.requireNonNull(zip.getEntry(name)))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static long count(String text, String words) {
    return Pattern.compile(Pattern.quote(words)).matcher(text).results().count();
  }

  @Test
  void bertIsWrittenAsItsClassComputesIt() throws IOException {
    try (ZipFile zip = new ZipFile(written(BenchmarkCheckpoint.tinyBert(folder), false).toFile())) {
      String source = entry(zip, "model/code/__torch__.py");
      assertThat(count(source, "torch.linear(")).isEqualTo(2 * 6 + 2);
      assertThat(count(source, "torch.scaled_dot_product_attention(")).isEqualTo(2);
      assertThat(count(source, "torch.layer_norm(")).isEqualTo(5);
      assertThat(count(source, " : Tensor\n")).isEqualTo(3 + 2 + 2 * 16 + 4);
      assertThat(zip.stream().filter(e -> e.getName().startsWith("model/data/")))
          .hasSize(3 + 2 + 2 * 16 + 4);
    }
  }

  @Test
  void roundedLlamaHasPackedWeights() throws IOException {
    try (ZipFile zip = new ZipFile(written(BenchmarkCheckpoint.tinyLlama(folder), true).toFile())) {
      String source = entry(zip, "model/code/__torch__.py");
      assertThat(count(source, "ops.quantized.linear_dynamic(")).isEqualTo(2 * 7 + 1);
      assertThat(count(source, "torch.linear(")).isZero();
      assertThat(entry(zip, "model/data.pkl")).contains("per_tensor_affine", "_rebuild_qtensor");
    }
  }
}
