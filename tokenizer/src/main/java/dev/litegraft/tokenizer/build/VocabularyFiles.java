package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code vocab.txt}, {@code vocab.json} and {@code merges.txt}. */
final class VocabularyFiles {
  private VocabularyFiles() {}

  /**
   * {@code vocab.txt}: the line's number is the id. Of a token that stands there twice the later
   * one counts.
   *
   * @param trimmed whether all white space behind a token is cut off, as version 5 does
   */
  static Vocabulary lines(byte[] file, boolean trimmed) {
    String text = text(file);
    String[] lines = text.split("\n", -1);
    int count = text.endsWith("\n") ? lines.length - 1 : lines.length;
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      ids.put(trimmed ? lines[i].stripTrailing() : lines[i], i);
    }
    return Vocabulary.of(ids);
  }

  /** Text with line ends as they are on Unix. */
  static String text(byte[] file) {
    return new String(file, StandardCharsets.UTF_8).replace("\r\n", "\n").replace('\r', '\n');
  }

  /** {@code vocab.json}: token to id. */
  static Vocabulary object(byte[] file, String where) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable Object> entry : Json.object(file, where).entrySet()) {
      if (!(entry.getValue() instanceof Integer id)) {
        throw new TokenizerException(
            "token \"" + entry.getKey() + "\" has no whole number as its id",
            where,
            "copy the file again from where the model was trained");
      }
      ids.put(entry.getKey(), id);
    }
    return Vocabulary.of(ids);
  }

  /** Pieces with scores in the order of their ids. */
  static Vocabulary pieces(List<SentencePieceModel.Piece> pieces) {
    return Vocabulary.of(
        pieces.stream().map(piece -> List.<Object>of(piece.text(), piece.score())).toList(), "");
  }

  /** The same pieces as tokens with ids. */
  static Map<String, Integer> ids(List<SentencePieceModel.Piece> pieces) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int i = 0; i < pieces.size(); i++) {
      ids.put(pieces.get(i).text(), i);
    }
    return ids;
  }

  static Map<String, Double> scores(List<SentencePieceModel.Piece> pieces) {
    Map<String, Double> scores = new LinkedHashMap<>();
    pieces.forEach(piece -> scores.put(piece.text(), piece.score()));
    return scores;
  }
}
