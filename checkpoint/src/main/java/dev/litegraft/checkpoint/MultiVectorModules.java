package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.LateInteraction;
import dev.litegraft.facts.LateInteraction.Expansion;
import dev.litegraft.facts.LateInteraction.Side;
import dev.litegraft.json.Json;
import dev.litegraft.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a folder of late interaction reads queries and documents: what sentence-transformers 6 and
 * PyLate save.
 *
 * <p>Source: {@code MultiVectorEncoder}, {@code MultiVectorMask} and {@code QueryExpansionConfig}
 * of sentence-transformers, which reads PyLate's folders in the same way.
 *
 * @param prompts what stands before a query and a document
 * @param pyLate whether PyLate saved the folder: its prefixes are tokens, and punctuation is
 *     skipped
 * @param queryLength the most tokens of a query; 0 for no limit of its own
 * @param documentLength the same of a document
 * @param expansion absent where queries are not filled up
 * @param skipWords tokens whose vectors do not count
 * @param skipQuery whether those of a query do not, either
 * @param skipDocument whether those of a document do not
 * @param mean whether a score is divided by the number of the query's vectors
 */
public record MultiVectorModules(
    Map<String, String> prompts,
    boolean pyLate,
    int queryLength,
    int documentLength,
    Optional<Filling> expansion,
    List<String> skipWords,
    boolean skipQuery,
    boolean skipDocument,
    boolean mean) {
  /** Python's {@code string.punctuation}. */
  private static final List<String> PUNCTUATION =
      List.of("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".split(""));

  /** ColBERT's own length of queries. */
  static final int USUAL_QUERY = 32;

  /**
   * What a query is filled up with.
   *
   * @param token absent for the mask token, else the end token
   */
  public record Filling(Optional<String> token, int length, boolean cuts, boolean attended) {}

  /**
   * Reads both configs of a folder: PyLate says at the folder's top what sentence-transformers says
   * in modules.
   *
   * @param whole {@code config_sentence_transformers.json}
   * @param module that of the Transformer module
   * @param prompts by their names
   */
  static MultiVectorModules read(HfConfig whole, HfConfig module, Map<String, String> prompts) {
    boolean pyLate =
        whole.text("model_type", "").equals("ColBERT")
            || whole.has("query_prefix")
            || whole.has("document_prefix");
    Map<String, String> composed = new LinkedHashMap<>(prompts);
    for (String side : List.of("query", "document")) {
      if (whole.has(side + "_prefix")) {
        String prefix = whole.text(side + "_prefix");
        String prompt = composed.getOrDefault(side, "");
        composed.put(
            side,
            prefix + (prompt.startsWith(prefix) ? prompt.substring(prefix.length()) : prompt));
      }
    }
    Optional<Filling> filling = filling(module);
    boolean said = module.keys().contains("query_expansion");
    int queryLength = whole.integer("query_length", module.integer("query_length", 0));
    boolean expands = whole.flag("do_query_expansion", true);
    boolean attends =
        whole.flag("attend_to_expansion_tokens", whole.flag("attend_to_mask_tokens", false));
    if (pyLate && !said && expands) {
      int length = queryLength == 0 ? USUAL_QUERY : queryLength;
      filling = Optional.of(new Filling(Optional.empty(), length, true, attends));
      queryLength = 0;
    }
    List<String> skipped =
        whole.has("skiplist_words")
            ? whole.texts("skiplist_words")
            : pyLate ? PUNCTUATION : List.of();
    return new MultiVectorModules(
        composed,
        pyLate,
        queryLength,
        whole.integer("document_length", module.integer("document_length", 0)),
        filling,
        skipped,
        false,
        true,
        whole.text("similarity_fn_name", "maxsim").equals("meanmaxsim"));
  }

  /** The same with the skip list of a {@code MultiVectorMask}. */
  MultiVectorModules skipping(List<String> words, boolean query, boolean document) {
    return new MultiVectorModules(
        prompts, pyLate, queryLength, documentLength, expansion, words, query, document, mean);
  }

  /**
   * The most tokens of any text: the lengths of queries and documents go before the module's own.
   *
   * @param own the module's
   */
  OptionalInt longest(OptionalInt own) {
    if (documentLength == 0) {
      return own;
    }
    int query = Math.max(queryLength, expansion.map(Filling::length).orElse(0));
    return OptionalInt.of(Math.max(documentLength, query));
  }

  /** {@code query_expansion} of the Transformer module; null is none. */
  private static Optional<Filling> filling(HfConfig module) {
    Optional<HfConfig> said = module.at("query_expansion");
    if (said.isEmpty()) {
      return Optional.empty();
    }
    HfConfig config = said.get();
    String strategy = config.text("strategy", "fixed");
    if (!List.of("fixed", "min").contains(strategy)) {
      throw new InvalidCheckpointException(
          "strategy is " + Json.show(strategy) + ", where fixed or min is known",
          config.where() + ".query_expansion, strategy",
          "compare the file with the model's original one");
    }
    return Optional.of(
        new Filling(
            config.has("token") ? Optional.of(config.text("token")) : Optional.empty(),
            config.integer("length", USUAL_QUERY),
            strategy.equals("fixed"),
            config.flag("attend", false)));
  }

  /**
   * The same with the ids of a tokenizer.
   *
   * @param specials {@code tokenizer_config.json}
   * @throws InvalidCheckpointException if there is no tokenizer, or no token to fill up with
   */
  LateInteraction resolved(CheckpointTokenizer files, Map<String, @Nullable Object> specials)
      throws IOException {
    byte[] json =
        files
            .json()
            .orElseThrow(
                () ->
                    new InvalidCheckpointException(
                        "the folder of late interaction has no tokenizer, whose ids it needs",
                        files.where().toString(),
                        "download the folder again, with tokenizer.json"));
    Tokenizer tokenizer =
        CheckpointTokenizer.asked(() -> Tokenizer.read(json, files.where().toString()));
    List<Integer> skipped = new ArrayList<>();
    skipWords.forEach(word -> tokenizer.id(word).ifPresent(skipped::add));
    return new LateInteraction(
        side(tokenizer, prompts.getOrDefault("query", ""), queryLength, skipQuery, skipped),
        side(
            tokenizer, prompts.getOrDefault("document", ""), documentLength, skipDocument, skipped),
        expansion.isPresent()
            ? Optional.of(expanded(expansion.get(), tokenizer, specials, files))
            : Optional.empty(),
        mean);
  }

  /** PyLate's prefixes are tokens where the tokenizer has them, and text where it has not. */
  private Side side(
      Tokenizer tokenizer, String prefix, int length, boolean skips, List<Integer> skipped) {
    int token = -1;
    if (pyLate && !prefix.isBlank()) {
      String first = prefix.strip().split("\\s", 2)[0];
      boolean whole = prefix.strip().equals(first);
      token =
          tokenizer.id(prefix).or(() -> whole ? tokenizer.id(first) : Optional.empty()).orElse(-1);
    }
    return new Side(token < 0 ? prefix : "", token, length, skips ? skipped : List.of());
  }

  private static Expansion expanded(
      Filling filling,
      Tokenizer tokenizer,
      Map<String, @Nullable Object> specials,
      CheckpointTokenizer files) {
    Optional<Integer> id =
        filling.token().isPresent()
            ? tokenizer.id(filling.token().get())
            : special(specials, "mask_token")
                .flatMap(tokenizer::id)
                .or(() -> special(specials, "eos_token").flatMap(tokenizer::id));
    return new Expansion(
        id.orElseThrow(
            () ->
                new InvalidCheckpointException(
                    "queries are filled up, and the tokenizer has neither a mask token nor an end"
                        + " token for it",
                    files.where().toString(),
                    "in a copy of the folder, name the token: query_expansion.token in"
                        + " sentence_bert_config.json")),
        filling.length(),
        filling.cuts(),
        filling.attended());
  }

  private static Optional<String> special(Map<String, @Nullable Object> specials, String name) {
    Object token = specials.get(name);
    Object content = token instanceof Map<?, ?> added ? added.get("content") : token;
    return content instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
