package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.build.SentencePieceModel.Piece;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Vocabulary files beside {@code tokenizer.json} that have other tokens than it has. */
final class Contradictions {
  private static final List<String> MODELS =
      List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model");

  private Contradictions() {}

  /** A sentence for each such file. */
  static List<String> of(Folder folder, Draft draft) {
    List<String> notes = new ArrayList<>();
    folder
        .files
        .file("vocab.txt")
        .ifPresent(
            file ->
                add(notes, "vocab.txt", VocabularyFiles.lines(file, false).ids().keySet(), draft));
    folder
        .files
        .file("vocab.json")
        .ifPresent(
            file ->
                add(
                    notes,
                    "vocab.json",
                    VocabularyFiles.object(file, folder.files.where("vocab.json")).ids().keySet(),
                    draft));
    for (String name : MODELS) {
      folder.files.file(name).ifPresent(file -> addModel(notes, name, file, draft));
    }
    return notes;
  }

  private static void addModel(List<String> notes, String name, byte[] file, Draft draft) {
    try {
      Set<String> pieces =
          SentencePieceModel.read(file, name).pieces.stream()
              .filter(piece -> piece.type() == 1)
              .map(Piece::text)
              .collect(Collectors.toSet());
      add(notes, name, pieces, draft);
    } catch (TokenizerException e) {
      // The file is not needed, and tiktoken's have this name, too.
      notes.add(name + " was not read: " + e.what());
    }
  }

  private static void add(List<String> notes, String name, Set<String> tokens, Draft draft) {
    long missing = tokens.stream().filter(token -> draft.id(token) == null).count();
    if (missing > 0) {
      notes.add(
          name
              + " has "
              + missing
              + " of its "
              + tokens.size()
              + " tokens that tokenizer.json does not have: tokenizer.json was taken, as"
              + " transformers takes it");
    }
  }
}
