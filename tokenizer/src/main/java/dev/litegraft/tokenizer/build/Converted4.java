package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.build.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Transformers 4 without {@code tokenizer.json}: the class without the tokenizers library is made
 * of the vocabulary files and converted.
 *
 * <p>Source: {@code transformers/convert_slow_tokenizer.py}, 4.57.
 */
final class Converted4 {
  private static final String SPACES = " {2,}";

  private final Folder folder;
  private final Arguments arguments;

  Converted4(Folder folder, Arguments arguments) {
    this.folder = folder;
    this.arguments = arguments;
  }

  /** Whether the files are there that a class is converted from. */
  boolean hasFiles(String name) {
    return draft(name).isPresent();
  }

  /** The converted tokenizer but for its template; empty where its files or rules are unknown. */
  Optional<Draft> draft(String name) {
    return switch (name) {
      case "BertTokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "MobileBertTokenizer",
          "ConvBertTokenizer",
          "SqueezeBertTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "RealmTokenizer",
          "RetriBertTokenizer",
          "MPNetTokenizer",
          "FunnelTokenizer" ->
          file("vocab.txt").map(this::bert);
      case "GPT2Tokenizer",
          "CodeGenTokenizer",
          "RobertaTokenizer",
          "BartTokenizer",
          "LongformerTokenizer",
          "LEDTokenizer",
          "MvpTokenizer",
          "DebertaTokenizer" ->
          bytes(false);
      case "Qwen2Tokenizer" -> bytes(true);
      case "EsmTokenizer" -> file("vocab.txt").map(this::esm);
      case "BertJapaneseTokenizer" -> new Japanese(folder, arguments).draft();
      case "XLMRobertaTokenizer" ->
          model("sentencepiece.bpe.model").map(model -> pieces(model, fairseq(model), 3));
      case "BarthezTokenizer" ->
          model("sentencepiece.bpe.model").map(model -> pieces(model, model.pieces, 3));
      case "CamembertTokenizer" ->
          model("sentencepiece.bpe.model").map(model -> pieces(model, camembert(model), 3));
      case "AlbertTokenizer", "XLNetTokenizer" -> model("spiece.model").map(this::albert);
      case "DebertaV2Tokenizer" -> model("spm.model").map(this::debertaV2);
      case "T5Tokenizer", "MT5Tokenizer" -> model("spiece.model").map(this::t5);
      case "LlamaTokenizer", "CodeLlamaTokenizer" -> model("tokenizer.model").map(this::llama);
      case "GemmaTokenizer" -> model("tokenizer.model").map(this::gemma);
      default -> Optional.empty();
    };
  }

  private Optional<byte[]> file(String name) {
    return folder.files.file(name);
  }

  private Optional<SentencePieceModel> model(String name) {
    return file(name).map(bytes -> SentencePieceModel.read(bytes, folder.files.where(name)));
  }

  private Draft bert(byte[] vocabulary) {
    Draft draft =
        new Draft(
            Parts.wordPiece(arguments.text("unk_token")), VocabularyFiles.lines(vocabulary, false));
    boolean basic = !Boolean.FALSE.equals(arguments.flag("do_basic_tokenize"));
    draft.normalizer =
        Parts.bertNormalizer(
            basic && arguments.isTrue("tokenize_chinese_chars"),
            basic ? arguments.flag("strip_accents") : Boolean.FALSE,
            basic && arguments.isTrue("do_lower_case"));
    draft.preTokenizer = Parts.part("BertPreTokenizer");
    draft.decoder = Parts.wordPieceDecoder();
    return draft;
  }

  /**
   * Every token of the vocabulary is found wherever it stands in a text; what is between them is
   * cut at white space. Source: {@code tokenization_esm.py}, which is Python alone.
   */
  private Draft esm(byte[] vocabulary) {
    Vocabulary words = VocabularyFiles.lines(vocabulary, true);
    Draft draft =
        new Draft(
            Parts.part("WordLevel", "vocab", null, "unk_token", arguments.text("unk_token")),
            words);
    draft.preTokenizer = Parts.part("WhitespaceSplit");
    draft.added.add(
        words.ids().keySet().stream()
            .map(word -> new AddedToken(word, false, false, false, false, false))
            .toList());
    return draft;
  }

