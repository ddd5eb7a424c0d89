package dev.litegraft;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.client.BertVocabulary;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.inspection.ProbeTexts;
import dev.litegraft.model.Model;
import dev.litegraft.tokenizer.Settings;
import dev.litegraft.tokenizer.Tokenizer;
import dev.litegraft.tokenizer.Truncation;
import dev.litegraft.tokenizer.build.TokenizerSettings;
import dev.litegraft.tokenizer.mediapipe.MediaPipeTokenizer;
import dev.litegraft.tokenizer.unicode.WhiteSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a file is in which MediaPipe makes the tokens: its words, and how far they are the model's.
 */
final class MediaPipeFile {
  private final Checkpoint checkpoint;
  private final int length;
  private final BertVocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final boolean keepsEnd;

  private MediaPipeFile(Checkpoint checkpoint, int length) throws IOException {
    this.checkpoint = checkpoint;
    this.length = length;
    String where = checkpoint.tokenizer().where().toString();
    byte[] json =
        checkpoint
            .tokenizer()
            .json()
            .orElseThrow(() -> BertVocabulary.refused("the folder has no tokenizer", where));
    this.vocabulary = BertVocabulary.of(json, where);
    this.tokenizer = Tokenizer.read(json, Settings.defaults(), where);
    this.keepsEnd =
        checkpoint
            .tokenizer()
            .decided()
            .settings()
            .map(TokenizerSettings::truncatesLeft)
            .orElse(false);
  }

  /**
   * Of a model that it can ask.
   *
   * @param length tokens of a row
   * @throws InvalidRequestException if it cannot: the model answers something else, or has another
   *     tokenizer
   */
  static MediaPipeFile of(Checkpoint checkpoint, Model model, ConversionOptions options, int length)
      throws IOException {
    String where = checkpoint.configFile().toString();
    Task task = model.task();
    if (task != Task.SEQUENCE_CLASSIFICATION && task != Task.EMBEDDING) {
      throw refused(
          model.hfClass() + " answers each token of a text",
          where,
          "--for web or android, and litegraft classify, run it");
    }
    if (model.reranking().isPresent()
        || checkpoint.sentence().filter(s -> !s.embeds()).isPresent()) {
      throw refused(
          "the model reads two texts together",
          where,
          "--for web or android, and litegraft rerank, run it");
    }
    if (model.leftOut().isPresent() || model.padding().readsTheVeryLast()) {
      throw refused(
          model.leftOut().isPresent()
              ? "the model reads texts without [CLS] and [SEP]"
              : "the model has no pad token, and every row is filled up",
          where,
          "--for web or android runs it");
    }
    if (options.confidence().isPresent()) {
      throw refused(
          "a confidence is fitted, and the probabilities are made inside of the graph",
          where,
          "leave the confidence out, or convert for the web");
    }
    MediaPipeFile file = new MediaPipeFile(checkpoint, length);
    int[] ends = file.tokenizer.encode("").ids();
    List<Integer> expected = file.vocabulary.ends();
    if (!Arrays.stream(ends).boxed().toList().equals(expected)) {
      throw refused(
          "its tokenizer puts the ids "
              + Arrays.toString(ends)
              + " around a text, where MediaPipe puts [CLS] and [SEP], "
              + expected,
          checkpoint.tokenizer().where().toString(),
          "--for web or android runs it");
    }
    return file;
  }

  private static InvalidRequestException refused(String what, String where, String remedy) {
    return new InvalidRequestException(
        what + "; MediaPipe reads one text at a time, and answers it with one row of numbers",
        where,
        remedy);
  }

  /** The words, for the archive. */
  BertVocabulary vocabulary() {
    return vocabulary;
  }

  /** Whether the graph ends with probabilities: a regression's numbers are its answer. */
  static boolean endsWithProbabilities(Model model) {
    return model.task() == Task.SEQUENCE_CLASSIFICATION
        && model.problemType().filter(type -> type != ProblemType.REGRESSION).isPresent();
  }

  /** What a user should know of it. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    List<String> others = new ArrayList<>();
    MediaPipeTokenizer client = new MediaPipeTokenizer(vocabulary.tokens());
    String prompt = checkpoint.sentence().map(s -> s.settings().prompt()).orElse("");
    for (String text : ProbeTexts.ALL) {
      if (!Arrays.equals(own(prompt + text), client.encode(prompt + text, length))) {
        others.add(text);
      }
    }
    notes.add(
        "MediaPipe makes the tokens itself: of "
            + ProbeTexts.ALL.size()
            + " probe texts "
            + others.size()
            + " have other ids than the model's tokenizer gives them"
            + (others.isEmpty() ? "" : ", as \"" + others.get(0).strip() + "\"")
            + "; it lower-cases A to Z, keeps accents, normalises nothing, and reads [CLS] and"
            + " [SEP] in a text as text");
    if (!prompt.isEmpty()) {
      notes.add("MediaPipe puts nothing before a text: put \"" + prompt + "\" there yourself");
    }
    if (keepsEnd) {
      notes.add(
          "MediaPipe keeps the beginning of a text of more than "
              + length
              + " tokens, where the model's tokenizer keeps its end (truncation_side \"left\"):"
              + " it answers such texts otherwise");
    }
    return notes;
  }

  /** As the runtime reads a text. */
  private int[] own(String text) {
    String read = checkpoint.stripsTexts() ? WhiteSpace.strip(text) : text;
    boolean lowers = checkpoint.sentence().map(s -> s.settings().lowersTexts()).orElse(false);
    Truncation cut = new Truncation(length, Truncation.Strategy.LONGEST_FIRST, 0, false);
    return tokenizer.encode(lowers ? read.toLowerCase(Locale.ROOT) : read, null, cut).ids();
  }
}
