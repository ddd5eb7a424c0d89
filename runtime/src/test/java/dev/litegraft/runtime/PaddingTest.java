package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Side;
import dev.litegraft.runtime.Recorded.Row;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text in a signature that is longer than it keeps the answer of the text alone. */
class PaddingTest {
  private static final int LENGTH = 64;
  private static final String LEFT = "{\"padding_side\": \"left\"}";

  @TempDir Path folder;

  private static void assertRecordedAt(Recorded recorded, Path file) throws IOException {
    try (RawModel model = RawModel.open(file)) {
      for (Row row : recorded.rows("logits")) {
        if (Arrays.stream(row.mask()).anyMatch(m -> m == 0) || row.name().contains("nomask")) {
          continue;
        }
        assertThat(model.answer(row.ids(), null, row.types()).values())
            .as(row.name())
            .containsExactly(row.numbers(), within(Recorded.TOLERANCE));
      }
    }
  }

  private static ModelFacts facts(Path file) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      return reader.facts().orElseThrow();
    }
  }

  @Test
  void withoutAPadTokenARotaryModelIsPaddedAtTheLeft() throws IOException {
    Recorded recorded = Recorded.copy("llama-nopad", folder);
    Path file = recorded.convert(Recorded.F32.withLengths(List.of(LENGTH)));
    assertThat(facts(file).padTokenId()).isEmpty();
    assertThat(facts(file).paddingSide()).isEqualTo(Side.LEFT);
    assertRecordedAt(recorded, file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama-mha-f32", "gpt2-seqcls", "opt-seqcls", "bert-seqcls", "roberta-seqcls"})
  void withAPadTokenTheLengthDoesNotMatterWhateverSideTheTokenizerNames(String name)
      throws IOException {
    for (String config : List.of("{}", LEFT)) {
      Recorded recorded = Recorded.copy(name, folder.resolve(config.equals(LEFT) ? "l" : "r"));
      recorded.with("tokenizer_config.json", config);
      assertRecordedAt(recorded, recorded.convert(Recorded.F32.withLengths(List.of(LENGTH))));
    }
  }

  @Test
  void withoutAPadTokenLearnedPositionsCannotBePadded() throws IOException {
    Recorded recorded =
        Recorded.copy("gpt2-seqcls", folder)
            .configured("\"pad_token_id\": 0,", "")
            .with("tokenizer_config.json", LEFT);
    Path file = recorded.convert(Recorded.F32.withLengths(List.of(8)));
    assertThat(facts(file).paddingSide()).isEqualTo(Side.RIGHT);
    try (RawModel model = RawModel.open(file)) {
      assertThat(model.answer(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, null, null).values()).hasSize(3);
      assertThatThrownBy(() -> model.answer(new int[] {1, 2, 3}, null, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(
              "3 tokens for a signature of 8, and the model has no pad token: it would take the"
                  + " padding for its text")
          .hasMessageContaining(file.toString())
          .hasMessageContaining("set pad_token_id in config.json of a copy of the folder");
    }
  }

  @Test
  void thePadTokenIsTheFamilysWhereTheConfigDoesNotNameIt() throws IOException {
    Path file =
        Recorded.copy("opt-seqcls", folder)
            .configured("\"pad_token_id\": 1,", "")
            .convert(Recorded.F32);
    assertThat(facts(file).padTokenId()).hasValue(1);
  }

  @Test
  void robertasLimitLeavesOutThePositionsBeforeItsFirst() throws IOException {
    Path file = Recorded.copy("roberta-seqcls", folder).convert(Recorded.F32);
    int limit = facts(file).modelMaxPositions().orElseThrow();
    assertThat(facts(file).maxLength()).isEqualTo(limit);
    try (RawModel model = RawModel.open(file)) {
      int[] ids = new int[limit + 1];
      Arrays.fill(ids, 7);
      assertThat(model.answer(Arrays.copyOf(ids, limit), null, null).values()).isNotEmpty();
      assertThatThrownBy(() -> model.answer(ids, null, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining((limit + 1) + " tokens, where the model takes at most " + limit);
    }
  }
}
