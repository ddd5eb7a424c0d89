package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tokenizer.error.TokenizerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever follows the remedy of an error gets a tokenizer that can be used. */
class RemedyTest {
  private static final String WORDS =
      "'model':{'type':'WordLevel','vocab':{'?':0,'a':1},'unk_token':'?'}";

  private static Tokenizer read(String members) {
    return OracleTest.read(("{" + members + "}").replace('\'', '"'));
  }

  /** Columns: members that are refused, what the remedy says, the members that follow it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'model':{'type':'BPE','vocab':{'a':0},'merges':[],'dropout':0.1}|set dropout to null|'model':{'type':'BPE','vocab':{'a':0},'merges':[],'dropout':null}",
        "'model':{'type':'WordLevel','vocab':{'a':0},'unk_token':'?'}|set unk_token to a token of the vocabulary|'model':{'type':'WordLevel','vocab':{'a':0},'unk_token':'a'}",
        "'model':{'type':'Unigram','vocab':[['?',0.0]],'unk_id':3}|set unk_id to the place of the unknown piece|'model':{'type':'Unigram','vocab':[['?',0.0]],'unk_id':0}",
        "'model':{'type':'BPE','vocab':{'a':0,'b':1},'merges':['a b']}|take the vocabulary and the merges from the same place|'model':{'type':'BPE','vocab':{'a':0,'b':1,'ab':2},'merges':['a b']}"
      })
  void modelsAreMendedByTheRemedy(String refused, String remedy, String followed) {
    assertMends(refused, remedy, followed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'pre_tokenizer':{'type':'FixedLength','length':0}|set length to 1|'pre_tokenizer':{'type':'FixedLength','length':1}",
        "'pre_tokenizer':{'type':'Metaspace','replacement':'_','add_prefix_space':false}|set prepend_scheme to \"never\"|'pre_tokenizer':{'type':'Metaspace','replacement':'_','add_prefix_space':false,'prepend_scheme':'never'}",
        "'post_processor':{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'X','type_id':0}}],'pair':[],'special_tokens':{}}|add the token with its id to special_tokens|'post_processor':{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'X','type_id':0}}],'pair':[],'special_tokens':{'X':{'id':'X','ids':[1],'tokens':['X']}}}",
        "'post_processor':{'type':'TemplateProcessing','single':[{'Sequence':{'id':'B','type_id':0}}],'pair':[],'special_tokens':{}}|put A in its place|'post_processor':{'type':'TemplateProcessing','single':[{'Sequence':{'id':'A','type_id':0}}],'pair':[],'special_tokens':{}}",
        "'normalizer':{'type':'Foo'}|use a tokenizer of these parts|'normalizer':{'type':'NFC'}"
      })
  void partsAreMendedByTheRemedy(String refused, String remedy, String followed) {
    assertMends(refused + "," + WORDS, remedy, followed + "," + WORDS);
  }

  private static void assertMends(String refused, String remedy, String followed) {
    assertThatThrownBy(() -> read(refused))
        .isInstanceOfSatisfying(
            TokenizerException.class, e -> assertThat(e.remedy()).contains(remedy));
    assertThat(read(followed).encode("a").length()).isPositive();
  }

  @Test
  void limitsAreMendedByTheRemedy() {
    Tokenizer bert = OracleTest.read(OracleTest.resource("bert"));
    assertThatThrownBy(() -> bert.encode("a", null, Truncation.to(1)))
        .isInstanceOfSatisfying(
            TokenizerException.class,
            e -> assertThat(e.remedy()).isEqualTo("use a maximum length of at least 3"));
    assertThat(bert.encode("a", null, Truncation.to(3)).length()).isEqualTo(3);
    Truncation second = new Truncation(4, Truncation.Strategy.ONLY_SECOND, 0, false);
    String text = "the quick brown fox";
    assertThatThrownBy(() -> bert.encode(text, null, second))
        .isInstanceOfSatisfying(
            TokenizerException.class,
            e ->
                assertThat(e.remedy())
                    .isEqualTo("cut the longest text first, or give a second text"));
    assertThat(bert.encode(text, null, Truncation.to(4)).length()).isEqualTo(4);
    Truncation overlapping = new Truncation(4, Truncation.Strategy.LONGEST_FIRST, 2, false);
    Tokenizer parts = bert.with(bert.settings().withOverflow(true));
    assertThatThrownBy(() -> parts.encode(text, null, overlapping))
        .isInstanceOfSatisfying(
            TokenizerException.class,
            e -> assertThat(e.remedy()).isEqualTo("use a stride below 2"));
    Truncation less = new Truncation(4, Truncation.Strategy.LONGEST_FIRST, 1, false);
    assertThat(parts.encode(text, null, less).overflowing()).isNotEmpty();
  }
}
