package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ModelFacts.Compressed;
import dev.litegraft.facts.ModelFactsTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GzipFileTest {
  private static final byte[] PLAIN = "{\"a\":1}\n".repeat(5_000).getBytes(StandardCharsets.UTF_8);
  private static final String STORED = ModelFacts.TOKENIZER_NAME + GzipFile.SUFFIX;

  @TempDir private Path folder;

  private Path file(Compressed said, byte[] stored) throws IOException {
    return file(Map.of(STORED, said), stored);
  }

  private Path file(Map<String, Compressed> said, byte[] stored) throws IOException {
    ModelFacts facts = ModelFactsTest.FACTS.with(ModelFacts.COMPRESSED, said);
    AssociatedFile.Type type = AssociatedFile.Type.UNKNOWN;
    Path file = folder.resolve("model.tflite");
    TfliteWriter.of(TfliteWriter.Options.of("test"))
        .write(
            file,
            List.of(Graphs.classifier()),
            new Metadata(
                "small",
                "",
                "1",
                "",
                List.of(
                    AssociatedFile.of(ModelFacts.FILE_NAME, "", type, facts.toJson()),
                    new AssociatedFile(STORED, "", type, out -> out.write(stored)))));
    return file;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GzipFile.write(plain, out);
    return out.toByteArray();
  }

  @Test
  void aFileThatIsCompressedComesBackPlain() throws IOException {
    byte[] gzip = gzip(PLAIN);
    assertThat(gzip.length).isLessThan(PLAIN.length / 10);
    try (TfliteReader reader = TfliteReader.open(file(GzipFile.facts(PLAIN), gzip))) {
      assertThat(reader.file(ModelFacts.TOKENIZER_NAME)).contains(PLAIN);
      assertThat(reader.file(STORED)).contains(gzip);
    }
  }

  @Test
  void anyZipToolAndAnyGunzipReadIt() throws IOException {
    AssociatedFile written =
        AssociatedFile.gzip(ModelFacts.TOKENIZER_NAME, "", AssociatedFile.Type.UNKNOWN, PLAIN);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    written.content().writeTo(out);
    assertThat(written.name()).isEqualTo(STORED);
    try (ZipFile zip = new ZipFile(file(GzipFile.facts(PLAIN), out.toByteArray()).toFile());
        InputStream in = new GZIPInputStream(zip.getInputStream(zip.getEntry(STORED)))) {
      assertThat(in.readAllBytes()).isEqualTo(PLAIN);
    }
  }

  @Test
  void theSameFileGivesTheSameBytes() throws IOException {
    byte[] gzip = gzip(PLAIN);
    assertThat(gzip(PLAIN)).isEqualTo(gzip);
    // RFC 1952: no time, no name.
    assertThat(Arrays.copyOfRange(gzip, 3, 8)).containsOnly(0);
  }

  @Test
  void nothingIsInflatedBeyondWhatTheFactsSay() throws IOException {
    String hash = GzipFile.facts(PLAIN).sha256();
    byte[] gzip = gzip(PLAIN);
    refused(new Compressed(PLAIN.length - 1, hash), gzip, "holds more bytes, where 39999 are said");
    refused(new Compressed(PLAIN.length + 1, hash), gzip, "holds 40000 bytes, where 40001 are");
    refused(new Compressed(1L << 28, hash), gzip, "is said to hold 268435456 bytes, too many");
    refused(new Compressed(Long.MAX_VALUE, hash), gzip, "too many for its");
  }

  @Test
  void aFileThatIsNotWhatTheFactsSayIsRefused() throws IOException {
    byte[] gzip = gzip(PLAIN);
    refused(new Compressed(PLAIN.length, "a".repeat(64)), gzip, "has the sha256 ");
    refused(
        GzipFile.facts(PLAIN), Arrays.copyOf(gzip, gzip.length / 2), "inside of it is no gzip: ");
    refused(GzipFile.facts(PLAIN), PLAIN, "is no gzip: Not in GZIP format");
  }

  @Test
  void aCompressedFileThatTheFactsDoNotKnowIsNoMissingOne() throws IOException {
    refused(
        file(Map.of(), gzip(PLAIN)), "tokenizer.json.gz inside of it has a size that the facts do");
  }

  private void refused(Compressed said, byte[] stored, String message) throws IOException {
    refused(file(said, stored), message);
  }

  private void refused(Path file, String message) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThatThrownBy(() -> reader.file(ModelFacts.TOKENIZER_NAME))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the file tokenizer.json.gz inside of it")
          .hasMessageContaining(message)
          .hasMessageContaining(file.toString());
    } finally {
      Files.delete(file);
    }
  }
}
