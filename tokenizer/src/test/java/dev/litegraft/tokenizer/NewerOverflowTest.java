package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What overflows in tokenizers 0.23, by what it answered: no more than it has read. */
class NewerOverflowTest {
  @Test
  void noMoreOverflowsThanTheNewerLibraryReads() {
    byte[] json = OracleTest.resource("overflow-0.23").getBytes(StandardCharsets.UTF_8);
    int more = 0;
    List<Fields> cases =
        Fields.of(new JsonReader(json, "recorded").value(), "recorded", "recorded").all("cases");
    for (Fields recorded : cases) {
      Tokenizer read = OracleTest.read(OracleTest.resource(recorded.string("tokenizer")));
      Settings settings = read.settings().withOverflow(true);
      Tokenizer newer = read.with(settings.with(Truncation.Version.V0_23));
      assertThat(parts(newer, recorded))
          .as("%s", recorded.object())
          .isEqualTo(recorded.list("ids") + " " + recorded.list("words"));
      more += parts(newer, recorded).equals(parts(read.with(settings), recorded)) ? 0 : 1;
    }
    assertThat(more).isPositive();
  }

  private static String parts(Tokenizer tokenizer, Fields recorded) {
    @Nullable String pair = recorded.string("pair").isEmpty() ? null : recorded.string("pair");
    Truncation truncation =
        new Truncation(
            recorded.natural("max_length"),
            Truncation.Strategy.LONGEST_FIRST,
            recorded.natural("stride"),
            recorded.string("side").equals("left"));
    Encoding first = tokenizer.encode(recorded.string("text"), pair, truncation);
    List<Encoding> all = new ArrayList<>(List.of(first));
    all.addAll(first.overflowing());
    return all.stream().map(part -> list(part.ids())).toList()
        + " "
        + all.stream().map(part -> list(part.words())).toList();
  }

  private static List<Integer> list(int[] numbers) {
    return java.util.Arrays.stream(numbers).boxed().toList();
  }
}
