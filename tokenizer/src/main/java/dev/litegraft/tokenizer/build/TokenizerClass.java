package dev.litegraft.tokenizer.build;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A class of transformers as one version of it knows it.
 *
 * @param name without {@code Fast}
 * @param parents the two classes above it, without {@code Fast}
 * @param fast whether the tokenizers library stands behind it
 * @param ownInit whether it has its own constructor, which in version 5 builds the tokenizer anew
 * @param paddingSide {@code left} or {@code right}
 * @param truncationSide as {@code paddingSide}
 * @param inputNames the inputs that its tokenizers give
 * @param vocabularyFiles argument to file name
 * @param model the model that version 5 builds ({@code BPE} …), or null
 * @param slow version 4's class without the tokenizers library, or null
 * @param defaults its arguments with their defaults
 */
record TokenizerClass(
    String name,
    List<String> parents,
    boolean fast,
    boolean ownInit,
    String paddingSide,
    String truncationSide,
    List<String> inputNames,
    Map<String, @Nullable Object> vocabularyFiles,
    @Nullable String model,
    @Nullable String slow,
    Map<String, @Nullable Object> defaults) {

  static TokenizerClass of(String name, Map<String, @Nullable Object> json) {
    List<String> parents = Keys.list(json, "parents").stream().map(String::valueOf).toList();
    return new TokenizerClass(
        withoutFast(name),
        parents.stream().map(TokenizerClass::withoutFast).toList(),
        name.endsWith("Fast")
            || name.equals("TokenizersBackend")
            || parents.contains("TokenizersBackend")
            || parents.contains("BertTokenizer")
            || parents.contains("AlbertTokenizer"),
        Boolean.TRUE.equals(json.get("own_init")),
        String.valueOf(json.get("padding_side")),
        String.valueOf(json.get("truncation_side")),
        Keys.list(json, "model_input_names").stream().map(String::valueOf).toList(),
        Keys.map(json, "vocab_files"),
        Keys.text(json, "model"),
        Keys.text(json, "slow"),
        Keys.map(json, "defaults"));
  }

  /** A class's name without the {@code Fast} behind it. */
  static String withoutFast(String name) {
    return name.endsWith("Fast") && !name.equals("PreTrainedTokenizerFast")
        ? name.substring(0, name.length() - "Fast".length())
        : name;
  }

  /** Whether it is this class or stands below it. */
  boolean is(String other) {
    return name.equals(other) || parents.contains(other);
  }
}
