package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Transformers 5: classes with a constructor of their own build the tokenizer anew and take the
 * vocabulary, the merges, a charsmap and the post-processor from {@code tokenizer.json}; others
 * load it.
 *
 * <p>Source: {@code transformers/tokenization_utils_tokenizers.py} and the {@code
 * tokenization_*.py} of the models, 5.18.
 */
final class Version5 {
  private Version5() {}

  /** The class whose constructor runs: the class's own or the one above it. */
  static String inherited(TokenizerClass tokenizerClass) {
    return tokenizerClass.ownInit() || tokenizerClass.parents().isEmpty()
        ? tokenizerClass.name()
        : tokenizerClass.parents().get(0);
  }

  /**
   * What the class builds before the common constructor.
   *
   * @param source the file's tokenizer, or the vocabulary of other files
   * @param notes what the user should know is added
   */
  static Draft built(
      Draft source,
      Folder folder,
      TokenizerClass tokenizerClass,
      Arguments arguments,
      List<String> notes) {
    String name = tokenizerClass.name();
    Behind5.prepare(inherited(tokenizerClass), arguments);
    boolean loaded = folder.hasTokenizerJson() && !tokenizerClass.ownInit();
    if (loaded || name.equals("TokenizersBackend")) {
      return source;
    }
    if ("Unigram".equals(tokenizerClass.model()) && !source.vocabulary.isList()) {
      notes.add(
          "the class "
              + name
              + " needs pieces with scores, and tokenizer.json has none: it was taken as it is");
      return source;
    }
    Optional<Draft> built =
        new Rebuilt(arguments, source.model, source.vocabulary, charsmap(source.normalizer))
            .build(inherited(tokenizerClass));
    if (built.isEmpty()) {
      return source;
    }
    Draft draft = built.get();
    if (Keys.truth(source.postProcessor)) {
      draft.postProcessor = source.postProcessor;
    }
    draft.truncation = source.truncation;
    draft.padding = source.padding;
    return draft;
  }

  /** SentencePiece's normalization, or the first of several. */
  private static Optional<String> charsmap(@Nullable Object normalizer) {
    List<?> all =
        normalizer instanceof Map<?, ?> part && part.get("normalizers") instanceof List<?> list
            ? list
            : normalizer == null ? List.of() : List.of(normalizer);
    for (Object one : all) {
      if (Keys.type(one).equals("Precompiled")
          && one instanceof Map<?, ?> part
          && part.get("precompiled_charsmap") instanceof String map) {
        return Optional.of(map);
      }
    }
    return Optional.empty();
  }

  /**
   * The constructor of {@code TokenizersBackend} after the class has built its own tokenizer, or
   * the file was loaded.
   *
   * @param arguments with those that the class passes on
   */
  static SpecialTokens initialize(Draft draft, Arguments arguments) {
    TruncationAndPadding.setDefaults(draft, arguments);
    boolean bosOrEos = arguments.has("add_bos_token") || arguments.has("add_eos_token");
    boolean update = bosOrEos || draft.postProcessor == null;
    SpecialTokens tokens = arguments.specialTokens();
    addTokens(draft, arguments, tokens);
    if (update || draft.postProcessor == null) {
      BosAndEos.apply(
          draft, tokens, arguments.isTrue("add_bos_token"), arguments.isTrue("add_eos_token"));
    }
    return tokens;
  }

  private static void addTokens(Draft draft, Arguments arguments, SpecialTokens tokens) {
    List<Object> add = new ArrayList<>(arguments.added.values());
    Set<String> known = new HashSet<>();
    arguments.added.values().forEach(token -> known.add(token.content()));
    Set<String> named = new HashSet<>();
    List<Object> special = new ArrayList<>();
    for (Object token : tokens.named.values()) {
      String text = AddedToken.text(token);
      if (token != null && text != null && !text.isEmpty()) {
        named.add(text);
        special.add(token);
      }
    }
    special.addAll(tokens.further);
    Set<Object> listed = new HashSet<>();
    add.forEach(token -> listed.add(((AddedToken) token).resolved()));
    for (Object token : special) {
      String text = Objects.requireNonNull(AddedToken.text(token));
      Object value = token instanceof AddedToken one ? one.resolved() : token;
      if (!known.contains(text) && !draft.added.contains(text) && listed.add(value)) {
        add.add(token);
      }
    }
    List<AddedToken> ready = new ArrayList<>();
    for (Object token : add) {
      if (token instanceof AddedToken one) {
        ready.add(named.contains(one.content()) ? one.asSpecial(true) : one);
      } else if (token instanceof String text) {
        ready.add(AddedToken.special(text));
      }
    }
    draft.added.add(ready);
  }
}
