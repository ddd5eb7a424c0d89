package dev.litegraft.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerConfigTest {
  @TempDir Path folder;

  private TokenizerConfig read(String config, String special) throws IOException {
    write("tokenizer_config.json", config);
    write("special_tokens_map.json", special);
    return TokenizerConfig.read(TokenizerFiles.of(folder));
  }

  private void write(String name, String json) throws IOException {
    if (!json.isEmpty()) {
      Files.writeString(folder.resolve(name), json.replace('\'', '"'));
    }
  }

  @Test
  void settingsAreRead() throws IOException {
    TokenizerConfig c =
        read(
            "{'model_max_length':256,'padding_side':'left','truncation_side':'left',"
                + "'tokenizer_class':'GPT2Tokenizer','do_lower_case':false,'add_prefix_space':true,"
                + "'add_bos_token':true,'pad_token':'<pad>','bos_token':{'content':'<s>'},"
                + "'eos_token':null}",
            "");
    assertThat(c.modelMaxLength()).hasValue(256);
    assertThat(c.paddingSide()).isEqualTo(Side.LEFT);
    assertThat(c.truncationSide()).isEqualTo(Side.LEFT);
    assertThat(c.tokenizerClass()).hasValue("GPT2Tokenizer");
    assertThat(c.doLowerCase()).hasValue(false);
    assertThat(c.addPrefixSpace()).hasValue(true);
    assertThat(c.addBosToken()).hasValue(true);
    assertThat(c.addEosToken()).isEmpty();
    assertThat(c.padToken()).hasValue("<pad>");
    assertThat(c.bosToken()).hasValue("<s>");
    assertThat(c.eosToken()).isEmpty();
  }

  @Test
  void withoutFilesTransformersDefaultsHold() throws IOException {
    TokenizerConfig c = TokenizerConfig.read(TokenizerFiles.of(folder));
    assertThat(c.modelMaxLength()).isEmpty();
    assertThat(c.paddingSide()).isEqualTo(Side.RIGHT);
    assertThat(c.padToken()).isEmpty();
  }

  @Test
  void theHugeNumberMeansNoLimit() throws IOException {
    assertThat(read("{'model_max_length':1000000000000000019884624838656}", "").modelMaxLength())
        .isEmpty();
    assertThat(read("{'model_max_length':1e30}", "").modelMaxLength()).isEmpty();
    assertThat(read("{'model_max_length':512.0}", "").modelMaxLength()).hasValue(512);
  }

  @Test
  void theSpecialTokensMapCountsForOldFilesOnly() throws IOException {
    String special = "{'pad_token':'[PAD]','cls_token':{'content':'[CLS]'}}";
    TokenizerConfig old = read("{'pad_token':'<pad>'}", special);
    assertThat(old.padToken()).hasValue("[PAD]");
    assertThat(old.clsToken()).hasValue("[CLS]");
    TokenizerConfig newer = read("{'pad_token':'<pad>','added_tokens_decoder':{}}", special);
    assertThat(newer.padToken()).hasValue("<pad>");
  }

  @Test
  void wrongValuesAreRefused() {
    assertThat(Refusal.of(() -> read("{'padding_side':'both'}", "")).what())
        .isEqualTo("padding_side is \"both\", where \"left\" or \"right\" is needed");
    assertThat(Refusal.of(() -> read("{'model_max_length':0}", "")).what())
        .isEqualTo("model_max_length is 0, where a whole number of 1 or more is needed");
    assertThat(Refusal.of(() -> read("{'model_max_length':'x'}", "")).what())
        .isEqualTo("model_max_length is \"x\", where a whole number is needed");
    assertThat(Refusal.of(() -> read("{'pad_token':3}", "")).what())
        .isEqualTo("pad_token is 3, where a string is needed");
    assertThat(Refusal.of(() -> read("{'pad_token':{'lstrip':true}}", "")).what())
        .isEqualTo("the config has no content, where a string is needed");
    assertThat(Refusal.of(() -> read("not json", "")).where())
        .startsWith(folder.resolve("tokenizer_config.json").toString());
  }

  @Test
  void filesAreFound() throws IOException {
    write("vocab.json", "{}");
    write("merges.txt", "a b");
    write("sentencepiece.bpe.model", "x");
    TokenizerFiles files = TokenizerFiles.of(folder);
    assertThat(files.vocabulary()).hasValue(folder.resolve("vocab.json"));
    assertThat(files.merges()).hasValue(folder.resolve("merges.txt"));
    assertThat(files.sentencePiece()).hasValue(folder.resolve("sentencepiece.bpe.model"));
    assertThat(files.tokenizer()).isEmpty();
    write("vocab.txt", "x");
    assertThat(TokenizerFiles.of(folder).vocabulary()).hasValue(folder.resolve("vocab.txt"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\": {\"vocab\": {\"a\": 0 | the file is not JSON: Unexpected end-of-input: expected close marker for Object",
        " | the file is empty, where a JSON object is needed",
        "[] | the file begins with \"[\", where a JSON object is needed",
        "{\"model\": null} | the file has no object model",
        "{\"post_processor\": {\"model\": {}}} | the file has no object model",
        "{\"model\": {}} x | the file is not JSON: Unrecognized token"
      })
  void aTokenizerThatIsNotWholeIsRefused(@Nullable String json, String what) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json == null ? "" : json);
    InvalidInputException refusal = Refusal.of(() -> TokenizerFiles.of(folder).requireWhole());
    assertThat(refusal.what()).startsWith(what).doesNotContain("Source");
    assertThat(refusal.where()).startsWith(folder.resolve("tokenizer.json").toString());
  }

  @Test
  void aWholeTokenizerIsNotRefused() throws IOException {
    TokenizerFiles.of(folder).requireWhole();
    write("tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 0, \"a\": 1}}, \"x\": [[], {}]}");
    TokenizerFiles.of(folder).requireWhole();
  }

  @Test
  void aTokenizerOfGigabytesIsRefused() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    try (java.io.RandomAccessFile sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    assertThat(Refusal.of(() -> TokenizerFiles.of(folder)).what())
        .isEqualTo("the file has 3221225472 bytes, where at most 268435456 are expected");
  }
}
