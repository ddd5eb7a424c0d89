package dev.litegraft;

import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.model.Model;
import dev.litegraft.tokenizer.Encoding;
import dev.litegraft.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether texts end as the model expects them to. A classifier that looks for the token that ends a
 * text reads any other state where there is none, and its original fails.
 */
final class EndToken {
  private static final String TEXT = "a";

  private EndToken() {}

  /**
   * Checks that the tokenizer ends texts with the token that the model reads.
   *
   * @return what a user should know: that texts have to bring that token themselves
   * @throws InvalidCheckpointException if it ends them with another
   */
  static Optional<String> check(Model model, CheckpointTokenizer tokenizer) throws IOException {
    OptionalInt end = model.endToken();
    Optional<byte[]> json = tokenizer.json();
    if (end.isEmpty() || json.isEmpty()) {
      return Optional.empty();
    }
    Tokenizer read = Tokenizer.read(json.get(), tokenizer.where().toString());
    Encoding text = read.encode(TEXT);
    if (Arrays.stream(text.ids()).anyMatch(id -> id == end.getAsInt())) {
      return Optional.empty();
    }
    int last = text.length() - 1;
    if (last < 0 || !read.isSpecial(text.ids()[last])) {
      return Optional.of(
          "the classifier reads the state of a text's last end token ("
              + shown(read, end.getAsInt())
              + "), which the tokenizer does not add: a text without it, of which the original"
              + " fails, is answered with any other state");
    }
    throw new InvalidCheckpointException(
        "eos_token_id is "
            + shown(read, end.getAsInt())
            + ", whose state the classifier reads, and the tokenizer ends texts with "
            + shown(read, text.ids()[last]),
        model.config().where() + ", eos_token_id",
        "in a copy of the folder, set the key to the token that texts of the training ended with;"
            + " the original fails with a text that has none");
  }

  private static String shown(Tokenizer read, int id) {
    return id + read.token(id).map(token -> " (" + token + ")").orElse("");
  }
}
