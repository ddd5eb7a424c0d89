package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of a {@code tokenizer.json}, written as the tokenizers library writes them. */
final class Parts {
  /** Stands for a space in pieces of SentencePiece. */
  static final String SPACE = "▁";

  private Parts() {}

  /** A part of a type with its settings: key, value, key, value. */
  static Map<String, @Nullable Object> part(String type, @Nullable Object... settings) {
    Map<String, @Nullable Object> part = new LinkedHashMap<>();
    part.put("type", type);
    for (int i = 0; i < settings.length; i += 2) {
      part.put(String.valueOf(settings[i]), settings[i + 1]);
    }
    return part;
  }

  // Models, without their vocabulary

  static Map<String, @Nullable Object> wordPiece(String unknown) {
    return part(
        "WordPiece",
        "unk_token",
        unknown,
        "continuing_subword_prefix",
        "##",
        "max_input_chars_per_word",
        100);
  }

  static Map<String, @Nullable Object> unigram(int unknown, boolean byteFallback) {
    return part("Unigram", "unk_id", unknown, "vocab", null, "byte_fallback", byteFallback);
  }

  /** A BPE model; {@code affix} is the prefix and suffix of parts of words, empty or null. */
  static Map<String, @Nullable Object> bpe(
      @Nullable String unknown,
      @Nullable String affix,
      boolean fuse,
      boolean byteFallback,
      Object merges) {
    return part(
        "BPE",
        "dropout",
        null,
        "unk_token",
        unknown,
        "continuing_subword_prefix",
        affix,
        "end_of_word_suffix",
        affix,
        "fuse_unk",
        fuse,
        "byte_fallback",
        byteFallback,
        "ignore_merges",
        false,
        "vocab",
        null,
        "merges",
        merges);
  }

  // Normalizers

  /** Quotation marks of old typewriters as one, and accents taken off. */
  static List<@Nullable Object> quotes(boolean stripAccents) {
    List<@Nullable Object> normalizers = new ArrayList<>();
    normalizers.add(replace("``", "\""));
    normalizers.add(replace("''", "\""));
    if (stripAccents) {
      normalizers.add(part("NFKD"));
      normalizers.add(part("StripAccents"));
    }
    return normalizers;
  }

  static Object normalizers(List<@Nullable Object> all) {
    return part("Sequence", "normalizers", all);
  }

  static Object bertNormalizer(Object chinese, @Nullable Object stripAccents, Object lowercase) {
    return part(
        "BertNormalizer",
        "clean_text",
        true,
        "handle_chinese_chars",
        chinese,
        "strip_accents",
        stripAccents,
        "lowercase",
        lowercase);
  }

  static Object replace(String text, String by) {
    return part("Replace", "pattern", Map.of("String", text), "content", by);
  }

  static Object replaceAll(String regex, String by) {
    return part("Replace", "pattern", Map.of("Regex", regex), "content", by);
  }

  static Object precompiled(String base64) {
    return part("Precompiled", "precompiled_charsmap", base64);
  }

  static Object strip(boolean left, boolean right) {
    return part("Strip", "strip_left", left, "strip_right", right);
  }

  // Pre-tokenizers

  static Object preTokenizers(@Nullable Object... all) {
    return part("Sequence", "pretokenizers", List.of(all));
  }

  static Object byteLevel(Object addPrefixSpace, boolean trimOffsets, boolean useRegex) {
    return part(
        "ByteLevel",
        "add_prefix_space",
        addPrefixSpace,
        "trim_offsets",
        trimOffsets,
        "use_regex",
        useRegex);
  }

  /** A decoder, a pre-tokenizer; {@code prepend} is always, first or never. */
  static Object metaspace(String prepend, boolean split) {
    return part("Metaspace", "replacement", SPACE, "prepend_scheme", prepend, "split", split);
  }

  static Object split(String regex) {
    return part(
        "Split", "pattern", Map.of("Regex", regex), "behavior", "Isolated", "invert", false);
  }

