package dev.litegraft.tokenizer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** {@code tokenizer.json} of every combination of parts, by a seed. */
final class RandomTokenizers {
  private static final List<String> BEHAVIORS =
      List.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");
  private static final List<String> REGEXES =
      List.of(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "\\p{N}{1,3}",
          "\\s+",
          " {2,}",
          "[^\\s]+|\\s+",
          "[aeiou]",
          "[\\r\\n]",
          "\\d{3}(?=\\d)",
          "(?<=[a-z])[A-Z]",
          "\\w+|[^\\w\\s]");

  private final Random random;
  private final String charsmap;

  /**
   * A generator.
   *
   * @param charsmap a SentencePiece charsmap in base64, or an empty text for none
   */
  RandomTokenizers(long seed, String charsmap) {
    this.random = new Random(seed);
    this.charsmap = charsmap;
  }

  private boolean chance(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** The next tokenizer. */
  String next() {
    String model = new RandomModels(random).next();
    return "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":"
        + addedTokens()
        + ",\"normalizer\":"
        + (chance(4) ? "null" : normalizer(2))
        + ",\"pre_tokenizer\":"
        + (chance(5) ? "null" : preTokenizer(2))
        + ",\"post_processor\":"
        + postProcessor()
        + ",\"decoder\":"
        + decoder(2)
        + ",\"model\":"
        + model
        + "}";
  }

  private String addedTokens() {
    StringBuilder all = new StringBuilder("[");
    List<String> contents =
        List.of(
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "[MASK]",
            "<s>",
            "</s>",
            "<mask>",
            "the",
            "The",
            "foo bar",
            "x",
            "Ünïcödé",
            "日本",
            "  ",
            "\\n",
            "🙂",
            "abc",
            "a",
            "<|endoftext|>",
            "##ing",
            "don't");
    Set<String> used = new LinkedHashSet<>();
    int count = random.nextInt(7);
    for (int i = 0; i < count; i++) {
      String content = pick(contents);
      if (!used.add(content)) {
        continue;
      }
      all.append(all.length() > 1 ? "," : "")
          .append("{\"id\":")
          .append(i)
          .append(",\"content\":\"")
          .append(content)
          .append("\",\"single_word\":")
          .append(chance(4))
          .append(",\"lstrip\":")
          .append(chance(4))
          .append(",\"rstrip\":")
          .append(chance(4))
          // What is only white space can be normalized to nothing, which the oracle does not
          // survive.
          .append(",\"normalized\":")
          .append(!content.isBlank() && !content.equals("\\n") && chance(2))
          .append(",\"special\":")
          .append(chance(2))
          .append("}");
    }
    return all.append("]").toString();
  }

  private String normalizer(int depth) {
    int kind = random.nextInt(depth > 0 ? 16 : 13);
    return switch (kind) {
      case 0, 1 ->
          "{\"type\":\"BertNormalizer\",\"clean_text\":"
              + chance(2)
              + ",\"handle_chinese_chars\":"
              + chance(2)
              + ",\"strip_accents\":"
              + pick(List.of("null", "true", "false"))
              + ",\"lowercase\":"
              + chance(2)
              + "}";
      case 2 ->
          "{\"type\":\"Strip\",\"strip_left\":" + chance(2) + ",\"strip_right\":" + chance(2) + "}";
      case 3 -> "{\"type\":\"StripAccents\"}";
      case 4 -> "{\"type\":\"" + pick(List.of("NFC", "NFD", "NFKC", "NFKD")) + "\"}";
      case 5 -> "{\"type\":\"Lowercase\"}";
      case 6 -> "{\"type\":\"Nmt\"}";
      case 7 -> "{\"type\":\"Prepend\",\"prepend\":\"" + pick(List.of("▁", "ab ", "é")) + "\"}";
      case 8 ->
          "{\"type\":\"Replace\",\"pattern\":{\"String\":\""
              + pick(List.of(" ", "a", "``", "the", "é"))
              + "\"},\"content\":\""
              + pick(List.of("▁", "", "xy", " ", "日本語"))
              + "\"}";
      case 9 ->
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":"
              + quoted(pick(REGEXES.subList(2, 9)))
              + "},\"content\":\""
              + pick(List.of("▁", "", " "))
              + "\"}";
      case 10 -> "{\"type\":\"ByteLevel\"}";
      case 11, 12 ->
          charsmap.isEmpty()
              ? "{\"type\":\"NFKC\"}"
              : "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"" + charsmap + "\"}";
      default -> {
        StringBuilder all = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          all.append(all.length() > 0 ? "," : "").append(normalizer(depth - 1));
        }
        yield "{\"type\":\"Sequence\",\"normalizers\":[" + all + "]}";
      }
    };
  }

