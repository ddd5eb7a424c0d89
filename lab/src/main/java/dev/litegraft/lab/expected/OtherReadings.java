package dev.litegraft.lab.expected;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.checkpoint.SentenceSettings;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import dev.litegraft.model.Model;
import dev.litegraft.tokenizer.build.DecidedTokenizer;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

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
          "split_special_tokens",
          "legacy");

  /** The last releases of both lines that were judged. */
  private static final List<String> VERSIONS = List.of("4.57.6", "5.18.0");

  private final CheckpointTokenizer tokenizer;
  private final List<RecordedAnswer> answers;
  private final TextReading own;
  private final List<Rule> rules = new ArrayList<>();

  /**
   * A rule that may be another.
   *
   * @param sentence what the original does then
   */
  private record Rule(String sentence, UnaryOperator<TextReading> change) {}

  private OtherReadings(
      CheckpointTokenizer tokenizer, TextReading own, List<RecordedAnswer> answers) {
    this.tokenizer = tokenizer;
    this.own = own;
    this.answers = answers;
  }

  /**
   * The first rule, or the first with another limit, under which every text is read as recorded.
   */
  static Optional<String> explanation(
      Checkpoint checkpoint, Model model, List<RecordedAnswer> answers) throws IOException {
    CheckpointTokenizer tokenizer = checkpoint.tokenizer();
    OtherReadings others =
        new OtherReadings(
            tokenizer, TextReading.of(checkpoint, model, tokenizer.decided()), answers);
    others.collect(checkpoint.sentence().map(s -> s.settings()));
    Rule limit = others.limit();
    List<Rule> all = new ArrayList<>(others.rules);
    all.add(0, limit);
    for (Rule rule : others.rules) {
      all.add(
          new Rule(
              rule.sentence() + "; and " + limit.sentence(),
              reading -> limit.change().apply(rule.change().apply(reading))));
    }
    return all.stream().filter(others::explains).findFirst().map(Rule::sentence);
  }

  private boolean explains(Rule rule) {
    try {
      return rule.change().apply(own).firstDeparture(answers).isEmpty();
    } catch (InvalidInputException e) {
      return false; // A rule that this tokenizer cannot have.
    }
  }

  /** What the folder says itself goes before what it leaves to defaults. */
  private void collect(Optional<SentenceSettings> settings) throws IOException {
    List<String> said = tokenizer.decided().keys().stream().map(key -> key.key()).toList();
    for (String flag : FLAGS) {
      if (said.contains(flag)) {
        flag(flag);
      }
    }
    for (String side : List.of("left", "right")) {
      decided(
          "truncation_side",
          "\"" + side + "\"",
          "truncation_side: the original cuts texts at the " + side);
    }
    for (String version : VERSIONS) {
      decided(
          "transformers_version",
          "\"" + version + "\"",
          "the version that saved the folder: the original reads it as transformers "
              + version
              + " does");
    }
    for (String flag : FLAGS) {
      if (!said.contains(flag)) {
        flag(flag);
      }
    }
    decided(
        "tokenizer_class",
        "\"PreTrainedTokenizerFast\"",
        "tokenizer_class: the original takes tokenizer.json as it is, without the rules of "
            + tokenizer.decided().tokenizerClass());
    prompts(settings.map(SentenceSettings::prompts).orElse(Map.of()));
    String strips = "the version of sentence-transformers: the original ";
    rule(
        strips + "keeps white space at a text's ends, as from 5.4 on",
        reading -> reading.withStrip(false));
    rule(
        strips + "takes white space off a text's ends, as before 5.4",
        reading -> reading.withStrip(true));
    rule("do_lower_case: the original lower-cases texts", reading -> reading.withLowerCase(true));
    rule(
        "do_lower_case: the original does not lower-case texts",
        reading -> reading.withLowerCase(false));
  }

  private void prompts(Map<String, String> prompts) {
    String key = "default_prompt_name: the original puts ";
    rule(key + "no prompt before a text", reading -> reading.withPrompt(""));
    prompts.forEach(
        (name, prompt) ->
            rule(
                key + "the prompt " + Json.show(name) + " before a text",
                reading -> reading.withPrompt(prompt)));
  }

  private void flag(String flag) throws IOException {
    for (String value : List.of("true", "false")) {
      decided(
          flag,
          value,
          flag + " of tokenizer_config.json: the original reads texts as with " + value);
    }
  }

  private void rule(String sentence, UnaryOperator<TextReading> change) {
    rules.add(new Rule(sentence, change));
  }

  /** Of two limits the smaller one cuts: how long the other one is cannot always be told. */
  private Rule limit() {
    int longest = answers.stream().mapToInt(a -> a.ids().length).max().orElse(own.limit());
    return new Rule(
        "the limit (model_max_length, max_seq_length): "
            + (longest > own.limit()
                ? "the original reads texts of "
                    + longest
                    + " tokens, our reading of the folder cuts"
                    + " at "
                    + own.limit()
                : "the original cuts texts at "
                    + longest
                    + " tokens, our reading of the folder at "
                    + own.limit()),
        reading -> reading.withLimit(longest));
  }

  private void decided(String key, String value, String sentence) throws IOException {
    try {
      DecidedTokenizer other = tokenizer.decidedWith(key, value);
      if (other.tokenizerJson().isPresent()) {
        rule(sentence, reading -> reading.with(other));
      }
    } catch (TokenizerException e) {
      // A rule that this tokenizer cannot have.
    }
  }
}