  private Optional<Draft> bytes(boolean qwen) {
    Optional<byte[]> vocabulary = file("vocab.json");
    Optional<byte[]> merges = file("merges.txt");
    if (vocabulary.isEmpty() || merges.isEmpty()) {
      return Optional.empty();
    }
    String text = VocabularyFiles.text(merges.get());
    String where = folder.files.where("merges.txt");
    Draft draft =
        new Draft(
            Parts.bpe(
                null,
                "",
                false,
                false,
                qwen ? Merges.ofLines(text, where) : Merges.ofAllButFirstLine(text, where)),
            VocabularyFiles.object(vocabulary.get(), folder.files.where("vocab.json")));
    Object level = Parts.byteLevel(arguments.isTrue("add_prefix_space"), true, !qwen);
    draft.normalizer = qwen ? Parts.part("NFC") : null;
    draft.preTokenizer = qwen ? Parts.preTokenizers(Parts.split(Rebuilt.QWEN2), level) : level;
    draft.decoder = Parts.byteLevelDecoder();
    return Optional.of(draft);
  }

  /** Fairseq's order of special tokens instead of SentencePiece's, and a mask at the end. */
  private static List<Piece> fairseq(SentencePieceModel model) {
    List<Piece> pieces = new ArrayList<>();
    for (String first : List.of("<s>", "<pad>", "</s>", "<unk>")) {
      pieces.add(new Piece(first, 0, 1));
    }
    pieces.addAll(model.pieces.subList(Math.min(3, model.pieces.size()), model.pieces.size()));
    pieces.add(new Piece("<mask>", 0, 1));
    return pieces;
  }

  private static List<Piece> camembert(SentencePieceModel model) {
    List<Piece> pieces = new ArrayList<>();
    for (String first : List.of("<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED")) {
      pieces.add(new Piece(first, first.equals("<unk>NOTUSED") ? -100 : 0, 1));
    }
    pieces.addAll(model.pieces.subList(1, model.pieces.size()));
    pieces.add(new Piece("<mask>", 0, 1));
    return pieces;
  }

  /** The common conversion, with the normalizer and pre-tokenizer that most classes have. */
  private Draft pieces(SentencePieceModel model, List<Piece> pieces, int unknown) {
    Draft draft = tokenizer(model, pieces, unknown, false, null);
    List<@Nullable Object> normalizers = new ArrayList<>();
    model.charsmap().ifPresent(map -> normalizers.add(Parts.precompiled(map)));
    normalizers.add(Parts.strip(false, true));
    normalizers.add(Parts.replaceAll(SPACES, Parts.SPACE));
    draft.normalizer = Parts.normalizers(normalizers);
    draft.preTokenizer = Parts.metaspace("always", true);
    draft.decoder = Parts.metaspace("always", true);
    return draft;
  }

  private boolean prefixSpace() {
    // The class without the tokenizers library has it true; null in the file is false.
    return !folder.tokenizerConfig.containsKey("add_prefix_space")
        || arguments.isTrue("add_prefix_space");
  }

  private boolean legacy() {
    return !Boolean.FALSE.equals(arguments.flag("legacy"));
  }

  private String prepend() {
    return !prefixSpace() ? "never" : legacy() ? "always" : "first";
  }

  private Draft tokenizer(
      SentencePieceModel model,
      List<Piece> pieces,
      int unknown,
      boolean byteFallback,
      @Nullable Map<String, Integer> mergeable) {
    Draft draft;
    if (model.isBpe()) {
      Map<String, Integer> parts =
          mergeable == null ? VocabularyFiles.ids(model.pieces) : mergeable;
      draft =
          new Draft(
              Parts.bpe(
                  model.unknownPiece,
                  null,
                  true,
                  byteFallback,
                  Merges.of(parts, VocabularyFiles.scores(pieces))),
              Vocabulary.of(VocabularyFiles.ids(pieces)));
    } else {
      draft = new Draft(Parts.unigram(unknown, byteFallback), VocabularyFiles.pieces(pieces));
    }
    draft.added.add(added(model));
    return draft;
  }

  /** Control symbols are special, user-defined ones are not; both are found before all else. */
  private static List<AddedToken> added(SentencePieceModel model) {
    return model.pieces.stream()
        .filter(Piece::isAddedToken)
        .map(
            piece ->
                new AddedToken(
                    piece.text(),
                    false,
                    false,
                    false,
                    false,
                    piece.type() == Piece.CONTROL || TURNS.contains(piece.text())))
        .toList();
  }

  private static final List<String> TURNS = List.of("<start_of_turn>", "<end_of_turn>");

