package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Transformers 4: {@code tokenizer.json} is loaded; then the class's arguments add tokens and patch
 * the normalizer, the pre-tokenizer's prefix space and the post-processor.
 *
 * <p>Source: {@code transformers/tokenization_utils_fast.py} and the {@code tokenization_*_fast.py}
 * of the models, 4.57.
 */
final class Version4 {
  private static final Set<String> LIKE_BERT =
      Set.of(
          "BertTokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "MobileBertTokenizer",
          "ConvBertTokenizer",
          "SqueezeBertTokenizer",
          "FunnelTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "RealmTokenizer",
          "RetriBertTokenizer");
  // These ask for two of the three settings.
  private static final Set<String> LIKE_BERT_BUT_CHINESE =
      Set.of("MPNetTokenizer", "LayoutLMv2Tokenizer", "SplinterTokenizer", "RoFormerTokenizer");
  private static final Set<String> LIKE_ROBERTA =
      Set.of(
          "RobertaTokenizer",
          "BartTokenizer",
          "LongformerTokenizer",
          "LEDTokenizer",
          "MvpTokenizer",
          "BlenderbotTokenizer");
  private static final Set<String> WITH_BOS_AND_EOS =
      Set.of(
          "LlamaTokenizer",
          "CodeLlamaTokenizer",
          "GemmaTokenizer",
          "CohereTokenizer",
          "GPTNeoXTokenizer");
  private static final Set<String> MASK_TAKES_SPACE_UNNORMALIZED =
      Set.of(
          "AlbertTokenizer",
          "FNetTokenizer",
          "RobertaTokenizer",
          "LongformerTokenizer",
          "BlenderbotTokenizer");
  private static final Set<String> MASK_TAKES_SPACE_NORMALIZED =
      Set.of("BartTokenizer", "LEDTokenizer", "NllbTokenizer");
  private static final Set<String> MASK_TAKES_SPACE =
      Set.of(
          "XLMRobertaTokenizer",
          "MvpTokenizer",
          "MPNetTokenizer",
          "BarthezTokenizer",
          "BigBirdTokenizer",
          "XLNetTokenizer",
          "MBartTokenizer",
          "MBart50Tokenizer",
          "RemBertTokenizer",
          "CpmTokenizer");

  private Version4() {}

  // Of a text alone these do what RoBERTa's and XLM-RoBERTa's do; entities are another input.
  private static final Map<String, String> WITHOUT_ENTITIES =
      Map.of("LukeTokenizer", "RobertaTokenizer", "MLukeTokenizer", "XLMRobertaTokenizer");

  /** The class whose rules are followed: BERT's for those below it. */
  static String rulesOf(TokenizerClass tokenizerClass) {
    String name = tokenizerClass.name();
    return tokenizerClass.is("BertTokenizer")
        ? "BertTokenizer"
        : WITHOUT_ENTITIES.getOrDefault(name, name);
  }

  /**
   * The fast class's constructor.
   *
   * @param draft as the file has it, or as it was converted; is changed
   * @param converted whether it was converted, and has no template yet
   */
  static SpecialTokens apply(
      Draft draft, TokenizerClass tokenizerClass, Arguments arguments, boolean converted) {
    String name = rulesOf(tokenizerClass);
    if (converted) {
      Slow4.prepareTokens(name, arguments);
    }
    prepareTokens(name, arguments);
    if (WITHOUT_ENTITIES.containsKey(tokenizerClass.name())) {
      arguments.addAdditional(List.of("entity_token_1", "entity_token_2"));
    }
    TruncationAndPadding.setDefaults(draft, arguments);
    SpecialTokens tokens = arguments.specialTokens();
    addTokens(draft, arguments, tokens);
    if (converted) {
      draft.postProcessor = Slow4.template(name, draft, tokens, arguments);
    }
    prefixSpace(draft, arguments);
    if (LIKE_BERT.contains(name)) {
      bertNormalizer(draft, arguments, true);
    } else if (LIKE_BERT_BUT_CHINESE.contains(name)) {
      bertNormalizer(draft, arguments, false);
    } else if (LIKE_ROBERTA.contains(name)) {
      robertaProcessing(draft, arguments);
    } else if (WITH_BOS_AND_EOS.contains(name)) {
      BosAndEos.apply(
          draft, tokens, arguments.isTrue("add_bos_token"), arguments.isTrue("add_eos_token"));
    }
    return tokens;
  }

