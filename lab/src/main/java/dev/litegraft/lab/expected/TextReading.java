package dev.litegraft.lab.expected;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.SentenceSettings;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.Encoding;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.tokenizer.build.DecidedTokenizer;
import dev.litegraft.tokenizer.build.TokenizerSettings;
import dev.litegraft.tokenizer.unicode.WhiteSpace;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How texts become token ids in a reading of a folder: the prompt, white space at the ends, the
 * letters' case, the tokenizer, the limit.
 *
 * @param tokenizer the tokenizer
 * @param prompt what is put before a text
 * @param strip whether white space at a text's ends is taken off
 * @param lowerCase whether texts are lower-cased
 * @param limit the longest text in tokens, as the library takes it
 * @param readsTypes whether the model is told which of two texts a token is of
 * @param where for messages
 */
record TextReading(
    DecidedTokenizer tokenizer,
    String prompt,
    boolean strip,
    boolean lowerCase,
    int limit,
    boolean readsTypes,
    String where) {
  /**
   * A text that is read otherwise.
   *
   * @param answer the record
   * @param what the first piece that differs
   */
  record Departure(RecordedAnswer answer, String what) {}

  static TextReading of(Checkpoint checkpoint, Model model, DecidedTokenizer decided) {
    Optional<SentenceSettings> settings = checkpoint.sentence().map(s -> s.settings());
    return new TextReading(
        decided,
        settings.map(SentenceSettings::prompt).orElse(""),
        checkpoint.stripsTexts(),
        settings.map(SentenceSettings::lowersTexts).orElse(false),
        model.longestOfLibrary(),
        model.takesTokenTypes(),
        checkpoint.folder().resolve("tokenizer.json").toString());
  }

  TextReading with(DecidedTokenizer other) {
    return new TextReading(other, prompt, strip, lowerCase, limit, readsTypes, where);
  }

  TextReading withPrompt(String other) {
    return new TextReading(tokenizer, other, strip, lowerCase, limit, readsTypes, where);
  }

  TextReading withStrip(boolean stripped) {
    return new TextReading(tokenizer, prompt, stripped, lowerCase, limit, readsTypes, where);
  }

  TextReading withLowerCase(boolean lowered) {
    return new TextReading(tokenizer, prompt, strip, lowered, limit, readsTypes, where);
  }

  TextReading withLimit(int tokens) {
    return new TextReading(tokenizer, prompt, strip, lowerCase, tokens, readsTypes, where);
  }

  /** The first of the recorded texts that is read otherwise than the record says. */
  Optional<Departure> firstDeparture(List<RecordedAnswer> answers) {
    try (Tokenizer opened =
        Tokenizer.of(
            tokenizer.tokenizerJson().orElseThrow(),
            tokenizer.settings().map(TokenizerSettings::tokenizerConfig),
            where)) {
      for (RecordedAnswer answer : answers) {
        Optional<String> what = departure(opened, answer);
        if (what.isPresent()) {
          return Optional.of(new Departure(answer, what.get()));
        }
      }
      return Optional.empty();
    }
  }

  private String prepared(String text) {
    String whole = strip ? WhiteSpace.strip(text) : text;
    return lowerCase ? whole.toLowerCase(Locale.ROOT) : whole;
  }

  private Optional<String> departure(Tokenizer opened, RecordedAnswer answer) {
    Encoding own;
    try {
      String second = answer.pair().map(this::prepared).orElse(null);
      own = opened.encode(prepared(prompt + answer.text()), second, limit);
    } catch (InvalidInputException e) {
      return Optional.of(e.what());
    }
    int at = Arrays.mismatch(own.ids(), answer.ids());
    if (at < 0) {
      return types(answer, own);
    }
    return Optional.of(
        "of "
            + ExpectedCheck.shown(answer.text())
            + " token "
            + (at + 1)
            + " is "
            + token(opened, answer.ids(), at)
            + " there and "
            + token(opened, own.ids(), at)
            + " here ("
            + answer.ids().length
            + " tokens there, "
            + own.ids().length
            + " here)");
  }

  /** Which of two texts a token is of, as the model is told; nothing where it is not told. */
  private Optional<String> types(RecordedAnswer answer, Encoding own) {
    if (!readsTypes || answer.types().isEmpty()) {
      return Optional.empty();
    }
    int[] theirs = answer.types().get();
    int at = Arrays.mismatch(own.typeIds(), theirs);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            "of "
                + ExpectedCheck.shown(answer.text())
                + " token "
                + (at + 1)
                + " is of type "
                + theirs[at]
                + " there and "
                + own.typeIds()[at]
                + " here");
  }

  /** An id with its piece, as the vocabulary writes it. */
  private static String token(Tokenizer opened, int[] ids, int at) {
    return at < ids.length
        ? ids[at] + opened.token(ids[at]).map(piece -> " " + Json.show(piece)).orElse("")
        : "none";
  }
}