  private Draft albert(SentencePieceModel model) {
    List<Piece> pieces =
        model.pieces.stream()
            .map(
                piece ->
                    endsWithNumberComma(piece.text())
                        ? new Piece(piece.text(), piece.score() - 100, piece.type())
                        : piece)
            .toList();
    Draft draft = tokenizer(model, pieces, model.unknownId, false, null);
    List<@Nullable Object> normalizers = Parts.quotes(!arguments.isTrue("keep_accents"));
    if (arguments.isTrue("do_lower_case")) {
      normalizers.add(Parts.part("Lowercase"));
    }
    model.charsmap().ifPresent(map -> normalizers.add(Parts.precompiled(map)));
    normalizers.add(Parts.replaceAll(SPACES, " "));
    draft.normalizer = Parts.normalizers(normalizers);
    draft.preTokenizer = Parts.metaspace("always", true);
    draft.decoder = Parts.metaspace("always", true);
    return draft;
  }

  private static boolean endsWithNumberComma(String piece) {
    int length = piece.length();
    return length >= 2
        && piece.charAt(length - 1) == ','
        && Character.isDigit(piece.codePointBefore(length - 1));
  }

  private Draft debertaV2(SentencePieceModel model) {
    Draft draft = tokenizer(model, model.pieces, model.unknownId, false, null);
    List<@Nullable Object> normalizers = new ArrayList<>();
    if (arguments.isTrue("do_lower_case")) {
      normalizers.add(Parts.part("Lowercase"));
    }
    normalizers.add(Parts.strip(true, true));
    model.charsmap().ifPresent(map -> normalizers.add(Parts.precompiled(map)));
    normalizers.add(Parts.replaceAll(SPACES, " "));
    draft.normalizer = Parts.normalizers(normalizers);
    Object pieces = Parts.metaspace("always", true);
    draft.preTokenizer =
        arguments.isTrue("split_by_punct")
            ? Parts.preTokenizers(Parts.part("Punctuation", "behavior", "Isolated"), pieces)
            : Parts.preTokenizers(pieces);
    draft.decoder = pieces;
    return draft;
  }

  private Draft t5(SentencePieceModel model) {
    List<Piece> pieces = new ArrayList<>(model.pieces);
    int extra = arguments.values.get("extra_ids") instanceof Number number ? number.intValue() : 0;
    for (int i = extra - 1; i >= 0; i--) {
      pieces.add(new Piece("<extra_id_" + i + ">", 0, 1));
    }
    Draft draft = pieces(model, pieces, model.unknownId);
    draft.preTokenizer = Parts.metaspace(prepend(), true);
    draft.decoder = Parts.metaspace(prepend(), true);
    return draft;
  }

  private Draft llama(SentencePieceModel model) {
    List<Piece> pieces = new ArrayList<>(model.pieces);
    for (int i = 0; i < Math.min(3, pieces.size()); i++) {
      AddedToken named = arguments.added.get(i);
      pieces.set(i, new Piece(named == null ? pieces.get(i).text() : named.content(), 0, 1));
    }
    Draft draft = tokenizer(model, pieces, 0, true, null);
    if (legacy()) {
      List<@Nullable Object> normalizers = new ArrayList<>();
      if (prefixSpace()) {
        normalizers.add(Parts.part("Prepend", "prepend", Parts.SPACE));
      }
      normalizers.add(Parts.replace(" ", Parts.SPACE));
      draft.normalizer = Parts.normalizers(normalizers);
    } else {
      draft.preTokenizer = Parts.metaspace(prepend(), false);
    }
    draft.decoder = Parts.byteFallbackDecoder(prefixSpace());
    return draft;
  }

  private Draft gemma(SentencePieceModel model) {
    List<Piece> pieces = new ArrayList<>(model.pieces);
    List<String> first = List.of("pad_token", "eos_token", "bos_token");
    for (int i = 0; i < Math.min(3, pieces.size()); i++) {
      pieces.set(i, new Piece(arguments.text(first.get(i)), 0, 1));
    }
    Map<String, Integer> mergeable = new LinkedHashMap<>(VocabularyFiles.ids(model.pieces));
    if (!mergeable.containsKey("\t") && mergeable.containsKey("<0x09>")) {
      mergeable.put("\t", Objects.requireNonNull(mergeable.get("<0x09>")));
    }
    if (pieces.stream().noneMatch(piece -> piece.text().equals("\t"))) {
      for (int i = 0; i < pieces.size(); i++) {
        if (pieces.get(i).text().equals("<0x09>")) {
          pieces.set(i, new Piece("\t", 0, 1));
          break;
        }
      }
    }
    Draft draft = tokenizer(model, pieces, 3, true, mergeable);
    Parts.gemma(draft);
    return draft;
  }
}
