package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Pairs of long texts as tokenizers 0.23 cuts them, by what it answered. */
class NewerPairsTest {
  private record Recorded(Fields row) {
    int[] numbers(String name) {
      return row.list(name).stream()
          .mapToInt(n -> n instanceof Integer number ? number : Integer.MIN_VALUE)
          .toArray();
    }

    Truncation truncation() {
      return new Truncation(
          row.natural("max_length"),
          Truncation.Strategy.valueOf(row.string("strategy").toUpperCase(Locale.ROOT)),
          0,
          row.string("side").equals("left"));
    }
  }

  private static List<Recorded> recorded() {
    byte[] json = OracleTest.resource("pairs-0.23").getBytes(StandardCharsets.UTF_8);
    Object file = new JsonReader(json, "pairs-0.23").value();
    return Fields.of(file, "recorded", "pairs-0.23").all("cases").stream()
        .map(Recorded::new)
        .toList();
  }

  @Test
  void pairsAreCutAsTheNewerLibraryCutsThem() {
    int otherBefore = 0;
    for (Recorded recorded : recorded()) {
      Tokenizer older = OracleTest.read(OracleTest.resource(recorded.row().string("tokenizer")));
      Tokenizer newer = older.with(older.settings().with(Truncation.Version.V0_23));
      Encoding encoding =
          newer.encode(
              recorded.row().string("text"), recorded.row().string("pair"), recorded.truncation());
      assertThat(encoding.ids())
          .as("%s", recorded.row().object())
          .isEqualTo(recorded.numbers("ids"));
      assertThat(encoding.types()).isEqualTo(recorded.numbers("types"));
      assertThat(encoding.words())
          .as("%s", recorded.row().object())
          .isEqualTo(recorded.numbers("words"));
      try {
        int[] before =
            older
                .encode(
                    recorded.row().string("text"),
                    recorded.row().string("pair"),
                    recorded.truncation())
                .ids();
        otherBefore += Arrays.equals(before, recorded.numbers("ids")) ? 0 : 1;
      } catch (TokenizerException e) {
        otherBefore++; // a text that 0.21 will not cut to nothing
      }
    }
    assertThat(otherBefore).isPositive();
  }
}