  private String preTokenizer(int depth) {
    int kind = random.nextInt(depth > 0 ? 19 : 15);
    return switch (kind) {
      case 0 -> "{\"type\":\"BertPreTokenizer\"}";
      case 1, 2, 3 ->
          "{\"type\":\"ByteLevel\",\"add_prefix_space\":"
              + chance(2)
              + ",\"trim_offsets\":"
              + chance(2)
              + ",\"use_regex\":"
              + !chance(3)
              + "}";
      case 4, 5 -> metaspace();
      case 6, 7 ->
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":"
              + quoted(pick(REGEXES))
              + "},\"behavior\":\""
              + pick(BEHAVIORS)
              + "\",\"invert\":"
              + chance(2)
              + "}";
      case 8 ->
          "{\"type\":\"Split\",\"pattern\":{\"String\":\""
              + pick(List.of(" ", "e", "the", "."))
              + "\"},\"behavior\":\""
              + pick(BEHAVIORS)
              + "\",\"invert\":"
              + chance(2)
              + "}";
      case 9 -> "{\"type\":\"Digits\",\"individual_digits\":" + chance(2) + "}";
      case 10 -> "{\"type\":\"Punctuation\",\"behavior\":\"" + pick(BEHAVIORS) + "\"}";
      case 11 -> "{\"type\":\"Whitespace\"}";
      case 12 -> "{\"type\":\"WhitespaceSplit\"}";
      case 13 ->
          "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\""
              + pick(List.of(" ", "-", "é"))
              + "\"}";
      case 14 ->
          chance(2)
              ? "{\"type\":\"UnicodeScripts\"}"
              : "{\"type\":\"FixedLength\",\"length\":" + (1 + random.nextInt(6)) + "}";
      default -> {
        StringBuilder all = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          all.append(all.length() > 0 ? "," : "").append(preTokenizer(depth - 1));
        }
        yield "{\"type\":\"Sequence\",\"pretokenizers\":[" + all + "]}";
      }
    };
  }

  private String metaspace() {
    String scheme = pick(List.of("always", "first", "never"));
    return "{\"type\":\"Metaspace\",\"replacement\":\""
        + pick(List.of("▁", "_"))
        + "\",\"prepend_scheme\":\""
        + scheme
        + "\",\"split\":"
        + !chance(3)
        + (chance(2) ? "" : ",\"add_prefix_space\":" + !scheme.equals("never"))
        + "}";
  }

  private String postProcessor() {
    String bert = "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",1],\"cls\":[\"[CLS]\",2]}";
    String roberta =
        "{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",1],\"cls\":[\"<s>\",2],\"trim_offsets\":"
            + chance(2)
            + ",\"add_prefix_space\":"
            + chance(2)
            + "}";
    String bytes =
        "{\"type\":\"ByteLevel\",\"add_prefix_space\":"
            + chance(2)
            + ",\"trim_offsets\":"
            + !chance(3)
            + ",\"use_regex\":true}";
    String template =
        "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}},"
            + "{\"Sequence\":{\"id\":\"A\",\"type_id\":"
            + random.nextInt(2)
            + "}}"
            + (chance(2) ? ",{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":1}}" : "")
            + "],\"pair\":[{\"Sequence\":{\"id\":\""
            + pick(List.of("A", "B"))
            + "\",\"type_id\":0}},{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}},"
            + "{\"Sequence\":{\"id\":\""
            + pick(List.of("B", "B", "A"))
            + "\",\"type_id\":1}}],\"special_tokens\":{\"<s>\":{\"id\":\"<s>\",\"ids\":[0],\"tokens\":"
            + "[\"<s>\"]},\"</s>\":{\"id\":\"</s>\",\"ids\":[1,2],\"tokens\":[\"</s>\",\"x\"]}}}";
    return switch (random.nextInt(8)) {
      case 0 -> "null";
      case 1 -> bert;
      case 2 -> roberta;
      case 3 -> bytes;
      case 4, 5 -> template;
      case 6 -> "{\"type\":\"Sequence\",\"processors\":[" + bytes + "," + template + "]}";
      default -> "{\"type\":\"Sequence\",\"processors\":[" + template + "," + bytes + "]}";
    };
  }

  private String decoder(int depth) {
    return switch (random.nextInt(depth > 0 ? 13 : 10)) {
      case 0 -> "null".repeat(depth == 2 ? 1 : 0) + (depth == 2 ? "" : "{\"type\":\"Fuse\"}");
      case 1 ->
          "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true}";
      case 2, 3 -> "{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":" + chance(2) + "}";
      case 4 -> metaspace();
      case 5 -> "{\"type\":\"BPEDecoder\",\"suffix\":\"</w>\"}";
      case 6 -> "{\"type\":\"ByteFallback\"}";
      case 7 -> "{\"type\":\"Fuse\"}";
      case 8 ->
          "{\"type\":\"Strip\",\"content\":\" \",\"start\":" + random.nextInt(3) + ",\"stop\":0}";
      case 9 -> "{\"type\":\"Replace\",\"pattern\":{\"String\":\"▁\"},\"content\":\" \"}";
      default -> {
        StringBuilder all = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          all.append(all.length() > 0 ? "," : "").append(decoder(depth - 1));
        }
        yield "{\"type\":\"Sequence\",\"decoders\":[" + all + "]}";
      }
    };
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
