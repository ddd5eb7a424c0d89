package dev.litegraft.tflite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.facts.ModelFacts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  private static final byte[] TOKENIZER = "{\"model\": {\"type\": \"WordPiece\"}}".getBytes(UTF_8);

  @TempDir private Path folder;

  private Path bundle = Path.of("");
  private Path model = Path.of("");

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("model.tflite");
    TfliteWriter.of(TfliteWriter.Options.of("part")).write(model, List.of(Graphs.classifier()));
    bundle = folder.resolve("model.litertlm");
    new BundleWriter(List.of(101), List.of(102, 30522), TOKENIZER, model, model)
        .write(bundle, FileCheck.NONE);
  }

  @Test
  void theBytesAreThoseThatLiteRtLmLooksFor() throws IOException {
    byte[] bytes = Files.readAllBytes(bundle);
    ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new String(bytes, 0, 8, UTF_8)).isEqualTo("LITERTLM");
    assertThat(List.of(head.getInt(8), head.getInt(12), head.getInt(16), head.getInt(20)))
        .containsExactly(1, 6, 0, 0);
    assertThat(head.getLong(24)).isBetween(100L, 16384L);
    assertThat(bytes.length % 16384).isZero();
    try (TfliteReader reader = TfliteReader.open(bundle)) {
      Bundle read = reader.bundle().orElseThrow();
      assertThat(read.sections())
          .extracting(Bundle.Section::toString)
          .containsExactly(
              "embedding metadata",
              "tokenizer",
              "model tf_lite_embedder",
              "model tf_lite_text_encoder");
      assertThat(read.sections()).allMatch(section -> section.begin() % 16384 == 0);
      int at = (int) read.sections().get(0).begin();
      // generic_model {}, bos ids [101], eos ids [102, 30522]
      assertThat(java.util.Arrays.copyOfRange(bytes, at, (int) read.sections().get(0).end()))
          .asHexString()
          .isEqualTo("0A020A0012050A030A01651A080A060A0466BAEE01");
    }
  }

  @Test
  void theEncoderIsReadInThePlaceOfAFileAndTheTokenizerUnderItsName() throws IOException {
    try (TfliteReader reader = TfliteReader.open(bundle);
        TfliteReader plain = TfliteReader.open(model);
        TfliteReader embedder = reader.bundle().orElseThrow().openEmbedder()) {
      assertThat(reader.model()).isEqualTo(plain.model());
      assertThat(embedder.model()).isEqualTo(plain.model());
      assertThat(reader.file(ModelFacts.TOKENIZER_NAME)).contains(TOKENIZER);
      assertThat(plain.bundle()).isEmpty();
      FileVerifier.verify(reader, "bundle", FileVerifier.Budget.USUAL);
    }
  }

  @Test
  void aBundleOfAnotherKindIsToldWithWhatIsInIt() throws IOException {
    byte[] bytes = Files.readAllBytes(bundle);
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = text.indexOf("tf_lite_text_encoder");
    bytes[at] = 'x';
    assertThatThrownBy(() -> TfliteReader.open(ByteBuffer.wrap(bytes)))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("the LiteRT-LM bundle has no tf_lite_text_encoder")
        .hasMessageContaining("model tf_lite_embedder");
    bytes[at] = 't';
    bytes[8] = 2;
    assertThatThrownBy(() -> TfliteReader.open(ByteBuffer.wrap(bytes)))
        .hasMessageContaining("version 2");
  }

  @Test
  void damageIsToldAndNothingElseHappens() throws IOException {
    byte[] whole = Files.readAllBytes(bundle);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = whole.clone();
      int length = i % 3 == 0 ? random.nextInt(bytes.length) : bytes.length;
      for (int n = 0; i % 3 != 0 && n < 3; n++) {
        int place = random.nextInt(4) == 0 ? 16384 * 2 + random.nextInt(64) : random.nextInt(600);
        bytes[place] = (byte) random.nextInt();
      }
      try (TfliteReader reader = TfliteReader.open(ByteBuffer.wrap(bytes, 0, length))) {
        reader.file(ModelFacts.TOKENIZER_NAME);
        if (reader.bundle().isPresent()) {
          reader.bundle().get().openEmbedder().close();
        }
      } catch (InvalidFileException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
