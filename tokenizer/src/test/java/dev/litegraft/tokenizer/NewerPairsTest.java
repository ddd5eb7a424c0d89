package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pairs of long texts as tokenizers 0.23 cuts them, by what it answered. */
class NewerPairsTest {
  private record Recorded(Map<?, ?> row) {
    String text(String name) {
      return String.valueOf(row.get(name));
    }

    int[] numbers(String name) {
      return ((List<?>) row.get(name)).stream().mapToInt(n -> ((Number) n).intValue()).toArray();
    }

    Truncation truncation() {
      return new Truncation(
          ((Number) row.get("max_length")).intValue(),
          Truncation.Strategy.valueOf(text("strategy").toUpperCase(Locale.ROOT)),
          0,
          text("side").equals("left"));
    }
  }

  private static List<Recorded> recorded() {
    byte[] json = OracleTest.resource("pairs-0.23").getBytes(StandardCharsets.UTF_8);
    Map<?, ?> file = (Map<?, ?>) new JsonReader(json, "pairs-0.23").value();
    return ((List<?>) file.get("cases"))
        .stream().map(row -> new Recorded((Map<?, ?>) row)).toList();
  }

  @Test
  void pairsAreCutAsTheNewerLibraryCutsThem() {
    int otherBefore = 0;
    for (Recorded recorded : recorded()) {
      Tokenizer older = OracleTest.read(OracleTest.resource(recorded.text("tokenizer")));
      Tokenizer newer = older.with(older.settings().with(Truncation.Version.V0_23));
      Encoding encoding =
          newer.encode(recorded.text("text"), recorded.text("pair"), recorded.truncation());
      assertThat(encoding.ids()).as("%s", recorded.row()).isEqualTo(recorded.numbers("ids"));
      assertThat(encoding.types()).isEqualTo(recorded.numbers("types"));
      assertThat(encoding.words()).as("%s", recorded.row()).isEqualTo(recorded.numbers("words"));
      try {
        int[] before =
            older.encode(recorded.text("text"), recorded.text("pair"), recorded.truncation()).ids();
        otherBefore += Arrays.equals(before, recorded.numbers("ids")) ? 0 : 1;
      } catch (TokenizerException e) {
        otherBefore++; // a text that 0.21 will not cut to nothing
      }
    }
    assertThat(otherBefore).isPositive();
  }
}
