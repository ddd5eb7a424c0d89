package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Special tokens that stand in a text and are to be read as any other text. */
class SpecialTokensAsTextTest {
  private static Tokenizer asText(String name) {
    Tokenizer read = OracleTest.read(OracleTest.resource(name));
    return read.with(read.settings().withSpecialTokensRead(false));
  }

  @Test
  void theyAreWhatTheLibraryMakesOfThem() {
    byte[] json = OracleTest.resource("specials-as-text-0.23").getBytes(StandardCharsets.UTF_8);
    List<Fields> cases =
        Fields.of(new JsonReader(json, "recorded").value(), "recorded", "recorded").all("cases");
    int otherwise = 0;
    for (Fields recorded : cases) {
      Tokenizer tokenizer = asText(recorded.string("tokenizer"));
      String text = recorded.string("text");
      Encoding encoding = tokenizer.encode(text);
      assertThat(encoding.ids()).as(text).isEqualTo(numbers(recorded, "ids"));
      assertThat(encoding.pointStarts()).as(text).isEqualTo(numbers(recorded, "starts"));
      assertThat(encoding.pointEnds()).as(text).isEqualTo(numbers(recorded, "ends"));
      int[] read = tokenizer.with(Settings.defaults()).encode(text).ids();
      otherwise += Arrays.equals(read, encoding.ids()) ? 0 : 1;
    }
    assertThat(otherwise).isGreaterThan(10);
  }

  private static int[] numbers(Fields row, String name) {
    return row.list(name).stream().mapToInt(number -> (Integer) number).toArray();
  }

  /** The vocabulary of a Unigram model has them as pieces that cost nothing. */
  @ParameterizedTest
  @CsvSource({
    "deberta, '[CLS] a [SEP][SEP] x[CLS]y [PAD]'",
    "albert, '<pad>a <pad> [CLS]b [SEP]'",
    "bert, '[CLS] a [SEP]x[MASK]'",
    "gemma, '<bos>a <eos>'"
  })
  void noTextPassesForOne(String name, String text) {
    Tokenizer tokenizer = asText(name);
    Tokenizer bare = tokenizer.with(tokenizer.settings().withSpecialTokens(false));
    int unknown = bare.id("[UNK]").orElseGet(() -> bare.id("<unk>").orElseThrow());
    assertThat(Arrays.stream(bare.encode(text).ids()).filter(id -> id != unknown))
        .isNotEmpty()
        .noneMatch(bare::isSpecial);
  }

  @Test
  void aWordOfTheVocabularyIsCutBehindTheirFirstCharacter() {
    String json =
        ("{'added_tokens':[{'id':1,'content':'abc','single_word':false,'lstrip':false,"
                + "'rstrip':false,'normalized':false,'special':true}],"
                + "'model':{'type':'Unigram','unk_id':0,'vocab':[['?',0.0],['abc',0.0],['a',-9.0],"
                + "['bc',-9.0],['x',-1.0],['bcx',-2.0]]}}")
            .replace('\'', '"');
    Tokenizer tokenizer = OracleTest.read(json);
    assertThat(tokenizer.encode("xabcx").ids()).containsExactly(4, 1, 4);
    Encoding asText =
        tokenizer.with(tokenizer.settings().withSpecialTokensRead(false)).encode("xabcx");
    assertThat(asText.ids()).containsExactly(4, 2, 5);
    assertThat(asText.starts()).containsExactly(0, 1, 2);
    assertThat(asText.ends()).containsExactly(1, 2, 5);
  }
}
