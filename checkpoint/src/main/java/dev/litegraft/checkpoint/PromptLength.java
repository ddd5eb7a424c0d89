package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tokenizer.Encoding;
import dev.litegraft.tokenizer.Tokenizer;
import dev.litegraft.tokenizer.unicode.WhiteSpace;
import java.util.Locale;

/**
 * How many tokens of a text are its prompt's, as sentence-transformers counts them.
 *
 * <p>Source: {@code _get_prompt_length} in {@code
 * sentence_transformers/base/modules/transformer.py}.
 */
final class PromptLength {
  private PromptLength() {}

  /**
   * The tokens of the prompt alone, but for a special token at their end; before version 5 but for
   * the last one, whatever it was.
   *
   * @throws InvalidCheckpointException if the tokenizer cannot be used
   */
  static int of(byte[] tokenizerJson, SentenceSettings settings, String where) {
    return CheckpointTokenizer.asked(() -> counted(tokenizerJson, settings, where));
  }

  private static int counted(byte[] tokenizerJson, SentenceSettings settings, String where) {
    Tokenizer tokenizer = Tokenizer.read(tokenizerJson, where);
    String prompt = settings.strips() ? WhiteSpace.strip(settings.prompt()) : settings.prompt();
    Encoding encoding =
        tokenizer.encode(settings.lowersTexts() ? prompt.toLowerCase(Locale.ROOT) : prompt);
    int[] ids = encoding.ids();
    boolean ends =
        ids.length > 0
            && (tokenizer.isSpecial(ids[ids.length - 1])
                || settings.savedBy().sentenceTransformersBefore(5, 0));
    return ends ? ids.length - 1 : ids.length;
  }
}
