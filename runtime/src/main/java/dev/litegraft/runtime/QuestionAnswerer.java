package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.SpanSearch.TokenSpan;
import dev.litegraft.runtime.TokenizedModel.Encoded;
import dev.litegraft.tokenizer.Truncation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Answers questions with spans of a text, by a .tflite file.
 *
 * <pre>{@code
 * try (QuestionAnswerer answerer = QuestionAnswerer.open(Path.of("qa.tflite"))) {
 *   Answer answer = answerer.answer("Who wrote Faust?", "Faust is a play by Goethe.").get(0);
 *   System.out.println(answer.text() + " " + answer.score());
 * }
 * }</pre>
 *
 * <p>A context of any length is read, in pieces that overlap.
 *
 * <p>Source: transformers' {@code QuestionAnsweringPipeline} (version 4), with its alignment to
 * words.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class QuestionAnswerer implements AutoCloseable {
  /** Longer rows are not read at once, whatever the model takes: {@code max_seq_len}. */
  private static final int LONGEST_ROW = 384;

  private static final int LONGEST_STRIDE = 128;

  private final TokenizedModel model;

  private QuestionAnswerer(TokenizedModel model) {
    this.model = model;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static QuestionAnswerer open(Path file) throws IOException {
    return open(file, RuntimeOptions.defaults());
  }

  /**
   * Opens a model and its tokenizer.
   *
   * @throws InvalidInputException if the file cannot be used, is of another task, or has no
   *     tokenizer inside and {@link RuntimeOptions#withTokenizer} names none
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static QuestionAnswerer open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(Path, RuntimeOptions)} of a file in memory, which is copied. */
  public static QuestionAnswerer open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Answers with a model that is open; it is closed with this, or at once if this fails.
   *
   * @throws InvalidInputException as {@link #open(Path, RuntimeOptions)}
   */
  public static QuestionAnswerer of(RawModel model) throws IOException {
    return new QuestionAnswerer(TokenizedModel.of(model, Task.QUESTION_ANSWERING));
  }

  /** {@link #answer(String, String, AnswerOptions)} with {@link AnswerOptions#defaults()}. */
  public List<Answer> answer(String question, String context) {
    return answer(question, context, AnswerOptions.defaults());
  }

  /**
   * Answers a question with spans of a context.
   *
   * @return the likeliest answers, the best first, at most {@code options.top()}; none if no span
   *     can be an answer
   * @throws InvalidInputException if the question or the context is empty, the question leaves no
   *     room for the context, or the model does not answer with two logits a token
   * @throws IllegalStateException if this is closed
   */
  public List<Answer> answer(String question, String context, AnswerOptions options) {
    Objects.requireNonNull(options, "options");
    requireText(question, "the question");
    requireText(context, "the context");
    boolean questionFirst = !model.tokenizer().padsLeft();
    double none = Double.POSITIVE_INFINITY;
    List<Answer> answers = new ArrayList<>();
    for (Encoded piece : pieces(question, context, options, questionFirst)) {
      Encoding encoding = piece.encoding();
      RawOutput logits = model.answer(encoding).value();
      if (logits.values().length != 2 * encoding.length()) {
        throw model.otherShape(
            logits, "two logits for each token [1, " + encoding.length() + ", 2]", "questions");
      }
      int sequence = questionFirst ? 1 : 0;
      SpanSearch search =
          new SpanSearch(encoding, logits.values(), sequence, model.tokenizer().clsId());
      none = Math.min(none, search.none());
      // Some become one when they are made to end with words.
      for (TokenSpan span : search.best(2 * options.top() + 10, options.longest())) {
        add(answers, aligned(span, encoding, sequence, context));
      }
    }
    if (options.mayBeEmpty()) {
      answers.add(new Answer("", none, 0, 0));
    }
    answers.sort(Comparator.comparingDouble(Answer::score).reversed());
    return List.copyOf(answers.subList(0, Math.min(options.top(), answers.size())));
  }

  private List<Encoded> pieces(
      String question, String context, AnswerOptions options, boolean questionFirst) {
    int most = Math.min(model.most(), LONGEST_ROW);
    int asked = model.tokenizer().encode(question, "").length();
    if (asked >= most) {
      throw new InvalidRequestException(
          "the question has "
              + asked
              + " tokens with the special ones, and the model reads "
              + most
              + ": nothing is left for the context",
          model.model().where(),
          "shorten the question, or convert again with a larger --max-length");
    }
    int stride = options.stride() < 0 ? Math.min(most / 2, LONGEST_STRIDE) : options.stride();
    try {
      return questionFirst
          ? model.pieces(
              question, context, "the question", most, stride, Truncation.Strategy.ONLY_SECOND)
          : model.pieces(
              context, question, "the context", most, stride, Truncation.Strategy.ONLY_FIRST);
    } catch (InvalidInputException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              "the context cannot be read in pieces of "
                  + most
                  + " tokens with this question and a stride of "
                  + stride
                  + ": "
                  + e.what(),
              model.model().where(),
              "shorten the question, use a smaller stride, or convert again with a larger"
                  + " --max-length");
      fault.initCause(e);
      throw fault;
    }
  }

  private void requireText(String text, String name) {
    if (text.isBlank()) {
      throw new InvalidRequestException(
          name + " is empty", model.model().where(), "give a question and a text to find it in");
    }
  }

  /** The span with the whole words that it begins and ends in. */
  private static Answer aligned(TokenSpan span, Encoding piece, int sequence, String context) {
    int start = piece.starts()[span.first()];
    int end = piece.ends()[span.last()];
    int firstWord = piece.words()[span.first()];
    int lastWord = piece.words()[span.last()];
    for (int i = 0; i < piece.length(); i++) {
      if (piece.sequences()[i] == sequence && firstWord >= 0 && lastWord >= 0) {
        start = piece.words()[i] == firstWord ? Math.min(start, piece.starts()[i]) : start;
        end = piece.words()[i] == lastWord ? Math.max(end, piece.ends()[i]) : end;
      }
    }
    end = Math.max(start, end);
    return new Answer(context.substring(start, end), span.score(), start, end);
  }

  /** Spans of the same text are one answer. */
  private static void add(List<Answer> answers, Answer found) {
    String text = found.text().toLowerCase(Locale.ROOT);
    for (int i = 0; i < answers.size(); i++) {
      Answer one = answers.get(i);
      if (one.text().toLowerCase(Locale.ROOT).equals(text)) {
        answers.set(i, new Answer(one.text(), one.score() + found.score(), one.start(), one.end()));
        return;
      }
    }
    answers.add(found);
  }

  /** The model that answers, for its notes and raw outputs; closed with this. */
  public RawModel model() {
    return model.model();
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    model.close();
  }
}
