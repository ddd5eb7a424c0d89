package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.build.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Transformers 5 without {@code tokenizer.json}: vocabulary, merges and normalization come from
 * other files; the class then builds the tokenizer as it always does.
 *
 * <p>Source: {@code TokenizersBackend.convert_to_native_format} and the {@code convert_from_spm} of
 * transformers/convert_slow_tokenizer.py, 5.18.
 */
final class Extracted5 {
  private final Folder folder;
  private final TokenizerClass tokenizerClass;
  private final Arguments arguments;

  Extracted5(Folder folder, TokenizerClass tokenizerClass, Arguments arguments) {
    this.folder = folder;
    this.tokenizerClass = tokenizerClass;
    this.arguments = arguments;
  }

  /** A tokenizer of nothing but a model and SentencePiece's normalization; empty without files. */
  Optional<Draft> draft() {
    if (!tokenizerClass.fast()) {
      return Optional.empty();
    }
    String name = vocabularyFile();
    Optional<byte[]> file = folder.files.file(name);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    String where = folder.files.where(name);
    if (name.endsWith(".model")) {
      return Optional.of(pieces(SentencePieceModel.read(file.get(), where)));
    }
    if (name.endsWith(".txt")) {
      return "WordPiece".equals(tokenizerClass.model())
          ? Optional.of(
              new Draft(
                  Parts.wordPiece(arguments.text("unk_token")),
                  VocabularyFiles.lines(file.get(), true)))
          : Optional.empty();
    }
    Optional<byte[]> merges = folder.files.file("merges.txt");
    return merges.isEmpty() || !"BPE".equals(tokenizerClass.model())
        ? Optional.empty()
        : Optional.of(
            new Draft(
                Parts.bpe(
                    null,
                    "",
                    false,
                    false,
                    Merges.ofLines(
                        VocabularyFiles.text(merges.get()), folder.files.where("merges.txt"))),
                VocabularyFiles.object(file.get(), where)));
  }

  /** The class's vocabulary file; without {@code tokenizer.json} any class takes this one model. */
  private String vocabularyFile() {
    return folder.files.has("tokenizer.model")
        ? "tokenizer.model"
        : String.valueOf(tokenizerClass.vocabularyFiles().get("vocab_file"));
  }

  private Draft pieces(SentencePieceModel model) {
    String kind = tokenizerClass.model();
    boolean unigram = kind == null ? !model.isBpe() : !kind.equals("BPE");
    List<AddedToken> added =
        model.pieces.stream()
            .filter(Piece::isAddedToken)
            .map(
                piece ->
                    new AddedToken(
                        piece.text(), false, false, false, false, piece.type() == Piece.CONTROL))
            .toList();
    arguments.values.put("additional_special_tokens", added);
    Draft draft;
    if (unigram) {
      arguments.values.put("unk_id", model.unknownId);
      draft =
          new Draft(Parts.unigram(model.unknownId, false), VocabularyFiles.pieces(ordered(model)));
    } else {
      Map<String, Integer> ids = VocabularyFiles.ids(model.pieces);
      Map<String, @Nullable Object> bpe = Parts.bpe(null, null, true, true, Merges.of(ids, null));
      draft = new Draft(bpe, Vocabulary.of(new LinkedHashMap<>(ids)));
    }
    model.charsmap().ifPresent(map -> draft.normalizer = Parts.precompiled(map));
    if (!tokenizerClass.ownInit() || tokenizerClass.name().equals("TokenizersBackend")) {
      plain(draft, model);
    }
    return draft;
  }

  /** What a class without rules of its own makes of a model. */
  private void plain(Draft draft, SentencePieceModel model) {
    draft.model.put("byte_fallback", model.byteFallback);
    if (model.isBpe()) {
      draft.model.put("unk_token", model.unknownPiece);
    }
    List<@Nullable Object> normalizers = new ArrayList<>();
    model.charsmap().ifPresent(map -> normalizers.add(Parts.precompiled(map)));
    normalizers.add(Parts.replace(" ", Parts.SPACE));
    draft.normalizer = Parts.normalizers(normalizers);
    draft.decoder =
        model.byteFallback
            ? Parts.byteFallbackDecoder(false)
            : Parts.decoders(Parts.replace(Parts.SPACE, " "));
    named("bos_token", model.bosId, model.bosPiece);
    named("eos_token", model.eosId, model.eosPiece);
    named("unk_token", model.unknownId, model.unknownPiece);
  }

  private void named(String key, int id, String piece) {
    if (id >= 0 && !arguments.has(key)) {
      arguments.values.put(key, piece);
    }
  }

  /** The pieces in the order of ids that the class has. */
  private List<Piece> ordered(SentencePieceModel model) {
    List<Piece> pieces = new ArrayList<>();
    switch (tokenizerClass.name()) {
      case "XLMRobertaTokenizer" -> {
        special(pieces, "bos_token", "pad_token", "eos_token", "unk_token");
        pieces.addAll(model.pieces.subList(Math.min(3, model.pieces.size()), model.pieces.size()));
        special(pieces, "mask_token");
      }
      case "CamembertTokenizer" -> {
        pieces.add(new Piece("<s>NOTUSED", 0, 1));
        special(pieces, "pad_token");
        pieces.add(new Piece("</s>NOTUSED", 0, 1));
        special(pieces, "unk_token");
        pieces.add(new Piece("<unk>NOTUSED", -100, 1));
        pieces.addAll(model.pieces.subList(1, model.pieces.size()));
        special(pieces, "mask_token");
      }
      case "T5Tokenizer" -> {
        pieces.addAll(model.pieces);
        List<Object> extra = Behind5.extraIds(arguments);
        for (int i = extra.size() - 1; i >= 0; i--) {
          pieces.add(new Piece(String.valueOf(extra.get(i)), 0, 1));
        }
      }
      default -> pieces.addAll(model.pieces);
    }
    return pieces;
  }

  private void special(List<Piece> pieces, String... names) {
    for (String name : names) {
      pieces.add(new Piece(arguments.text(name), 0, 1));
    }
  }
}
