package dev.litegraft.lab.verification;

/**
 * Something besides the numbers that is not as in the checkpoint.
 *
 * @param setting what: {@code labels}, {@code tokenizer}, {@code problem_type}, {@code max_length},
 *     {@code pooling}, {@code pad_token_id}, {@code padding_side}, {@code token_types}, {@code
 *     task}, {@code outputs}, {@code batch_N}
 * @param checkpoint the checkpoint's value
 * @param file the file's value
 */
public record Difference(String setting, String checkpoint, String file) {
  @Override
  public String toString() {
    return setting + ": " + file + ", where the checkpoint has " + checkpoint;
  }
}
