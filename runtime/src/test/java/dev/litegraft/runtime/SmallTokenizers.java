package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Small tokenizers of the kinds that embedders have, for recorded checkpoints that have none: of
 * small letters and signs alone.
 */
final class SmallTokenizers {
  /** {@code tokenizer_config.json}: the class that takes {@code tokenizer.json} as it is. */
  static final String CONFIG = "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}";

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz.,!?-0123456789";

  private SmallTokenizers() {}

  /** XLM-RoBERTa's kind: Unigram, {@code <s>} before a text and {@code </s>} behind it. */
  static String unigram() {
    List<String> pieces = new ArrayList<>(List.of("<s>", "<pad>", "</s>", "<unk>", "▁"));
    pieces.addAll(List.of("▁the", "▁a", "ing", "er", "▁mo", "vie", "▁th", "in", "▁is"));
    LETTERS.codePoints().mapToObj(Character::toString).forEach(pieces::add);
    String vocabulary =
        IntStream.range(0, pieces.size())
            .mapToObj(
                id -> "[\"%s\", %s]".formatted(pieces.get(id), id < 4 ? 0 : -2.5 - 0.125 * id))
            .collect(Collectors.joining(", "));
    return json(
        pieces.subList(0, 4),
        "null",
        """
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""",
        template("<s>", 0, "</s>", 2),
        "{\"type\": \"Unigram\", \"unk_id\": 3, \"byte_fallback\": false, \"vocab\": [%s]}"
            .formatted(vocabulary));
  }

  /** Gemma's kind: BPE over characters, with {@code <bos>} and {@code <eos>}. */
  static String characters() {
    List<String> tokens = new ArrayList<>(List.of("<bos>", "<eos>", "<pad>", "<unk>", "▁"));
    LETTERS.codePoints().mapToObj(Character::toString).forEach(tokens::add);
    tokens.addAll(List.of("th", "the", "▁the", "in", "ing"));
    return json(
        tokens.subList(0, 4),
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"▁\"}",
        "null",
        template("<bos>", 0, "<eos>", 1),
        """
        {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": false,
         "vocab": {%s}, "merges": [["t", "h"], ["th", "e"], ["▁", "the"], ["i", "n"], ["in", "g"]]}"""
            .formatted(vocabulary(tokens)));
  }

  /** Qwen's kind: BPE over bytes, with a token behind a text alone. */
  static String bytes() {
    List<String> tokens = new ArrayList<>(List.of("<|x|>", "<|endoftext|>", "<|pad|>", "Ġ"));
    LETTERS.codePoints().mapToObj(Character::toString).forEach(tokens::add);
    tokens.addAll(List.of("th", "the", "Ġthe", "in", "ing"));
    return json(
        tokens.subList(0, 3),
        "{\"type\": \"NFC\"}",
        """
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true}""",
        template("", 0, "<|endoftext|>", 1),
        """
        {"type": "BPE", "unk_token": null, "byte_fallback": false,
         "vocab": {%s}, "merges": [["t", "h"], ["th", "e"], ["Ġ", "the"], ["i", "n"], ["in", "g"]]}"""
            .formatted(vocabulary(tokens)));
  }

  private static String vocabulary(List<String> tokens) {
    return IntStream.range(0, tokens.size())
        .mapToObj(id -> "\"" + tokens.get(id) + "\": " + id)
        .collect(Collectors.joining(", "));
  }

  private static String template(String begin, int beginId, String end, int endId) {
    String first =
        begin.isEmpty()
            ? ""
            : "{\"SpecialToken\": {\"id\": \"%s\", \"type_id\": 0}}, ".formatted(begin);
    String known =
        begin.isEmpty()
            ? ""
            : "\"%1$s\": {\"id\": \"%1$s\", \"ids\": [%2$d], \"tokens\": [\"%1$s\"]}, "
                .formatted(begin, beginId);
    return """
        {"type": "TemplateProcessing",
         "single": [%s{"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "%3$s", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
         "special_tokens": {%2$s"%3$s": {"id": "%3$s", "ids": [%4$d], "tokens": ["%3$s"]}}}"""
        .replace("[%s{", "[%1$s{")
        .formatted(first, known, end, endId);
  }

  /** With padding and truncation, which LiteRT-LM would obey. */
  private static String json(
      List<String> special, String normalizer, String splitter, String template, String model) {
    String added =
        IntStream.range(0, special.size())
            .mapToObj(
                id ->
                    ("{\"id\": %d, \"content\": \"%s\", \"single_word\": false, \"lstrip\": false,"
                            + " \"rstrip\": false, \"normalized\": false, \"special\": true}")
                        .formatted(id, special.get(id)))
            .collect(Collectors.joining(", "));
    return """
        {"version": "1.0",
         "truncation": {"max_length": 24, "strategy": "LongestFirst", "stride": 0,
                        "direction": "Right"},
         "padding": {"strategy": {"Fixed": 24}, "direction": "Right", "pad_to_multiple_of": null,
                     "pad_id": 1, "pad_type_id": 0, "pad_token": "<pad>"},
         "added_tokens": [%s], "normalizer": %s, "pre_tokenizer": %s, "post_processor": %s,
         "decoder": null, "model": %s}
        """
        .formatted(added, normalizer, splitter, template, model);
  }
}
