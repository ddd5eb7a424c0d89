package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.ModelKnowledge.Padding;
import dev.litegraft.runtime.TextSignature.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of tokens that a model takes: checked, and filled up to what a signature takes. */
final class ModelRows {
  private final String where;
  private final ModelKnowledge text;
  private final List<TextSignature> signatures;
  private volatile int[] ones = {};
  private volatile int[] zeros = {};

  /**
   * Those of a model.
   *
   * @param signatures those that take one text
   */
  ModelRows(String where, ModelKnowledge text, List<TextSignature> signatures) {
    this.where = where;
    this.text = text;
    this.signatures = signatures;
  }

  /**
   * The signature that answers a row of so many tokens.
   *
   * @throws InvalidRequestException if none takes so many
   */
  TextSignature fitting(int tokens) {
    return TextSignature.fitting(signatures, tokens)
        .orElseThrow(() -> tooLong(tokens, maxLength().orElse(Integer.MAX_VALUE)));
  }

  /**
   * A row as a signature takes it.
   *
   * @throws InvalidRequestException if it has to be filled up, and the model has no pad token
   */
  FilledRow padded(TokenRow row, TextSignature signature) {
    if (signature.isDynamic() || signature.length() == row.length()) {
      return FilledRow.of(row);
    }
    Padding padding = text.padding().orElse(Padding.USUAL);
    if (padding.changesTheAnswer()) {
      throw new InvalidRequestException(
          row.length()
              + " tokens for a signature of "
              + signature.length()
              + ", and the model has no pad token: it would take the padding for its text",
          where,
          "set pad_token_id in config.json of a copy of the folder and convert that, or convert"
              + " with --length dynamic");
    }
    return FilledRow.of(row, signature.length(), padding.id(), padding.left());
  }

  /**
   * A row with a mask and token types, all 1 and all 0 where they are null.
   *
   * @throws InvalidRequestException if there are no ids, an id is not in the vocabulary, there are
   *     more than the model takes, mask or types have another length, or the model has no input for
   *     what they say
   */
  TokenRow checked(int[] ids, int @Nullable [] mask, int @Nullable [] types) {
    if (ids.length == 0) {
      throw new InvalidRequestException("there are no tokens", where, "give at least one token id");
    }
    text.maxLength()
        .filter(most -> ids.length > most)
        .ifPresent(
            most -> {
              throw tooLong(ids.length, most);
            });
    requireSameLength("attention_mask", ids, mask);
    requireSameLength("token_type_ids", ids, types);
    int vocabulary = text.vocabulary().orElse(Integer.MAX_VALUE);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        throw new InvalidRequestException(
            "token id " + ids[i] + " is not in the vocabulary of 0 to " + (vocabulary - 1),
            where + ", token " + i,
            "use the tokenizer that belongs to the model");
      }
    }
    TextSignature first = signatures.get(0);
    if (mask != null && !first.has(Role.MASK) && Arrays.stream(mask).anyMatch(m -> m == 0)) {
      throw new InvalidRequestException(
          "the mask hides tokens, but the model has no mask input",
          where,
          "leave the hidden tokens out of input_ids");
    }
    if (types != null && !first.has(Role.TYPES) && Arrays.stream(types).anyMatch(t -> t != 0)) {
      throw new InvalidRequestException(
          "the token types are not all 0, but the model has no input for them",
          where,
          "leave token_type_ids out");
    }
    return new TokenRow(
        ids, mask == null ? ones(ids.length) : mask, types == null ? zeros(ids.length) : types);
  }

  /** Nobody writes to it; the one of the last length is kept, so that a call makes none. */
  private int[] ones(int length) {
    int[] last = ones;
    if (last.length != length) {
      last = new int[length];
      Arrays.fill(last, 1);
      ones = last;
    }
    return last;
  }

  private int[] zeros(int length) {
    int[] last = zeros;
    if (last.length != length) {
      last = new int[length];
      zeros = last;
    }
    return last;
  }

  private void requireSameLength(String name, int[] ids, int @Nullable [] numbers) {
    if (numbers != null && numbers.length != ids.length) {
      throw new InvalidRequestException(
          name + " has " + numbers.length + " numbers, input_ids " + ids.length,
          where,
          "give one number for each token");
    }
  }

  private InvalidRequestException tooLong(int tokens, int most) {
    return new InvalidRequestException(
        tokens + " tokens, where the model takes at most " + most,
        where,
        "shorten the text, or convert the checkpoint again with a larger --max-length");
  }

  /**
   * The most tokens that the model takes: what the file says of itself and its longest static
   * signature; absent where neither limits it.
   */
  Optional<Integer> maxLength() {
    int most =
        Math.min(
            text.maxLength().orElse(Integer.MAX_VALUE),
            TextSignature.longest(signatures).orElse(Integer.MAX_VALUE));
    return most == Integer.MAX_VALUE ? Optional.empty() : Optional.of(most);
  }
}
