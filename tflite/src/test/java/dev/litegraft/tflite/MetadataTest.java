package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ModelFactsTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.lite.support.metadata.MetadataExtractor;
import org.tensorflow.lite.support.metadata.schema.ProcessUnitOptions;

/** Other clients read what is written here: TensorFlow's own extractor, and ZIP tools. */
class MetadataTest {
  private static final String LABELS = "negative\npositive\n중립\n";

  @TempDir Path folder;

  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    Path tokenizer = Files.writeString(folder.resolve("source.json"), "{}".repeat(50_000));
    file = folder.resolve("model.tflite");
    List<AssociatedFile> files =
        List.of(
            AssociatedFile.copy(
                ModelFacts.TOKENIZER_NAME,
                "The tokenizer.",
                AssociatedFile.Type.UNKNOWN,
                tokenizer),
            AssociatedFile.of(
                ModelFacts.LABELS_NAME, "The labels.", AssociatedFile.Type.LABELS, LABELS),
            AssociatedFile.late(
                ModelFacts.FILE_NAME,
                "What the model is.",
                AssociatedFile.Type.DESCRIPTIONS,
                () -> ModelFactsTest.FACTS.toJson()));
    TfliteWriter.of(TfliteWriter.Options.of("test"))
        .write(
            file,
            List.of(Graphs.classifier()),
            new Metadata("small", "A small classifier.", "1.2", "Apache-2.0", files));
  }

  @Test
  void tensorflowsExtractorReadsTheMetadata() throws IOException {
    MetadataExtractor extractor = new MetadataExtractor(ByteBuffer.wrap(Files.readAllBytes(file)));
    assertThat(extractor.hasMetadata()).isTrue();
    assertThat(extractor.isMinimumParserVersionSatisfied()).isTrue();
    assertThat(extractor.getModelMetadata().name()).isEqualTo("small");
    assertThat(extractor.getModelMetadata().description()).isEqualTo("A small classifier.");
    assertThat(extractor.getModelMetadata().version()).isEqualTo("1.2");
    assertThat(extractor.getModelMetadata().license()).isEqualTo("Apache-2.0");
    assertThat(extractor.getInputTensorCount()).isEqualTo(1);
    assertThat(extractor.getInputTensorMetadata(0).name()).isEqualTo("input_ids");
    assertThat(extractor.getInputTensorShape(0)).containsExactly(1, 1);
    assertThat(extractor.getOutputTensorMetadata(0).name()).isEqualTo("logits");
    assertThat(extractor.getOutputTensorMetadata(0).associatedFiles(0).name())
        .isEqualTo(ModelFacts.LABELS_NAME);
    assertThat(extractor.getOutputTensorMetadata(0).associatedFiles(0).type())
        .isEqualTo(AssociatedFile.Type.LABELS.code());
  }

  @Test
  void clientsThatMakeTheTokensThemselvesAreToldHow() throws IOException {
    List<AssociatedFile> files =
        List.of(
            AssociatedFile.of("vocab.txt", "Words.", AssociatedFile.Type.VOCABULARY, "[PAD]\n"),
            AssociatedFile.of("labels.txt", "Labels.", AssociatedFile.Type.LABELS, LABELS));
    TfliteWriter.of(TfliteWriter.Options.of("test"))
        .write(
            file,
            List.of(Graphs.classifier()),
            new Metadata(
                "small",
                "",
                "1",
                "",
                files,
                Optional.of(new BertInputs(List.of("ids"), "vocab.txt"))));
    MetadataExtractor extractor = new MetadataExtractor(ByteBuffer.wrap(Files.readAllBytes(file)));
    assertThat(extractor.getModelMetadata().minParserVersion()).isEqualTo("1.1.0");
    assertThat(extractor.getInputTensorMetadata(0).name()).isEqualTo("ids");
    assertThat(extractor.getModelMetadata().subgraphMetadata(0).inputProcessUnits(0).optionsType())
        .isEqualTo(ProcessUnitOptions.BertTokenizerOptions);
    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThat(reader.metadata())
          .contains(
              new FileMetadata(
                  "1.1.0",
                  List.of("ids"),
                  List.of("logits"),
                  Optional.of("labels.txt"),
                  Optional.of("vocab.txt")));
    }
  }

  @Test
  void tensorflowsExtractorReadsTheAssociatedFiles() throws IOException {
    MetadataExtractor extractor = new MetadataExtractor(ByteBuffer.wrap(Files.readAllBytes(file)));
    assertThat(extractor.getAssociatedFileNames())
        .containsExactlyInAnyOrder(
            ModelFacts.TOKENIZER_NAME, ModelFacts.LABELS_NAME, ModelFacts.FILE_NAME);
    try (InputStream labels = extractor.getAssociatedFile(ModelFacts.LABELS_NAME)) {
      assertThat(labels).hasContent(LABELS);
    }
  }

  @Test
  void anyZipToolListsTheFilesUncompressed() throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName).toList())
          .containsExactly(ModelFacts.TOKENIZER_NAME, ModelFacts.LABELS_NAME, ModelFacts.FILE_NAME);
      assertThat(zip.stream()).allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
      try (InputStream tokenizer = zip.getInputStream(zip.getEntry(ModelFacts.TOKENIZER_NAME))) {
        assertThat(tokenizer).hasContent("{}".repeat(50_000));
      }
    }
  }

  @Test
  void theReaderReadsThemToo() throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThat(reader.model().metadata()).containsKey(TfliteFormat.METADATA_NAME);
      assertThat(reader.file(ModelFacts.LABELS_NAME).orElseThrow()).asString().isEqualTo(LABELS);
      assertThat(reader.file("vocab.txt")).isEmpty();
      assertThat(reader.facts()).contains(ModelFactsTest.FACTS);
    }
  }

  @Test
  void aChangedAssociatedFileIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (TfliteReader reader = TfliteReader.open(file)) {
      bytes[(int) reader.model().files().get(1).position()] ^= 1;
    }
    Path changed = Files.write(folder.resolve("changed.tflite"), bytes);
    try (TfliteReader reader = TfliteReader.open(changed)) {
      assertThatThrownBy(() -> reader.file(ModelFacts.LABELS_NAME))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("labels.txt")
          .hasMessageContaining("checksum");
    }
  }

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    byte[] first = Files.readAllBytes(file);
    write();
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }
}