  static Object whitespaceSplitThen(Object next) {
    return preTokenizers(part("WhitespaceSplit"), next);
  }

  // Decoders

  static Object decoders(Object... all) {
    return part("Sequence", "decoders", List.of(all));
  }

  static Object wordPieceDecoder() {
    return part("WordPiece", "prefix", "##", "cleanup", true);
  }

  static Object byteLevelDecoder() {
    return byteLevel(true, true, true);
  }

  /** Pieces with byte fallback to text; {@code strip}: without the space that was put before. */
  static Object byteFallbackDecoder(boolean strip) {
    List<Object> all = new ArrayList<>();
    all.add(replace(SPACE, " "));
    all.add(part("ByteFallback"));
    all.add(part("Fuse"));
    if (strip) {
      all.add(part("Strip", "content", " ", "start", 1, "stop", 0));
    }
    return decoders(all.toArray());
  }

  // Post-processors

  static Object robertaProcessing(
      String sep, Object sepId, String cls, Object clsId, Object trimOffsets, Object prefixSpace) {
    return part(
        "RobertaProcessing",
        "sep",
        List.of(sep, sepId),
        "cls",
        List.of(cls, clsId),
        "trim_offsets",
        trimOffsets,
        "add_prefix_space",
        prefixSpace);
  }

  static Object bertProcessing(String sep, Object sepId, String cls, Object clsId) {
    return part("BertProcessing", "sep", List.of(sep, sepId), "cls", List.of(cls, clsId));
  }

  /** Puts in what Gemma's tokenizers have around their vocabulary, in all versions. */
  static void gemma(Draft draft) {
    draft.normalizer = replace(" ", SPACE);
    draft.preTokenizer =
        part(
            "Split",
            "pattern",
            Map.of("String", " "),
            "behavior",
            "MergedWithPrevious",
            "invert",
            false);
    draft.decoder = byteFallbackDecoder(false);
  }

  /**
   * A template. Each piece is {@code "$A"} or {@code "$B"} or a token; {@code ":1"} behind it is
   * its type.
   *
   * @param ids the tokens with their ids
   * @throws TokenizerException if a token has none: the library cannot build it, either
   */
  static Object template(List<String> single, List<String> pair, Map<String, Integer> ids) {
    Map<String, @Nullable Object> tokens = new LinkedHashMap<>();
    ids.forEach(
        (token, id) -> {
          Map<String, @Nullable Object> one = new LinkedHashMap<>();
          one.put("id", token);
          one.put("ids", List.of(id));
          one.put("tokens", List.of(token));
          tokens.put(token, one);
        });
    return part(
        "TemplateProcessing",
        "single",
        single.stream().map(one -> piece(one, ids)).toList(),
        "pair",
        pair.stream().map(one -> piece(one, ids)).toList(),
        "special_tokens",
        tokens);
  }

  private static Map<String, @Nullable Object> piece(String piece, Map<String, Integer> ids) {
    int colon = piece.lastIndexOf(':');
    boolean typed =
        colon > 0 && colon == piece.length() - 2 && Character.isDigit(piece.charAt(colon + 1));
    String id = typed ? piece.substring(0, colon) : piece;
    int type = typed ? piece.charAt(colon + 1) - '0' : 0;
    boolean sequence = id.equals("$A") || id.equals("$B");
    if (!sequence && !ids.containsKey(id)) {
      throw new TokenizerException(
          "the library's class puts \""
              + id
              + "\" around each text, which the tokenizer does not have",
          "the vocabulary and tokenizer_config.json",
          "name the tokens that the vocabulary has (cls_token, sep_token, bos_token, eos_token) in a"
              + " copy of the folder, or a tokenizer_class that fits it");
    }
    Map<String, @Nullable Object> value = new LinkedHashMap<>();
    value.put("id", sequence ? id.substring(1) : id);
    value.put("type_id", type);
    Map<String, @Nullable Object> written = new LinkedHashMap<>();
    written.put(sequence ? "Sequence" : "SpecialToken", value);
    return written;
  }
}
