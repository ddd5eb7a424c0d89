package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is checked when a tokenizer is read, and what its door does. */
class TokenizerTest {
  private static final String WORDS =
      "{'type':'WordLevel','vocab':{'<unk>':0,'a':1,'b':2},'unk_token':'<unk>'}";

  private static String file(String parts, String model) {
    return ("{" + parts + "'model':" + model + "}").replace('\'', '"');
  }

  private static Tokenizer read(String parts, String model) {
    return OracleTest.read(file(parts, model));
  }

  private static void assertRefused(String parts, String model, String what, String where) {
    assertThatThrownBy(() -> read(parts, model))
        .isInstanceOfSatisfying(
            TokenizerException.class,
            e -> {
              assertThat(e.what()).contains(what);
              assertThat(e.where()).contains(where);
              assertThat(e.remedy()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'normalizer':{'type':'Foo'},|its type is \"Foo\", which is no normalizer|normalizer",
        "'normalizer':{'type':'Strip','strip_left':true},|it has no strip_right|normalizer",
        "'pre_tokenizer':{'type':'FixedLength','length':0},|a length of 0|pre_tokenizer",
        "'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'Digits'}]},|no individual_digits|pre_tokenizer.pretokenizers[0]",
        "'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(a'},'behavior':'Isolated','invert':false},|(a|pre_tokenizer",
        "'post_processor':{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'X','type_id':0}}],'pair':[],'special_tokens':{}},|the template names \"X\"|post_processor.single[0]",
        "'post_processor':{'type':'TemplateProcessing','single':[{'Sequence':{'id':'B','type_id':0}}],'pair':[],'special_tokens':{}},|names the second text|post_processor",
        "'post_processor':{'type':'BertProcessing','sep':['a'],'cls':['b',1]},|is not a token and its id|post_processor",
        "'decoder':{'type':'Strip','content':'ab','start':0,'stop':0},|content is \"ab\", not one character|decoder",
        "'truncation':{'max_length':-1,'strategy':'LongestFirst','stride':0},|max_length is -1|truncation",
        "'added_tokens':[{'id':0,'content':'x'}],|it has no single_word|added_tokens[0]",
        "'version':'2.0',|version 2.0|tokenizer.json"
      })
  void whatCannotBeUsedIsRefusedWithItsPlace(String parts, String what, String where) {
    assertRefused(parts, WORDS, what, where);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'WordLevel','vocab':{'a':0},'unk_token':'<unk>'}|unk_token is \"<unk>\", which is none of the vocabulary's 1 tokens",
        "{'type':'WordPiece','vocab':{},'unk_token':'[UNK]','continuing_subword_prefix':'##','max_input_chars_per_word':9}|none of the vocabulary's 0 tokens",
        "{'type':'BPE','vocab':{'a':0,'b':1},'merges':['a b']}|\"a\" and \"b\", which joined are no token",
        "{'type':'BPE','vocab':{'a':0,'b':1},'merges':['a c']}|which is no token of the vocabulary",
        "{'type':'BPE','vocab':{'a':0},'merges':[],'dropout':0.1}|dropout is 0.1",
        "{'type':'BPE','vocab':{'a':0},'merges':[],'unk_token':'u'}|unk_token is \"u\"",
        "{'type':'BPE','vocab':{'a':0}}|it has no merges",
        "{'type':'Unigram','vocab':[['a',0.0]],'unk_id':1}|unk_id is 1, and the vocabulary has 1 pieces",
        "{'type':'Unigram','vocab':[['a',0.0]],'unk_id':null}|unk_id is null",
        "{'type':'Unigram','vocab':{'a':0},'unk_id':0}|its vocab is an object",
        "{'type':'Foo','vocab':{}}|which is no model"
      })
  void modelsWithoutWhatTheyNameAreRefused(String model, String what) {
    assertRefused("", model, what, "model");
  }

  @Test
  void charsmapsThatLeadOutsideOfThemselvesAreRefused() {
    byte[] map = new byte[4 + 4 * 256];
    map[1] = 4; // 1024 bytes of trie
    Arrays.fill(map, 4, map.length, (byte) 0xFF);
    String base64 = Base64.getEncoder().encodeToString(map);
    assertRefused(
        "'normalizer':{'type':'Precompiled','precompiled_charsmap':'" + base64 + "'},",
        WORDS,
        "the charsmap of the normalizer is damaged",
        "precompiled_charsmap");
  }

  @Test
  void normalizersThatDoubleATextTooOftenAreRefused() {
    String doubles =
        "{'type':'Replace','pattern':{'String':'a'},'content':'aa'},".repeat(24) + "{'type':'NFC'}";
    assertRefused(
        "'normalizer':{'type':'Sequence','normalizers':[" + doubles + "]},",
        WORDS,
        "16777216 times longer",
        "normalizer");
  }

  @Test
  void idsOfAddedTokensAreThoseThatTheLibraryGivesThem() {
    Tokenizer tokenizer =
        read(
            "'added_tokens':[{'id':77,'content':'[X]','single_word':false,'lstrip':false,'rstrip':"
                + "false,'normalized':false,'special':true}],",
            WORDS);
    assertThat(tokenizer.encode("[X]").ids()).containsExactly(3);
    assertThat(tokenizer.id("[X]")).contains(3);
    assertThat(tokenizer.token(3)).contains("[X]");
    assertThat(tokenizer.isSpecial(3)).isTrue();
    assertThat(tokenizer.maxId()).isEqualTo(3);
    Tokenizer asText = tokenizer.with(tokenizer.settings().withSpecialTokensRead(false));
    assertThat(asText.encode("[X]").ids()).containsExactly(0);
  }

  @Test
  void aLimitWithoutRoomForTheSpecialTokensIsRefused() {
    Tokenizer bert = OracleTest.read(OracleTest.resource("bert"));
    assertThatThrownBy(() -> bert.encode("a", null, Truncation.to(1)))
        .hasMessageContaining("a maximum length of 1 has no room for the 2 special tokens");
  }

  @Test
  void placesAreInUnitsAndInCodePoints() {
    Encoding encoding = OracleTest.read(OracleTest.resource("bert")).encode("\uD83D\uDE42 a");
    int last = encoding.length() - 2;
    assertThat(encoding.starts()[last]).isEqualTo(3);
    assertThat(encoding.pointStarts()[last]).isEqualTo(2);
  }

  @Test
  void threadsShareATokenizer() throws Exception {
    Tokenizer gpt2 = OracleTest.read(OracleTest.resource("gpt2"));
    HardTexts random = new HardTexts(3);
    List<String> texts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      texts.add(random.next());
      expected.add(OracleTest.read(OracleTest.resource("gpt2")).encode(texts.get(i)).ids());
    }
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> same = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        same.add(
            pool.submit(
                () -> {
                  boolean equal = true;
                  for (int i = 0; i < texts.size(); i++) {
                    equal &= Arrays.equals(gpt2.encode(texts.get(i)).ids(), expected.get(i));
                  }
                  return equal;
                }));
      }
      for (Future<Boolean> one : same) {
        assertThat(one.get()).isTrue();
      }
    } finally {
      pool.shutdown();
    }
  }
}
