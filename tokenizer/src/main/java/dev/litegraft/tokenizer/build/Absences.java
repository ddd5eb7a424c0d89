package dev.litegraft.tokenizer.build;

import java.util.List;
import java.util.Map;

/** Folders of which no {@code tokenizer.json} can be made, by name. */
final class Absences {
  private static final Map<String, String> WORD_CUTTERS =
      Map.of(
          "BertJapaneseTokenizer",
              "cuts words with MeCab, Sudachi or Juman++ and their dictionaries",
          "CpmTokenizer", "cuts words with jieba and its dictionary",
          "CpmAntTokenizer", "cuts words with jieba and its dictionary",
          "RoFormerTokenizer", "cuts words with jieba and its dictionary",
          "PhobertTokenizer", "merges parts of words that its vocabulary does not have",
          "BertweetTokenizer", "merges parts of words that its vocabulary does not have",
          "XLMTokenizer", "cuts words with Moses and dictionaries of languages",
          "FlaubertTokenizer", "cuts words with Moses and dictionaries of languages",
          "BioGptTokenizer", "cuts words with Moses");

  private static final String GIVE_IDS =
      "tokenize with transformers and give the model token ids:"
          + " litegraft run FILE --input rows.jsonl";

  private Absences() {}

  /**
   * Whether a {@code tokenizer.json} of this class holds other rules than the class follows: what
   * it saves cuts words as BERT does, and the class puts its own word cutter in that place.
   */
  static boolean cutsWithDictionary(TokenizerClass tokenizerClass) {
    return tokenizerClass.name().equals("RoFormerTokenizer");
  }

  static TokenizerAbsence of(TokenizerClass tokenizerClass, Folder folder) {
    String name = tokenizerClass.name();
    String cuts = WORD_CUTTERS.get(name);
    if (cuts != null) {
      return new TokenizerAbsence(
          name + " " + cuts + ", which no tokenizer.json can hold", GIVE_IDS);
    }
    List<String> needed =
        tokenizerClass.vocabularyFiles().values().stream()
            .map(String::valueOf)
            .filter(file -> !file.equals("tokenizer.json"))
            .toList();
    List<String> missing = needed.stream().filter(file -> !folder.files.has(file)).toList();
    if (!tokenizerClass.fast()) {
      return new TokenizerAbsence(
          name + " is written in Python, and no tokenizer.json can hold what it does", GIVE_IDS);
    }
    return missing.isEmpty()
        ? new TokenizerAbsence(
            "the folder has no tokenizer.json, and none can be made here of " + name + "'s files",
            "where the model was trained, AutoTokenizer.from_pretrained(FOLDER) followed by"
                + " save_pretrained(A_NEW_FOLDER) writes one: put it into a copy of the folder; or "
                + GIVE_IDS)
        : new TokenizerAbsence(
            "the folder has neither tokenizer.json nor "
                + String.join(" and ", missing)
                + ", of which "
                + name
                + " is made",
            "copy the file from where the model was trained, or from the model that it was made"
                + " of, into a copy of the folder; or "
                + GIVE_IDS);
  }
}
