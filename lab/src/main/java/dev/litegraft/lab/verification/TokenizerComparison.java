package dev.litegraft.lab.verification;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.runtime.Encoding;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whether the tokenizer inside of a file gives the ids that the checkpoint's does. */
final class TokenizerComparison {
  private static final int SHOWN = 16;

  /** Short enough to cut most texts, and long enough for a few special tokens. */
  private static final int CUT = 8;

  private TokenizerComparison() {}

  /**
   * The first text that both read differently, or cut differently; else the first token of the
   * vocabularies that differs.
   *
   * @param tokenizer the checkpoint's
   * @param texts to compare on, where the two are not the same bytes
   */
  static Optional<Difference> of(
      Checkpoint checkpoint, TfliteReader reader, Tokenizer tokenizer, List<String> texts)
      throws IOException {
    Optional<byte[]> inside = reader.file(ModelFacts.TOKENIZER_NAME);
    if (inside.isEmpty()) {
      return Optional.empty();
    }
    Optional<byte[]> settings = reader.file(ModelFacts.TOKENIZER_CONFIG_NAME);
    Optional<byte[]> decided = checkpoint.tokenizer().json();
    boolean sameJson = same(inside, decided);
    if (sameJson && same(settings, checkpoint.tokenizer().config())) {
      return Optional.empty();
    }
    try (Tokenizer own = Tokenizer.of(inside.get(), settings, "the file's tokenizer")) {
      Optional<Difference> difference = onTexts(tokenizer, own, texts);
      if (difference.isPresent() || sameJson || decided.isEmpty()) {
        return difference;
      }
      return TokenizerVocabulary.of(decided.get())
          .differenceTo(TokenizerVocabulary.of(inside.get()));
    } catch (InvalidInputException e) {
      return Optional.of(new Difference("tokenizer", "one that can be read", e.what()));
    }
  }

  private static Optional<Difference> onTexts(Tokenizer expected, Tokenizer own, List<String> all) {
    for (String text : all) {
      Encoding first = expected.encode(text);
      Encoding second = own.encode(text);
      if (!Arrays.equals(first.ids(), second.ids())) {
        return Optional.of(difference("tokenizer", "\"" + text + "\"", first, second));
      }
      if (!Arrays.equals(first.typeIds(), second.typeIds())) {
        return Optional.of(
            new Difference(
                "tokenizer",
                "token types " + shown(first.typeIds()) + " for \"" + text + "\"",
                shown(second.typeIds())));
      }
    }
    for (String text : all) {
      Encoding first = expected.encode(text, null, CUT);
      Encoding second = own.encode(text, null, CUT);
      if (!Arrays.equals(first.ids(), second.ids())) {
        return Optional.of(
            difference(
                "truncation_side", "\"" + text + "\" cut to " + CUT + " tokens", first, second));
      }
    }
    return Optional.empty();
  }

  private static Difference difference(
      String setting, String what, Encoding expected, Encoding own) {
    return new Difference(
        setting, shown(expected.ids()) + " for " + what, shown(own.ids()) + " for " + what);
  }

  private static boolean same(Optional<byte[]> one, Optional<byte[]> other) {
    return one.isPresent() == other.isPresent()
        && (one.isEmpty() || Arrays.equals(one.get(), other.get()));
  }

  private static String shown(int[] ids) {
    String first = Arrays.toString(Arrays.copyOf(ids, Math.min(SHOWN, ids.length)));
    return ids.length <= SHOWN ? first : first + " … (" + ids.length + " ids)";
  }
}
