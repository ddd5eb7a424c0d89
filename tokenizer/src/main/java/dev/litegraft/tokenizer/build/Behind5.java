package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the classes of transformers 5 do before and behind the common constructor: tokens that take
 * the space before them, further special tokens, and the post-processor, which most set whatever
 * the file says.
 */
final class Behind5 {
  private Behind5() {}

  /** The arguments as the class passes them to the common constructor. */
  static void prepare(String name, Arguments arguments) {
    switch (name) {
      case "CamembertTokenizer" -> {
        arguments.withSpaceBefore("mask_token", true, null);
        arguments.additional(List.of("<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"));
      }
      case "XLNetTokenizer" -> {
        arguments.withSpaceBefore("mask_token", false, null);
        arguments.additional(List.of("<eop>", "<eod>"));
      }
      case "MPNetTokenizer" -> arguments.withSpaceBefore("mask_token", false, null);
      case "T5Tokenizer" -> t5(arguments);
      case "BarthezTokenizer", "BigBirdTokenizer" ->
          arguments.withSpaceBefore("mask_token", false, null);
      case "CodeLlamaTokenizer" -> {
        List<Object> infill = new ArrayList<>();
        for (String key : CODE_LLAMA) {
          Object token = arguments.ofModel.getOrDefault(key, arguments.values.get(key));
          if (token != null) {
            infill.add(token);
            arguments.ofModel.put(key, token);
          }
        }
        arguments.additional(infill);
      }
      default -> {}
    }
  }

  private static final List<String> CODE_LLAMA =
      List.of("prefix_token", "middle_token", "suffix_token", "eot_token", "fill_token");

  /** T5's further special tokens: those given, with its own where none of them is. */
  static void t5(Arguments arguments) {
    Object given = arguments.values.get("additional_special_tokens");
    if (given instanceof List<?> tokens
        && tokens.stream()
            .noneMatch(token -> String.valueOf(AddedToken.text(token)).contains("<extra_id_"))) {
      List<Object> all = new ArrayList<>(tokens);
      all.addAll(extraIds(arguments));
      arguments.values.put("additional_special_tokens", all);
    } else {
      arguments.additional(extraIds(arguments));
    }
  }

