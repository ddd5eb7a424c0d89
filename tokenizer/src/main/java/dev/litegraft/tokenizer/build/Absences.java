package dev.litegraft.tokenizer.build;

import java.util.Map;

/** Folders of which no {@code tokenizer.json} can be made, by name. */
final class Absences {
  private static final Map<String, String> WORD_CUTTERS =
      Map.of(
          "BertJapaneseTokenizer",
              "cuts words with MeCab, Sudachi or Juman++ and their dictionaries",
          "CpmTokenizer", "cuts words with jieba and its dictionary",
          "CpmAntTokenizer", "cuts words with jieba and its dictionary",
          "RoFormerTokenizer", "cuts words with jieba and its dictionary");

  private Absences() {}

  static TokenizerAbsence of(String tokenizerClass, Folder folder) {
    String cuts = WORD_CUTTERS.get(tokenizerClass);
    if (cuts != null) {
      return new TokenizerAbsence(
          tokenizerClass + " " + cuts + ", which no tokenizer.json can hold",
          "tokenize with transformers and give the model token ids: litegraft run FILE --input"
              + " rows.jsonl");
    }
    return new TokenizerAbsence(
        "the folder has no tokenizer.json, and none can be made of its "
            + (tokenizerClass.isEmpty() ? "files" : tokenizerClass + "'s files"),
        "save one where the model was trained:"
            + " AutoTokenizer.from_pretrained(FOLDER).save_pretrained(ANOTHER_FOLDER), or give the"
            + " model token ids: litegraft run FILE --input rows.jsonl");
  }
}