  private static void prepareTokens(String name, Arguments arguments) {
    if (MASK_TAKES_SPACE_UNNORMALIZED.contains(name)) {
      arguments.withSpaceBefore("mask_token", false, false);
    } else if (MASK_TAKES_SPACE_NORMALIZED.contains(name)) {
      arguments.withSpaceBefore("mask_token", true, true);
    } else if (name.equals("T5Tokenizer") || name.equals("MT5Tokenizer")) {
      Behind5.t5(arguments);
    } else if (name.equals("CodeLlamaTokenizer")) {
      arguments.addAdditional(List.of("prefix_token", "middle_token", "suffix_token", "eot_token"));
    } else if (name.equals("CamembertTokenizer")) {
      arguments.withSpaceBefore("mask_token", true, null);
    } else if (MASK_TAKES_SPACE.contains(name)) {
      arguments.withSpaceBefore("mask_token", false, null);
    } else if (name.equals("Qwen2Tokenizer")) {
      for (String key : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
        if (arguments.values.get(key) instanceof String text) {
          arguments.values.put(key, new AddedToken(text, false, false, false, false, true));
        }
      }
    }
  }

  /**
   * Adds what the arguments name. Tokens that are given as strings and are there already stay as
   * they are; those that are given with properties get these.
   */
  static void addTokens(Draft draft, Arguments arguments, SpecialTokens tokens) {
    List<AddedToken> add = new ArrayList<>(arguments.added.values());
    Set<String> known = new LinkedHashSet<>();
    add.forEach(token -> known.add(token.content()));
    Set<AddedToken> listed = new LinkedHashSet<>();
    add.forEach(token -> listed.add(token.resolved()));
    for (Object token : tokens.all()) {
      if (token instanceof AddedToken one) {
        if (!listed.contains(one.resolved())) {
          add.add(one);
        }
      } else if (token instanceof String text
          && !known.contains(text)
          && !draft.added.contains(text)) {
        add.add(AddedToken.special(text));
      }
    }
    Set<String> special = tokens.texts();
    draft.added.add(
        add.stream()
            .map(token -> token.asSpecial(token.special() || special.contains(token.content())))
            .toList());
  }

  /**
   * {@code add_prefix_space}, which without the key is false, goes into a byte-level pre-tokenizer.
   */
  private static void prefixSpace(Draft draft, Arguments arguments) {
    Object wanted =
        arguments.has("add_prefix_space") ? arguments.values.get("add_prefix_space") : false;
    if (draft.preTokenizer instanceof Map<?, ?> part
        && Keys.type(part).equals("ByteLevel")
        && wanted instanceof Boolean) {
      draft.preTokenizer = with(part, "add_prefix_space", wanted);
    }
  }

  private static void bertNormalizer(Draft draft, Arguments arguments, boolean chinese) {
    if (!(draft.normalizer instanceof Map<?, ?> part)) {
      return;
    }
    Boolean lower = arguments.flag("do_lower_case");
    Boolean accents = arguments.flag("strip_accents");
    Boolean characters = arguments.flag("tokenize_chinese_chars");
    boolean same =
        (!part.containsKey("lowercase") || Objects.equals(part.get("lowercase"), lower))
            && (!part.containsKey("strip_accents")
                || Objects.equals(part.get("strip_accents"), accents))
            && (!chinese
                || !part.containsKey("handle_chinese_chars")
                || Objects.equals(part.get("handle_chinese_chars"), characters));
    if (same) {
      return;
    }
    Map<String, @Nullable Object> changed = with(part, "lowercase", lower);
    changed.put("strip_accents", accents);
    if (chinese) {
      changed.put("handle_chinese_chars", characters);
    }
    draft.added.keepNormalizedAs(Case.writing(part), Case.writing(changed));
    draft.normalizer = changed;
  }

  private static void robertaProcessing(Draft draft, Arguments arguments) {
    if (!(draft.postProcessor instanceof Map<?, ?> part)) {
      return;
    }
    Map<String, @Nullable Object> changed = with(part, "type", part.get("type"));
    for (String key : List.of("add_prefix_space", "trim_offsets")) {
      if (part.containsKey(key) && arguments.values.get(key) instanceof Boolean flag) {
        changed.put(key, flag);
      }
    }
    draft.postProcessor = changed;
  }

  private static Map<String, @Nullable Object> with(
      Map<?, ?> part, String key, @Nullable Object value) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>();
    part.forEach((k, v) -> changed.put(String.valueOf(k), v));
    changed.put(key, value);
    return changed;
  }
}
