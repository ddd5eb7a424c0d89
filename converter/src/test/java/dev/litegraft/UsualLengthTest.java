package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.Golden;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where texts are cut sooner than by the original. */
class UsualLengthTest {
  @TempDir Path scratch;

  /** A recorded EuroBERT, whose limit is its config's, with another number of positions. */
  private ConversionReport convert(int positions, ConversionOptions options) throws IOException {
    return convert("eurobert-seqcls", positions, options);
  }

  private ConversionReport convert(String name, int positions, ConversionOptions options)
      throws IOException {
    Path golden = Golden.folder(name);
    Path folder = Files.createDirectories(scratch.resolve(name + positions));
    Path weights = folder.resolve("model.safetensors");
    if (!Files.exists(weights)) {
      Files.copy(golden.resolve("model.safetensors"), weights);
    }
    String config = Files.readString(golden.resolve("config.json"));
    String other =
        config.replaceFirst(
            "\"max_position_embeddings\": *\\d+", "\"max_position_embeddings\": " + positions);
    assertThat(other).contains("\"max_position_embeddings\": " + positions);
    Files.writeString(folder.resolve("config.json"), other);
    return Converter.of(folder).withOptions(options).convert(scratch.resolve("model.tflite"));
  }

  @Test
  void aModelThatReadsMoreThanTheDefaultIsToldHowToTakeMore() throws IOException {
    ConversionReport report = convert(600, ConversionOptions.defaults());
    assertThat(report.maxLength()).isEqualTo(Model.USUAL_LENGTH);
    assertThat(report.notes())
        .anySatisfy(note -> assertThat(note).contains("512", "--max-length takes up to 600"));
  }

  @Test
  void aDecoderOfRotaryPositionsReadsAnyNumber() throws IOException {
    String name = "llama-base-gqa-f32";
    assertThat(convert(name, 600, ConversionOptions.defaults()).notes())
        .anySatisfy(note -> assertThat(note).contains("512", "--max-length takes any number"));
    ConversionOptions most = ConversionOptions.defaults().withMaxLength(601);
    assertThat(convert(name, 600, most).maxLength()).isEqualTo(601);
  }

  @Test
  void theAdviceIsTrue() throws IOException {
    ConversionOptions most = ConversionOptions.defaults().withMaxLength(600);
    ConversionReport report = convert(600, most);
    assertThat(report.maxLength()).isEqualTo(600);
    assertThat(report.notes()).noneMatch(note -> note.contains("--max-length"));
    assertThatThrownBy(() -> convert(600, ConversionOptions.defaults().withMaxLength(601)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("601 tokens, where the model reads 1 to 600");
  }

  @Test
  void nothingIsSaidWhereTheModelReadsNoMore() throws IOException {
    assertThat(convert(512, ConversionOptions.defaults()).notes())
        .noneMatch(note -> note.contains("--max-length"));
    ConversionOptions fixed = ConversionOptions.defaults().withLengths(List.of(64));
    assertThat(convert(600, fixed).notes()).noneMatch(note -> note.contains("--max-length"));
  }
}