  /** T5's tokens for what is left out of a text. */
  static List<Object> extraIds(Arguments arguments) {
    int count = arguments.values.get("extra_ids") instanceof Number n ? n.intValue() : 0;
    List<Object> extra = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      extra.add("<extra_id_" + i + ">");
    }
    return extra;
  }

  /** What the class does when the common constructor is through. */
  static void finish(String name, Draft draft, Arguments arguments, SpecialTokens tokens) {
    switch (name) {
      case "BertTokenizer", "DistilBertTokenizer" -> clsAndSep(draft, tokens, 2, 3);
      case "DebertaV2Tokenizer", "BigBirdTokenizer", "RemBertTokenizer" ->
          clsAndSep(draft, tokens, 0, 0);
      case "HerbertTokenizer" ->
          draft.postProcessor =
              Parts.bertProcessing(text(tokens, "sep_token"), 2, text(tokens, "cls_token"), 0);
      case "DebertaTokenizer" -> doubleSeparator(draft, tokens, "cls_token", "sep_token");
      case "XLMRobertaTokenizer", "CamembertTokenizer" ->
          doubleSeparator(draft, tokens, "bos_token", "eos_token");
      case "MPNetTokenizer" -> roberta(draft, tokens, true, false);
      case "RobertaTokenizer" ->
          roberta(
              draft,
              tokens,
              arguments.isTrue("trim_offsets"),
              arguments.isTrue("add_prefix_space"));
      case "FunnelTokenizer" -> funnel(draft, tokens);
      case "GPTNeoXTokenizer" ->
          BosAndEos.apply(
              draft, tokens, arguments.isTrue("add_bos_token"), arguments.isTrue("add_eos_token"));
      case "Qwen2Tokenizer" ->
          draft.added.add(tokens.texts().stream().map(AddedToken::special).toList());
      case "CohereTokenizer" -> addSpecial(draft, tokens);
      case "T5Tokenizer" -> {
        Map<String, Integer> ids = new LinkedHashMap<>();
        put(ids, "</s>", tokens.id("eos_token", draft));
        draft.postProcessor =
            Parts.template(List.of("$A", "</s>"), List.of("$A", "</s>", "$B", "</s>"), ids);
      }
      case "XLNetTokenizer" -> xlnet(draft, tokens);
      default -> {}
    }
  }

  private static void put(Map<String, Integer> ids, String token, @Nullable Integer id) {
    if (id != null) {
      ids.put(token, id);
    }
  }

  private static String text(SpecialTokens tokens, String name) {
    return tokens.text(name).orElse("None");
  }

  private static void clsAndSep(Draft draft, SpecialTokens tokens, int clsElse, int sepElse) {
    String cls = text(tokens, "cls_token");
    String sep = text(tokens, "sep_token");
    Map<String, Integer> ids = new LinkedHashMap<>();
    ids.put(cls, Optional.ofNullable(tokens.id("cls_token", draft)).orElse(clsElse));
    ids.put(sep, Optional.ofNullable(tokens.id("sep_token", draft)).orElse(sepElse));
    draft.postProcessor =
        Parts.template(
            List.of(cls + ":0", "$A:0", sep + ":0"),
            List.of(cls + ":0", "$A:0", sep + ":0", "$B:1", sep + ":1"),
            ids);
  }

  /** First, text, last, last, second text, last; all of type 0. */
  private static void doubleSeparator(
      Draft draft, SpecialTokens tokens, String firstName, String lastName) {
    String first = text(tokens, firstName);
    String last = text(tokens, lastName);
    Map<String, Integer> ids = new LinkedHashMap<>();
    put(ids, first, tokens.id(firstName, draft));
    put(ids, last, tokens.id(lastName, draft));
    draft.postProcessor =
        Parts.template(
            List.of(first, "$A", last), List.of(first, "$A", last, last, "$B", last), ids);
  }

  private static void roberta(Draft draft, SpecialTokens tokens, boolean trim, boolean prefix) {
    Integer sep = tokens.id("sep_token", draft);
    Integer cls = tokens.id("cls_token", draft);
    draft.postProcessor =
        Parts.robertaProcessing(
            text(tokens, "sep_token"),
            sep == null ? 2 : sep,
            text(tokens, "cls_token"),
            cls == null ? 0 : cls,
            trim,
            prefix);
  }

  private static void funnel(Draft draft, SpecialTokens tokens) {
    clsAndSep(draft, tokens, 0, 0);
    String cls = text(tokens, "cls_token");
    String sep = text(tokens, "sep_token");
    Map<String, Integer> ids = new LinkedHashMap<>();
    put(ids, cls, tokens.id("cls_token", draft));
    put(ids, sep, tokens.id("sep_token", draft));
    draft.postProcessor =
        Parts.template(
            List.of(cls + ":2", "$A:0", sep + ":0"),
            List.of(cls + ":2", "$A:0", sep + ":0", "$B:1", sep + ":1"),
            ids);
  }

  private static void xlnet(Draft draft, SpecialTokens tokens) {
    String cls = text(tokens, "cls_token");
    String sep = text(tokens, "sep_token");
    Map<String, Integer> ids = new LinkedHashMap<>();
    put(ids, sep, tokens.id("sep_token", draft));
    put(ids, cls, tokens.id("cls_token", draft));
    draft.postProcessor =
        Parts.template(
            List.of("$A:0", sep + ":0", cls + ":2"),
            List.of("$A:0", sep + ":0", "$B:1", sep + ":1", cls + ":2"),
            ids);
  }

  /** The special tokens once more, all of them as special and unnormalized. */
  private static void addSpecial(Draft draft, SpecialTokens tokens) {
    List<AddedToken> all = new ArrayList<>();
    List<Object> each = new ArrayList<>(tokens.named.values());
    each.addAll(tokens.further);
    for (Object token : each) {
      if (token instanceof AddedToken one) {
        all.add(one.asSpecial(true));
      } else if (token instanceof String text) {
        all.add(new AddedToken(text, false, false, false, false, true));
      }
    }
    draft.added.add(all);
  }
}
