package dev.litegraft.tokenizer.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Files that are cut, damaged, or larger than anyone needs. */
class DamagedFolderTest {
  private static final List<String> CASES =
      List.of(
          "bert-json-0",
          "bert-vocab-1",
          "map-added-BertTokenizer",
          "roberta-files-1",
          "qwen2-json-0",
          "pieces-deberta-v2-DebertaV2Tokenizer-2",
          "spm-rules-xlm-roberta-0",
          "spm-bpe-llama-1",
          "spm-gemma-gemma-0",
          "two-llama-LlamaTokenizer-3");

  private static Map<String, byte[]> content(TokenizerFiles files) {
    Map<String, byte[]> content = new HashMap<>();
    for (String name : TokenizerFiles.NAMES) {
      files.file(name).ifPresent(bytes -> content.put(name, bytes));
    }
    return content;
  }

  @Test
  void damagedFilesEndInAnErrorOfThreePartsOrInATokenizer() throws IOException {
    Random random = new Random(12);
    int refused = 0;
    for (int version : List.of(4, 5)) {
      for (RecordedCase one : RecordedCase.of(version)) {
        if (!CASES.contains(one.id())) {
          continue;
        }
        for (int i = 0; i < 40; i++) {
          Map<String, byte[]> content = content(one.files());
          List<String> names = content.keySet().stream().sorted().toList();
          String name = names.get(random.nextInt(names.size()));
          content.put(name, damaged(content.getOrDefault(name, new byte[0]), random));
          try {
            DecidedTokenizer.of(TokenizerFiles.of(content, one.id()));
          } catch (TokenizerException e) {
            refused++;
            assertThat(e.what()).isNotBlank();
            assertThat(e.where()).isNotBlank();
            assertThat(e.remedy()).isNotBlank();
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  private static byte[] damaged(byte[] whole, Random random) {
    byte[] damaged = whole.clone();
    if (damaged.length == 0 || random.nextInt(4) == 0) {
      return java.util.Arrays.copyOf(damaged, damaged.length / 2);
    }
    for (int i = 0; i <= random.nextInt(4); i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  private static TokenizerFiles folder(String tokenizerConfig, String specialTokens) {
    Map<String, byte[]> files = new HashMap<>();
    files.put("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n".getBytes(StandardCharsets.UTF_8));
    files.put("tokenizer_config.json", tokenizerConfig.getBytes(StandardCharsets.UTF_8));
    files.put("special_tokens_map.json", specialTokens.getBytes(StandardCharsets.UTF_8));
    files.put(
        "config.json",
        "{\"model_type\":\"bert\",\"transformers_version\":\"4.40.0\"}"
            .getBytes(StandardCharsets.UTF_8));
    return TokenizerFiles.of(files, "folder");
  }

  @Test
  void thirtyThousandAddedTokensTakeNoTime() {
    StringBuilder decoder = new StringBuilder("{\"added_tokens_decoder\":{");
    StringBuilder additional = new StringBuilder("{\"additional_special_tokens\":[");
    for (int i = 0; i < 30_000; i++) {
      String comma = i == 0 ? "" : ",";
      decoder
          .append(comma)
          .append("\"")
          .append(i + 5)
          .append("\":{\"content\":\"<t")
          .append(i)
          .append(">\",\"special\":true}");
      additional.append(comma).append("\"<a").append(i).append(">\"");
    }
    decoder.append("}}");
    additional.append("]}");
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(5),
        () -> {
          DecidedTokenizer.of(folder(decoder.toString(), "{}"));
          DecidedTokenizer.of(folder("{}", additional.toString()));
        });
  }

  @Test
  void anIdThatIsNoNumberNamesItself() {
    assertThatThrownBy(
            () ->
                DecidedTokenizer.of(
                    folder("{\"added_tokens_decoder\":{\"x\":{\"content\":\"<a>\"}}}", "{}")))
        .isInstanceOfSatisfying(
            TokenizerException.class,
            e -> {
              assertThat(e.what()).contains("\"x\"");
              assertThat(e.where()).contains("added_tokens_decoder");
            });
  }
}
