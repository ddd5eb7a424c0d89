package dev.litegraft.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Tokenizers as large as the largest that are published. */
final class BigTokenizers {
  private BigTokenizers() {}

  private static String letter(Random random) {
    int kind = random.nextInt(10);
    int point =
        kind < 6
            ? 'a' + random.nextInt(26)
            : kind < 7
                ? 0x430 + random.nextInt(32)
                : kind < 8
                    ? 0x4E00 + random.nextInt(3000)
                    : kind < 9 ? 0xE0 + random.nextInt(30) : 0xAC00 + random.nextInt(2000);
    return Character.toString(point);
  }

  /** XLM-R's shape: 250,000 Unigram pieces, indented, 17 MB. */
  static byte[] unigram() {
    Random random = new Random(17);
    Set<String> pieces = new LinkedHashSet<>(List.of("<s>", "<pad>", "</s>", "<unk>"));
    while (pieces.size() < 250_000) {
      StringBuilder piece = new StringBuilder(random.nextInt(2) == 0 ? "▁" : "");
      for (int i = 1 + random.nextInt(9); i > 0; i--) {
        piece.append(letter(random));
      }
      pieces.add(piece.toString());
    }
    StringBuilder json =
        new StringBuilder(
            "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],"
                + "\"normalizer\":{\"type\":\"NFKC\"},\"pre_tokenizer\":{\"type\":\"Sequence\","
                + "\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},{\"type\":\"Metaspace\","
                + "\"replacement\":\"▁\",\"add_prefix_space\":true,\"prepend_scheme\":\"always\"}]},"
                + "\"post_processor\":null,\"decoder\":null,\"model\":{\"type\":\"Unigram\","
                + "\"unk_id\":3,\"vocab\":[\n");
    int rank = 0;
    for (String piece : pieces) {
      json.append(rank == 0 ? "" : ",\n")
          .append("      [\n        ")
          .append(RandomTokenizers.quoted(piece))
          .append(",\n        ")
          .append(rank < 4 ? "0.0" : "-" + (5.0 + rank * 4.4e-5 + random.nextDouble() * 1e-6))
          .append("\n      ]");
      rank++;
    }
    return json.append("]}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Gemma's shape: 262,144 tokens, 515,000 merges, indented, 33 MB. */
  static byte[] bpe() {
    Random random = new Random(33);
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (String token : List.of("<pad>", "<eos>", "<bos>", "<unk>")) {
      vocabulary.put(token, vocabulary.size());
    }
    for (int b = 0; b < 256; b++) {
      vocabulary.put(Bpe.byteToken(b), vocabulary.size());
    }
    // All texts over a few letters up to a length: each token can be made in several ways.
    List<String> letters = List.of("a", "e", "t", "▁", "и", "한");
    List<String> tokens = new ArrayList<>(letters);
    for (int i = 0; tokens.size() < 261_880; i++) {
      for (String letter : letters) {
        tokens.add(tokens.get(i) + letter);
      }
    }
    for (String token : tokens) {
      vocabulary.put(token, vocabulary.size());
    }
    Set<String> merges = new LinkedHashSet<>();
    while (merges.size() < 515_000) {
      String whole = tokens.get(letters.size() + random.nextInt(tokens.size() - letters.size()));
      int cut = 1 + random.nextInt(whole.length() - 1);
      merges.add(
          "        [\n          "
              + RandomTokenizers.quoted(whole.substring(0, cut))
              + ",\n          "
              + RandomTokenizers.quoted(whole.substring(cut))
              + "\n        ]");
    }
    StringBuilder json =
        new StringBuilder(
            "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],"
                + "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"▁\"},"
                + "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":"
                + "\"MergedWithPrevious\",\"invert\":false},\"post_processor\":null,\"decoder\":null,"
                + "\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":\"<unk>\","
                + "\"continuing_subword_prefix\":null,\"end_of_word_suffix\":null,\"fuse_unk\":true,"
                + "\"byte_fallback\":true,\"ignore_merges\":false,\"vocab\":{\n");
    for (Map.Entry<String, Integer> token : vocabulary.entrySet()) {
      json.append(token.getValue() == 0 ? "" : ",\n")
          .append("      ")
          .append(RandomTokenizers.quoted(token.getKey()))
          .append(": ")
          .append(token.getValue());
    }
    json.append("\n},\"merges\":[\n").append(String.join(",\n", merges)).append("]}}");
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static final String HEAD =
      "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],";

  /** BERT's shape: 30,000 WordPiece tokens, among them most words of a text. */
  static byte[] wordPiece(String text) {
    Random random = new Random(5);
    Set<String> tokens = new LinkedHashSet<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    lower.codePoints().mapToObj(Character::toString).forEach(tokens::add);
    lower.codePoints().forEach(point -> tokens.add("##" + Character.toString(point)));
    for (String word : lower.split("[^\\p{L}\\p{N}]+", -1)) {
      if (!word.isEmpty() && random.nextInt(4) > 0) {
        tokens.add(word);
        tokens.add("##" + word.substring(word.length() / 2));
      }
    }
    while (tokens.size() < 30_000) {
      StringBuilder token = new StringBuilder(random.nextInt(3) == 0 ? "##" : "");
      for (int i = 1 + random.nextInt(7); i > 0; i--) {
        token.append(letter(random));
      }
      tokens.add(token.toString());
    }
    return (HEAD
            + "\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,"
            + "\"handle_chinese_chars\":true,\"strip_accents\":null,\"lowercase\":true},"
            + "\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},\"post_processor\":{\"type\":"
            + "\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]},\"decoder\":null,"
            + "\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\","
            + "\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,\"vocab\":{"
            + numbered(tokens)
            + "}}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** SmolLM's shape: 49,152 tokens of bytes, that most words of a text are joined to. */
  static byte[] byteLevel(String text) {
    Random random = new Random(7);
    Set<String> tokens = new LinkedHashSet<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(Character.toString(ByteCharacters.of(b)));
    }
    Map<String, String> merges = new LinkedHashMap<>();
    for (String word : text.split("(?= )", -1)) {
      StringBuilder written = new StringBuilder();
      for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
        written.appendCodePoint(ByteCharacters.of(b & 0xFF));
      }
      for (int i = 1; i < written.length() && random.nextInt(12) > 0; i++) {
        join(written.substring(0, i), written.substring(i, i + 1), tokens, merges);
      }
    }
    List<String> all = new ArrayList<>(tokens);
    while (tokens.size() < 49_152) {
      String left = all.get(random.nextInt(all.size()));
      String right = all.get(random.nextInt(all.size()));
      if (left.length() + right.length() < 16 && !tokens.contains(left + right)) {
        join(left, right, tokens, merges);
        all.add(left + right);
      }
    }
    return (HEAD
            + "\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":"
            + "false,\"trim_offsets\":true,\"use_regex\":true},\"post_processor\":null,"
            + "\"decoder\":{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,"
            + "\"use_regex\":true},\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,"
            + "\"continuing_subword_prefix\":null,\"end_of_word_suffix\":null,\"fuse_unk\":false,"
            + "\"byte_fallback\":false,\"ignore_merges\":false,\"vocab\":{"
            + numbered(tokens)
            + "},\"merges\":["
            + String.join(",", merges.values())
            + "]}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void join(
      String left, String right, Set<String> tokens, Map<String, String> merges) {
    tokens.add(left + right);
    String merge = left + " " + right;
    merges.put(merge, RandomTokenizers.quoted(merge));
  }

  private static String numbered(Set<String> tokens) {
    StringBuilder object = new StringBuilder();
    int id = 0;
    for (String token : tokens) {
      object.append(id == 0 ? "" : ",").append(RandomTokenizers.quoted(token)).append(':');
      object.append(id++);
    }
    return object.toString();
  }
}
