package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Reranking;
import dev.litegraft.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a reranker's template needs of the tokenizer: words and special tokens that are one token.
 */
final class RerankingTokens {
  /** As special tokens are written, in the templates that are known. */
  private static final Pattern SPECIAL = Pattern.compile("<\\|[A-Za-z_0-9]+\\|>|<bos>|<eos>");

  private RerankingTokens() {}

  /** The id of a word, or the number that it is. */
  static int id(CheckpointTokenizer tokenizer, String word, String template) throws IOException {
    Optional<Tokenizer> read = read(tokenizer);
    if (read.isPresent()) {
      Optional<Integer> id = read.get().id(word);
      if (id.isPresent()) {
        return id.get();
      }
    }
    if (word.matches("\\d{1,9}")) {
      return Integer.parseInt(word);
    }
    throw new InvalidCheckpointException(
        read.isPresent()
            ? "the reranker's score is the logit of \"" + word + "\", which is not one token"
            : "the reranker's score is the logit of \"" + word + "\", and there is no tokenizer",
        tokenizer.where() + " (template " + template + ")",
        "use the template that belongs to the model: --reranker names another, or a file of your"
            + " own with token ids");
  }

  /**
   * Checks that the special tokens in a template are tokens of the tokenizer's own.
   *
   * @throws InvalidCheckpointException if one is not: it would be read as any other text
   */
  static void require(CheckpointTokenizer tokenizer, Reranking reranking) throws IOException {
    Optional<Tokenizer> read = read(tokenizer);
    if (read.isEmpty()) {
      return;
    }
    for (String segment : reranking.segments()) {
      for (String token : special(segment)) {
        if (read.get().id(token).filter(read.get()::isAdded).isEmpty()) {
          throw new InvalidCheckpointException(
              "the template has the token "
                  + token
                  + ", which the tokenizer does not have: it would read it as text",
              tokenizer.where().toString(),
              "use the template that belongs to the model: another name for --reranker, or a file"
                  + " of your own");
        }
      }
    }
  }

  private static List<String> special(String segment) {
    Matcher matcher = SPECIAL.matcher(segment);
    return matcher.results().map(result -> result.group()).distinct().toList();
  }

  private static Optional<Tokenizer> read(CheckpointTokenizer tokenizer) throws IOException {
    String where = tokenizer.where().toString();
    return CheckpointTokenizer.asked(
        () -> tokenizer.json().map(json -> Tokenizer.read(json, where)));
  }
}
