package dev.litegraft.tokenizer.build;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code BertJapaneseTokenizer} where it needs no dictionary: words cut at spaces and punctuation
 * or not at all, and of these pieces, characters or the words themselves.
 *
 * <p>Source: {@code transformers/models/bert_japanese/tokenization_bert_japanese.py}. Characters
 * are put into form NFKC before words are cut, where the library does so behind: a sign whose form
 * begins with a space, as U+309B, counts one unknown token less.
 */
final class Japanese {
  private final Folder folder;
  private final Arguments arguments;

  Japanese(Folder folder, Arguments arguments) {
    this.folder = folder;
    this.arguments = arguments;
  }

  /** The tokenizer without special tokens; empty where a dictionary or a file is needed. */
  Optional<Draft> draft() {
    Optional<byte[]> file = folder.files.file("vocab.txt");
    boolean cutsWords = !Boolean.FALSE.equals(arguments.flag("do_word_tokenize"));
    String words = arguments.text("word_tokenizer_type");
    String parts =
        Boolean.FALSE.equals(arguments.flag("do_subword_tokenize"))
            ? "words"
            : arguments.text("subword_tokenizer_type");
    boolean known = List.of("words", "wordpiece", "character").contains(parts);
    if (file.isEmpty() || !known || (cutsWords && !words.equals("basic"))) {
      return Optional.empty();
    }
    Vocabulary vocabulary = VocabularyFiles.lines(file.get(), false);
    String unknown = arguments.text("unk_token");
    Draft draft =
        new Draft(
            parts.equals("wordpiece")
                ? Parts.wordPiece(unknown)
                : Parts.part("WordLevel", "vocab", null, "unk_token", unknown),
            vocabulary);
    draft.decoder = Parts.wordPieceDecoder();
    boolean characters = parts.equals("character");
    if (cutsWords) {
      Object clean = Parts.bertNormalizer(false, false, false);
      Map<String, Object> lower = new LinkedHashMap<>();
      lower.put("type", "BertNormalizer");
      lower.put("clean_text", false);
      lower.put("handle_chinese_chars", false);
      lower.put("strip_accents", arguments.isTrue("do_lower_case"));
      lower.put("lowercase", arguments.isTrue("do_lower_case"));
      draft.normalizer =
          Parts.normalizers(
              characters
                  ? List.of(clean, Parts.part("NFC"), lower, Parts.part("NFKC"))
                  : List.of(clean, Parts.part("NFC"), lower));
      draft.preTokenizer =
          characters
              ? Parts.preTokenizers(Parts.part("BertPreTokenizer"), Parts.split("(?m)."))
              : Parts.part("BertPreTokenizer");
    } else {
      draft.normalizer = characters ? Parts.part("NFKC") : null;
      draft.preTokenizer =
          characters
              ? Parts.split("(?m).")
              : parts.equals("wordpiece") ? Parts.part("WhitespaceSplit") : null;
    }
    return Optional.of(draft);
  }
}
