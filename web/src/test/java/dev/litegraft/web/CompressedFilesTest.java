package dev.litegraft.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.brotli.dec.BrotliInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressedFilesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "text.js | gzip, deflate, br, zstd | br",
        "text.js | gzip, deflate | gzip",
        "text.js | BR;q=0.5, gzip;q=1 | br",
        "text.js | br;q=0, gzip | gzip",
        "text.js | br ; q=0.000 | -",
        "text.js | brotli, x-gzip | -",
        "text.js | '' | -",
        "text.js | - | -",
        "model.tflite | br | -",
        "LICENSE | br | -"
      })
  void aBrowserGetsTheBestThatItTakes(
      String name, @Nullable String accepted, @Nullable String token) {
    assertThat(CompressedFiles.Encoding.of(name, accepted).map(CompressedFiles.Encoding::token))
        .isEqualTo(Optional.ofNullable(token));
  }

  @Test
  void bothEncodingsAreReadBackAndAFileThatIsMissingIsSaid() throws Exception {
    byte[] text = "배우들 연기가 훌륭하고 ".repeat(100).getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("a.js"), text);
    CompressedFiles files = new CompressedFiles(folder);
    files.prepare(List.of("a.js"));
    byte[] brotli = files.of("a.js", CompressedFiles.Encoding.BROTLI);
    assertThat(new BrotliInputStream(new ByteArrayInputStream(brotli)).readAllBytes())
        .isEqualTo(text);
    byte[] gzip = files.of("a.js", CompressedFiles.Encoding.GZIP);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes()).isEqualTo(text);
    assertThat(catchThrowable(() -> files.prepare(List.of("b.js"))))
        .isInstanceOf(NoSuchFileException.class);
  }
}
