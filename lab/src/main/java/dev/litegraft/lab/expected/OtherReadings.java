package dev.litegraft.lab.expected;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.model.Model;
import dev.litegraft.tokenizer.build.DecidedTokenizer;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Rules of the tokenizer, one of which explains ids that are not ours when it is another. */
final class OtherReadings {
  /** Keys of tokenizer_config.json that a class of tokenizer takes, true or false. */
  private static final List<String> FLAGS =
      List.of(
          "do_lower_case",
          "strip_accents",
          "tokenize_chinese_chars",
          "add_prefix_space",
          "add_bos_token",
          "add_eos_token",
          "split_special_tokens");

  private OtherReadings() {}

  /** The first rule under which every recorded text is read as the record says. */
  static Optional<String> explanation(
      Checkpoint checkpoint, Model model, List<RecordedAnswer> answers) throws IOException {
    CheckpointTokenizer tokenizer = checkpoint.tokenizer();
    TextReading own = TextReading.of(checkpoint, model, tokenizer.decided());
    Map<String, Function<TextReading, TextReading>> all = new LinkedHashMap<>();
    for (int version : new int[] {4, 5}) {
      decided(tokenizer, "transformers_version", "\"" + version + ".0.0\"")
          .ifPresent(
              other ->
                  all.put(
                      "the version that saved the folder: the original reads it as transformers "
                          + version
                          + " does",
                      reading -> reading.with(other)));
    }
    for (String flag : FLAGS) {
      for (String value : new String[] {"true", "false"}) {
        decided(tokenizer, flag, value)
            .ifPresent(
                other ->
                    all.put(
                        flag
                            + " of tokenizer_config.json: the original reads texts as with "
                            + value,
                        reading -> reading.with(other)));
      }
    }
    decided(tokenizer, "tokenizer_class", "\"PreTrainedTokenizerFast\"")
        .ifPresent(
            other ->
                all.put(
                    "tokenizer_class: the original takes tokenizer.json as it is, without the rules"
                        + " of "
                        + tokenizer.decided().tokenizerClass(),
                    reading -> reading.with(other)));
    all.put(
        "default_prompt_name: the original puts no prompt before a text", r -> r.withPrompt(""));
    all.put(
        "the version of sentence-transformers: the original keeps white space at a text's ends, as"
            + " from 5.4 on",
        r -> r.withStrip(false));
    all.put(
        "the version of sentence-transformers: the original takes white space off a text's ends, as"
            + " before 5.4",
        r -> r.withStrip(true));
    all.put("do_lower_case: the original lower-cases texts", r -> r.withLowerCase(true));
    all.put("do_lower_case: the original does not lower-case texts", r -> r.withLowerCase(false));
    int longest = answers.stream().mapToInt(a -> a.ids().length).max().orElse(own.limit());
    all.put(
        "the limit: the original cuts texts at "
            + longest
            + " tokens, our reading of the folder at "
            + own.limit(),
        r -> r.withLimit(longest));
    for (Map.Entry<String, Function<TextReading, TextReading>> other : all.entrySet()) {
      try {
        if (other.getValue().apply(own).firstDeparture(answers).isEmpty()) {
          return Optional.of(other.getKey());
        }
      } catch (InvalidInputException e) {
        // A rule that this tokenizer cannot have.
      }
    }
    return Optional.empty();
  }

  private static Optional<DecidedTokenizer> decided(
      CheckpointTokenizer tokenizer, String key, String value) throws IOException {
    try {
      return Optional.of(tokenizer.decidedWith(key, value))
          .filter(other -> other.tokenizerJson().isPresent());
    } catch (TokenizerException e) {
      return Optional.empty();
    }
  }
}
