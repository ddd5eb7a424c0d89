package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.ParityException;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedConversionTest {
  private static final Path FOLDER = Folders.golden("llama-base-gqa-f32");

  @TempDir Path scratch = Path.of("");
  private Path planted = Path.of("");
  private Path target = Path.of("");

  /** A verification that must fail: of a checkpoint with another setting. */
  @BeforeEach
  void plant() throws IOException {
    planted =
        Folders.copy(
            FOLDER,
            scratch.resolve("planted"),
            "config.json",
            "\"num_hidden_layers\": 3",
            "\"num_hidden_layers\": 2");
    target = Files.createDirectory(scratch.resolve("out")).resolve("model.tflite");
  }

  private VerifiedConversion converted(Path verifiedAgainst, Recipe recipe) throws IOException {
    Converter converter =
        Converter.of(FOLDER).withOptions(ConversionOptions.defaults().withRecipe(recipe));
    Verification verification = Verification.of(verifiedAgainst, target).withThreads(1).asBrief();
    return VerifiedConversion.convert(converter, verification, target);
  }

  @Test
  void aFileThatAnswersLikeTheCheckpointTakesItsPlace() throws IOException {
    VerifiedConversion made = converted(FOLDER, Recipe.F32);
    assertThat(made.verification().orElseThrow().match()).isTrue();
    assertThat(made.verification().orElseThrow().file()).isEqualTo(target);
    assertThat(made.note()).isEmpty();
    assertThat(made.conversion().target()).isEqualTo(target);
    assertThat(made.conversion().targetBytes()).isEqualTo(Files.size(target));
    assertThat(made.conversion().seconds()).isPositive();
    assertThat(scratch.resolve("out").toFile().list()).containsExactly("model.tflite");
  }

  @Test
  void aFloatFileThatDiffersIsNotLeftAndTheOldOneStays() throws IOException {
    Files.writeString(target, "old");
    assertThatThrownBy(() -> converted(planted, Recipe.F32))
        .isInstanceOf(ParityException.class)
        .hasMessageContaining("does NOT answer like the checkpoint")
        .hasMessageContaining("it was not left")
        .hasMessageContaining("first departure at model.norm")
        .hasMessageContaining("--no-verify");
    assertThat(target).hasContent("old");
    assertThat(scratch.resolve("out").toFile().list()).containsExactly("model.tflite");
  }

  @Test
  void aQuantizedFileThatDiffersIsLeftWithANote() throws IOException {
    VerifiedConversion made = converted(planted, Recipe.DYNAMIC_WI8_AFP32);
    assertThat(made.verification().orElseThrow().match()).isFalse();
    assertThat(made.note()).hasValueSatisfying(note -> assertThat(note).contains("NOT"));
    assertThat(target).isRegularFile();
  }

  @Test
  void aLengthThatWasAskedForIsLeftWithANoteAlthoughTheTokenizerHasAnother() throws IOException {
    Path folder =
        Folders.copy(
            Folders.example(),
            scratch.resolve("short"),
            "tokenizer_config.json",
            "\"model_max_length\": 256",
            "\"model_max_length\": 64");
    Converter converter =
        Converter.of(folder)
            .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32).withMaxLength(200));
    VerifiedConversion made =
        VerifiedConversion.convert(
            converter, Verification.of(folder, target).withThreads(1).asBrief(), target);
    assertThat(made.note()).hasValueSatisfying(note -> assertThat(note).contains("max_length"));
    assertThat(target).isRegularFile();
  }

  @Test
  void aTokenizerThatCannotBeUsedIsTheCheckpointsFaultAndNothingIsLeft() throws IOException {
    Path folder =
        Folders.copy(
            FOLDER, scratch.resolve("copy"), "config.json", "\"vocab_size\"", "\"vocab_size\"");
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": -1}, \"unk_token\": \"a\"}}");
    Converter converter = Converter.of(folder).withOptions(ConversionOptions.defaults());
    Verification verification = Verification.of(folder, target).withThreads(1).asBrief();
    assertThatThrownBy(() -> VerifiedConversion.convert(converter, verification, target))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("a number of 0 or more is expected")
        .hasMessageContaining(folder.resolve("tokenizer.json").toString());
    assertThat(scratch.resolve("out").toFile().list()).isEmpty();
  }

  @Test
  void whatConversionRefusesIsRefusedAsBefore() {
    target = scratch.resolve("no-such-folder").resolve("model.tflite");
    assertThatThrownBy(() -> converted(FOLDER, Recipe.F32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not exist");
  }
}
