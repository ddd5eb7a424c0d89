package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What version 4's classes without the tokenizers library give to the converted tokenizer beside
 * its vocabulary: their special tokens, with the properties that each class gives them, and the
 * template.
 */
final class Slow4 {
  private static final List<String> FIRST_TO_PAD =
      List.of("bos_token", "eos_token", "unk_token", "pad_token");

  private Slow4() {}

  /** Tokens that are given as strings get the properties that the class gives them. */
  static void prepareTokens(String name, Arguments arguments) {
    switch (name) {
      case "GPT2Tokenizer" -> all(arguments, FIRST_TO_PAD, false, true);
      case "CodeGenTokenizer" -> all(arguments, FIRST_TO_PAD, true, false);
      case "RobertaTokenizer",
          "LongformerTokenizer",
          "LEDTokenizer",
          "BartTokenizer",
          "MvpTokenizer" -> {
        all(arguments, allButMask(), false, true);
        boolean bart = name.equals("BartTokenizer") || name.equals("MvpTokenizer");
        arguments.withSpaceBefore("mask_token", false, bart);
      }
      case "DebertaTokenizer" -> {
        all(arguments, allButMask(), true, false);
        arguments.withSpaceBefore("mask_token", false, true);
      }
      case "MPNetTokenizer" -> {
        cleanUp(arguments);
        all(arguments, allButMask(), true, false);
        arguments.withSpaceBefore("mask_token", true, false);
      }
      case "Qwen2Tokenizer", "LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer" ->
          all(arguments, FIRST_TO_PAD, true, false);
      case "XLMRobertaTokenizer", "CamembertTokenizer", "BarthezTokenizer", "XLNetTokenizer" ->
          arguments.withSpaceBefore("mask_token", true, false);
      case "AlbertTokenizer" -> arguments.withSpaceBefore("mask_token", false, false);
      case "DebertaV2Tokenizer" -> all(arguments, List.of("unk_token"), true, true);
      case "T5Tokenizer", "MT5Tokenizer" ->
          all(arguments, List.of("eos_token", "unk_token", "pad_token"), true, false);
      case "BertJapaneseTokenizer", "EsmTokenizer" -> {}
      default -> cleanUp(arguments);
    }
  }

  /** BERT's slow classes take spaces before punctuation out of what they decode. */
  private static void cleanUp(Arguments arguments) {
    if (arguments.values.get("clean_up_tokenization_spaces") == null) {
      arguments.values.put("clean_up_tokenization_spaces", true);
    }
  }

  private static List<String> allButMask() {
    List<String> names = new ArrayList<>(SpecialTokens.NAMES);
    names.remove("mask_token");
    return names;
  }

  private static void all(
      Arguments arguments, List<String> names, boolean special, boolean normalized) {
    for (String name : names) {
      if (arguments.values.get(name) instanceof String text) {
        arguments.values.put(name, new AddedToken(text, false, false, false, normalized, special));
      }
    }
  }

  /** The post-processor of the conversion; null where the class sets one itself. */
  static @Nullable Object template(
      String name, Draft draft, SpecialTokens tokens, Arguments arguments) {
    return switch (name) {
      case "GPT2Tokenizer", "CodeGenTokenizer" -> gpt2(draft, tokens, arguments);
      case "Qwen2Tokenizer" -> Parts.byteLevel(true, false, true);
      case "RobertaTokenizer",
          "LongformerTokenizer",
          "LEDTokenizer",
          "BartTokenizer",
          "MvpTokenizer" -> {
        Ids ids = new Ids(draft, tokens);
        String cls = ids.put("cls_token");
        String sep = ids.put("sep_token");
        yield Parts.robertaProcessing(
            sep, ids.of(sep), cls, ids.of(cls), true, arguments.isTrue("add_prefix_space"));
      }
      case "XLMRobertaTokenizer", "CamembertTokenizer", "BarthezTokenizer" ->
          fixed(
              draft,
              tokens,
              List.of("<s>", "$A", "</s>"),
              List.of("<s>", "$A", "</s>", "</s>", "$B", "</s>"));
      case "AlbertTokenizer", "DebertaV2Tokenizer", "DebertaTokenizer" ->
          fixed(
              draft,
              tokens,
              List.of("[CLS]:0", "$A:0", "[SEP]:0"),
              List.of("[CLS]:0", "$A:0", "[SEP]:0", "$B:1", "[SEP]:1"));
      case "XLNetTokenizer" ->
          fixed(
              draft,
              tokens,
              List.of("$A:0", "<sep>:0", "<cls>:2"),
              List.of("$A:0", "<sep>:0", "$B:1", "<sep>:1", "<cls>:2"));
      case "T5Tokenizer", "MT5Tokenizer" ->
          fixed(draft, tokens, List.of("$A", "</s>"), List.of("$A", "</s>", "$B", "</s>"));
      case "EsmTokenizer" -> esm(draft, tokens);
      case "LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer" -> null;
      default -> bert(name, draft, tokens);
    };
  }

  private static Object bert(String name, Draft draft, SpecialTokens tokens) {
    Ids ids = new Ids(draft, tokens);
    String cls = ids.put("cls_token");
    String sep = ids.put("sep_token");
    String first = cls + (name.equals("FunnelTokenizer") ? ":2" : ":0");
    List<String> pair = new ArrayList<>(List.of(first, "$A:0", sep + ":0"));
    if (name.equals("MPNetTokenizer")) {
      pair.add(sep + ":0");
    }
    pair.addAll(List.of("$B:1", sep + ":1"));
    return Parts.template(List.of(first, "$A:0", sep + ":0"), pair, ids.ids);
  }

  private static Object esm(Draft draft, SpecialTokens tokens) {
    Ids ids = new Ids(draft, tokens);
    String cls = ids.put("cls_token") + ":0";
    String eos = ids.put("eos_token") + ":0";
    return Parts.template(
        List.of(cls, "$A:0", eos), List.of(cls, "$A:0", eos, "$B:0", eos), ids.ids);
  }

  private static Object gpt2(Draft draft, SpecialTokens tokens, Arguments arguments) {
    if (!arguments.isTrue("add_bos_token")) {
      return Parts.byteLevel(true, false, true);
    }
    Ids ids = new Ids(draft, tokens);
    String bos = ids.put("bos_token");
    return Parts.template(
        List.of(bos + ":0", "$A:0"), List.of(bos + ":0", "$A:0", "$B:1"), ids.ids);
  }

  /** A template of tokens that the conversion itself names. */
  private static Object fixed(
      Draft draft, SpecialTokens tokens, List<String> single, List<String> pair) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String piece : single) {
      String token =
          piece.endsWith(":0") || piece.endsWith(":2")
              ? piece.substring(0, piece.length() - 2)
              : piece;
      Integer id = token.startsWith("$") ? null : tokens.idOf(token, draft);
      if (id != null) {
        ids.put(token, id);
      }
    }
    return Parts.template(single, pair, ids);
  }

  /** Ids of special tokens by their texts. */
  private record Ids(Draft draft, SpecialTokens tokens, Map<String, Integer> ids) {
    Ids(Draft draft, SpecialTokens tokens) {
      this(draft, tokens, new LinkedHashMap<>());
    }

    /** The text of a token, whose id is kept. */
    String put(String name) {
      String text = tokens.text(name).orElse("None");
      Integer id = tokens.id(name, draft);
      if (id != null) {
        ids.put(text, id);
      }
      return text;
    }

    Object of(String text) {
      return ids.getOrDefault(text, 0);
    }
  }
}
