package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The classes of transformers 5 that build their tokenizer anew: what each builds before the common
 * constructor, and what it sets behind it.
 */
final class Rebuilt {
  /** Qwen2's words: contractions, letters, single digits, other characters, line ends, spaces. */
  static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final Arguments arguments;
  private final Map<String, @Nullable Object> model;
  private final Vocabulary vocabulary;
  private final Optional<String> charsmap;

  /**
   * A class to build.
   *
   * @param model the model's JSON in the file; its merges are taken
   * @param charsmap SentencePiece's normalization in base64
   */
  Rebuilt(
      Arguments arguments,
      Map<String, @Nullable Object> model,
      Vocabulary vocabulary,
      Optional<String> charsmap) {
    this.arguments = arguments;
    this.model = model;
    this.vocabulary = vocabulary;
    this.charsmap = charsmap;
  }

  /** What the class of this name builds; empty where it is not known here. */
  Optional<Draft> build(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "BertTokenizer", "DistilBertTokenizer", "MPNetTokenizer", "FunnelTokenizer" ->
              bert();
          case "AlbertTokenizer" -> albert();
          case "XLMRobertaTokenizer" -> sentencePieces(3, normalizer());
          case "CamembertTokenizer" ->
              sentencePieces(index(arguments.text("unk_token"), 0), normalizer());
          case "DebertaV2Tokenizer" -> debertaV2();
          case "T5Tokenizer" -> t5();
          case "XLNetTokenizer" -> xlnet();
          case "GPT2Tokenizer", "RobertaTokenizer", "DebertaTokenizer" -> byteLevel(null);
          case "GPTNeoXTokenizer" -> gptNeoX();
          case "CodeGenTokenizer" -> codeGen();
          case "HerbertTokenizer" -> herbert();
          case "BarthezTokenizer" -> barthez();
          case "BigBirdTokenizer" -> bigBird();
          case "Qwen2Tokenizer" -> qwen2();
          case "GemmaTokenizer" -> gemma();
          case "LlamaTokenizer" -> llama();
          case "CodeLlamaTokenizer" -> codeLlama();
          case "CohereTokenizer" -> cohere();
          default -> null;
        });
  }

  private Draft unigram(int unknown) {
    return new Draft(Parts.unigram(unknown, false), vocabulary);
  }

  private Draft bpe(
      @Nullable String unknown, @Nullable String affix, boolean fuse, boolean byteFallback) {
    Object merges = model.get("merges");
    return new Draft(
        Parts.bpe(unknown, affix, fuse, byteFallback, merges == null ? List.of() : merges),
        vocabulary.asObject());
  }

  private int index(String token, int otherwise) {
    Integer id = vocabulary.id(token);
    return id == null ? otherwise : id;
  }

  private @Nullable Object normalizer() {
    return charsmap.map(Parts::precompiled).orElse(null);
  }

  private Draft bert() {
    Draft draft = new Draft(Parts.wordPiece(arguments.text("unk_token")), vocabulary.asObject());
    draft.normalizer =
        Parts.bertNormalizer(
            arguments.isTrue("tokenize_chinese_chars"),
            arguments.flag("strip_accents"),
            arguments.isTrue("do_lower_case"));
    draft.preTokenizer = Parts.part("BertPreTokenizer");
    draft.decoder = Parts.wordPieceDecoder();
    return draft;
  }

  private Draft albert() {
    Draft draft = unigram(1);
    List<@Nullable Object> normalizers = Parts.quotes(!arguments.isTrue("keep_accents"));
    if (arguments.isTrue("do_lower_case")) {
      normalizers.add(Parts.part("Lowercase"));
    }
    charsmap.ifPresent(map -> normalizers.add(Parts.precompiled(map)));
    draft.normalizer = Parts.normalizers(normalizers);
    words(draft, arguments.isTrue("add_prefix_space") ? "always" : "never");
    draft.postProcessor =
        Parts.template(
            List.of("[CLS]:0", "$A:0", "[SEP]:0"),
            List.of("[CLS]:0", "$A:0", "[SEP]:0", "$B:1", "[SEP]:1"),
            ids(
                draft,
                Map.of(
                    "[CLS]", arguments.text("cls_token"), "[SEP]", arguments.text("sep_token"))));
    return draft;
  }

  private static Map<String, Integer> ids(Draft draft, Map<String, String> tokens) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    tokens.forEach(
        (written, token) -> {
          Integer id = draft.id(token);
          if (id != null) {
            ids.put(written, id);
          }
        });
    return ids;
  }

  private Draft sentencePieces(int unknown, @Nullable Object normalizer) {
    Draft draft = unigram(unknown);
    draft.normalizer = normalizer;
    words(draft, arguments.isTrue("add_prefix_space") ? "always" : "never");
    return draft;
  }

  private static void words(Draft draft, String prepend) {
    draft.preTokenizer = Parts.whitespaceSplitThen(Parts.metaspace(prepend, true));
    draft.decoder = Parts.metaspace(prepend, true);
  }

  private Draft debertaV2() {
    Draft draft =
        unigram(
            unknownOfScoreZero(
                arguments.values.get("unk_id") instanceof Number number ? number.intValue() : 1));
    List<@Nullable Object> normalizers = new ArrayList<>();
    if (arguments.isTrue("do_lower_case")) {
      normalizers.add(Parts.part("Lowercase"));
    }
    normalizers.add(Parts.replaceAll("\\s{2,}|[\\n\\r\\t]", " "));
    normalizers.add(Parts.part("NFC"));
    normalizers.add(Parts.strip(false, true));
    draft.normalizer = Parts.normalizers(normalizers);
    Object pieces =
        Parts.metaspace(arguments.isTrue("add_prefix_space") ? "always" : "first", true);
    draft.preTokenizer =
        arguments.isTrue("split_by_punct")
            ? Parts.preTokenizers(Parts.part("Punctuation", "behavior", "Isolated"), pieces)
            : Parts.preTokenizers(pieces);
    draft.decoder = pieces;
    return draft;
  }

  /** The unknown token's place where it has the score 0. */
  private int unknownOfScoreZero(int otherwise) {
    Integer id = vocabulary.id(arguments.text("unk_token"));
    return id != null && vocabulary.score(id) == 0 ? id : otherwise;
  }

  private Draft t5() {
    Draft draft = unigram(2);
    draft.normalizer = normalizer();
    words(draft, "always");
    return draft;
  }

  private Draft xlnet() {
    Draft draft = unigram(arguments.values.get("unk_id") instanceof Number n ? n.intValue() : 0);
    List<@Nullable Object> normalizers = Parts.quotes(true);
    if (arguments.isTrue("do_lower_case")) {
      normalizers.add(Parts.part("Lowercase"));
    }
    charsmap.ifPresent(map -> normalizers.add(Parts.precompiled(map)));
    draft.normalizer = Parts.normalizers(normalizers);
    words(draft, "always");
    return draft;
  }

  private Draft byteLevel(@Nullable Object normalizer) {
    Draft draft = bpe(null, "", false, false);
    draft.normalizer = normalizer;
    draft.preTokenizer = Parts.byteLevel(arguments.isTrue("add_prefix_space"), true, true);
    draft.decoder = Parts.byteLevelDecoder();
    return draft;
  }

  private Draft gptNeoX() {
    Draft draft = byteLevel(Parts.part("NFC"));
    draft.preTokenizer =
        Parts.byteLevel(
            arguments.isTrue("add_prefix_space"), arguments.isTrue("trim_offsets"), true);
    return draft;
  }

  private Draft codeGen() {
    Draft draft = byteLevel(null);
    draft.postProcessor = Parts.byteLevel(true, false, true);
    return draft;
  }

  private Draft herbert() {
    Draft draft = bpe(arguments.text("unk_token"), null, false, false);
    draft.model.put("end_of_word_suffix", "</w>");
    draft.normalizer = Parts.bertNormalizer(true, false, false);
    draft.preTokenizer = Parts.part("BertPreTokenizer");
    draft.decoder = Parts.part("BPEDecoder", "suffix", "</w>");
    return draft;
  }

  private Draft barthez() {
    Draft draft = unigram(3);
    draft.normalizer =
        Parts.normalizers(
            List.of(
                Parts.replaceAll("\\s{2,}|[\\n\\r\\t]", " "),
                Parts.part("NFC"),
                Parts.strip(false, true)));
    metaspace(draft);
    return draft;
  }

  private Draft bigBird() {
    Draft draft = unigram(unknownOfScoreZero(100));
    draft.normalizer =
        Parts.normalizers(
            List.of(Parts.strip(false, false), Parts.replaceAll(" {2,}", Parts.SPACE)));
    metaspace(draft);
    return draft;
  }

  private void metaspace(Draft draft) {
    Object pieces =
        Parts.metaspace(arguments.isTrue("add_prefix_space") ? "always" : "never", true);
    draft.preTokenizer = pieces;
    draft.decoder = pieces;
  }

  private Draft qwen2() {
    Draft draft = bpe(null, "", false, false);
    draft.normalizer = Parts.part("NFC");
    draft.preTokenizer =
        Parts.preTokenizers(
            Parts.split(QWEN2), Parts.byteLevel(arguments.isTrue("add_prefix_space"), true, false));
    draft.decoder = Parts.byteLevelDecoder();
    return draft;
  }

  private Draft gemma() {
    Draft draft = bpe(arguments.text("unk_token"), null, true, true);
    Parts.gemma(draft);
    return draft;
  }

  private Draft llama() {
    boolean prefix = !Boolean.FALSE.equals(arguments.flag("add_prefix_space"));
    Draft draft = bpe(null, null, true, true);
    String prepend = !prefix ? "never" : arguments.isTrue("legacy") ? "always" : "first";
    draft.preTokenizer = Parts.metaspace(prepend, false);
    draft.decoder = Parts.byteFallbackDecoder(prefix);
    return draft;
  }

  private Draft codeLlama() {
    Draft draft = bpe(arguments.text("unk_token"), null, true, true);
    boolean prefix = !Boolean.FALSE.equals(arguments.flag("add_prefix_space"));
    draft.preTokenizer = Parts.metaspace(prefix ? "first" : "never", false);
    draft.decoder = Parts.byteFallbackDecoder(true);
    return draft;
  }

  private Draft cohere() {
    Draft draft = bpe(null, "", false, false);
    boolean prefix = arguments.isTrue("add_prefix_space");
    draft.normalizer = Parts.part("NFC");
    draft.preTokenizer =
        Parts.preTokenizers(
            Parts.part("Digits", "individual_digits", true), Parts.byteLevel(prefix, true, true));
    draft.decoder = Parts.byteLevelDecoder();
    return draft;
  }
}
