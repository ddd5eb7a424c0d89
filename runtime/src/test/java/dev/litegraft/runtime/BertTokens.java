package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.List;

/** A small tokenizer of BERT's kind, for recorded checkpoints that have none. */
final class BertTokens {
  private static final String SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?()-영화이정말재미있어요";

  /** {@code tokenizer_config.json}: BERT's class lower-cases unless it is told not to. */
  static final String CONFIG = "{\"tokenizer_class\": \"BertTokenizer\", \"do_lower_case\": false}";

  private BertTokens() {}

  /** {@code tokenizer.json}: characters, alone and within words. */
  static String json() {
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
    SIGNS.codePoints().mapToObj(Character::toString).forEach(tokens::add);
    List<String> within = new ArrayList<>();
    SIGNS
        .codePoints()
        .filter(Character::isLetter)
        .filter(point -> point < 0x80)
        .mapToObj(point -> "##" + Character.toString(point))
        .forEach(within::add);
    tokens.addAll(within);
    StringBuilder vocabulary = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      vocabulary.append(i == 0 ? "" : ", ").append('"').append(tokens.get(i)).append("\": ");
      vocabulary.append(i);
    }
    return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [%s],
         "normalizer": {"type": "BertNormalizer", "clean_text": true,
                        "handle_chinese_chars": true, "strip_accents": null, "lowercase": false},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "decoder": null,
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100, "vocab": {%s}}}
        """
        .formatted(specials(tokens.subList(0, 4)), vocabulary);
  }

  private static String specials(List<String> tokens) {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      json.append(i == 0 ? "" : ", ")
          .append("{\"id\": ")
          .append(i)
          .append(", \"content\": \"")
          .append(tokens.get(i))
          .append("\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false,")
          .append(" \"normalized\": false, \"special\": true}");
    }
    return json.toString();
  }
}
