package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Reranking;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.ModelKnowledge.Preparation;
import dev.litegraft.tokenizer.Truncation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model and its tokenizer: what classifiers and embedders have in common. */
final class TokenizedModel implements AutoCloseable {
  private final RawModel model;
  private final Tokenizer tokenizer;

  /** A text as tokens, and how long that took. */
  record Encoded(Encoding encoding, long nanoseconds) {
    /** Both times in milliseconds. */
    double millisecondsWith(RawModel.Timed<?> answer) {
      return (nanoseconds + answer.nanoseconds()) / 1e6;
    }
  }

  private TokenizedModel(RawModel model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * Opens the tokenizer of a model that is open, which is closed with it, or at once if this fails.
   *
   * @param task what is going to be asked
   * @throws InvalidInputException if the model is made for another task, or there is no tokenizer
   */
  static TokenizedModel of(RawModel model, Task task) throws IOException {
    try {
      model.task().filter(own -> !fits(own, task)).ifPresent(own -> refuse(model, own));
      Tokenizer tokenizer =
          model
              .text()
              .tokenizer()
              .orElseThrow(
                  () ->
                      new InvalidRequestException(
                          "there is no tokenizer inside the file, and none is given",
                          model.where(),
                          "name the checkpoint's folder: --tokenizer DIR, or"
                              + " RuntimeOptions.withTokenizer"))
              .open();
      return new TokenizedModel(model, tokenizer);
    } catch (RuntimeException | IOException e) {
      model.close();
      throw e;
    }
  }

  /** Weights of words are a text's vector, too. */
  private static boolean fits(Task own, Task task) {
    return own == task || (task == Task.EMBEDDING && own == Task.SPARSE_EMBEDDING);
  }

  private static void refuse(RawModel model, Task own) {
    if (model.text().reranking().isPresent()) {
      throw new InvalidRequestException(
          "the file is of a reranker: it says how well a text fits a query, and nothing else",
          model.where(),
          "litegraft rerank FILE --query QUERY TEXT…, or Reranker");
    }
    throw switch (own) {
      case SEQUENCE_CLASSIFICATION ->
          model.text().labels().orElse(List.of()).size() == 1
              ? new InvalidRequestException(
                  "the file is of a text classifier with one score: it gives neither vectors nor spans",
                  model.where(),
                  "litegraft rerank FILE --query QUERY TEXT…, or litegraft classify: Reranker,"
                      + " TextClassifier")
              : new InvalidRequestException(
                  "the file is of a text classifier: it gives a text's labels, and nothing else",
                  model.where(),
                  "litegraft classify, or TextClassifier");
      case TOKEN_CLASSIFICATION ->
          new InvalidRequestException(
              "the file is of a token classifier: it gives labels to tokens, and nothing else",
              model.where(),
              "litegraft classify, or TokenClassifier");
      case QUESTION_ANSWERING ->
          new InvalidRequestException(
              "the file answers questions with spans of a text, and does nothing else",
              model.where(),
              "litegraft answer FILE --context TEXT QUESTION, or QuestionAnswerer");
      case EMBEDDING, SPARSE_EMBEDDING ->
          new InvalidRequestException(
              "the file gives embeddings of texts, and no labels",
              model.where(),
              "litegraft embed, or TextEmbedder");
      case TOKEN_EMBEDDING ->
          new InvalidRequestException(
              "the file gives a vector for each token of a text, and no labels",
              model.where(),
              "litegraft rerank, or embed: Reranker, TokenEmbedder");
    };
  }

  /**
   * The tokens of a text or a pair of texts, as many as the model takes.
   *
   * @param pair the second text, or null
   * @param name what to call it in messages
   * @throws InvalidInputException if there are no tokens
   */
  Encoded encoded(String text, @Nullable String pair, String name) {
    return encoded(text, pair, name, Truncation.Strategy.LONGEST_FIRST);
  }

  /** As {@link #encoded(String, String, String)}, where the strategy says which text is cut. */
  Encoded encoded(String text, @Nullable String pair, String name, Truncation.Strategy strategy) {
    Optional<Reranking> asked = model.text().reranking();
    if (asked.isPresent()) {
      return asked(asked.get(), asked.get().instruction(), text, pair);
    }
    return encoded(text, pair, name, strategy, model.text().preparation());
  }

  /**
   * The same with a prompt by its name.
   *
   * @throws InvalidInputException if the file has no prompt of this name
   */
  Encoded prompted(String text, String prompt, String name) {
    return encoded(text, null, name, Truncation.Strategy.LONGEST_FIRST, prompt(prompt));
  }

  /**
   * What is done with a text where a prompt is asked for by its name; with the empty name none
   * stands before it.
   *
   * @throws InvalidInputException if the file has no prompt of this name
   */
  Preparation prompt(String name) {
    Preparation preparation = model.text().preparation();
    return preparation
        .named(name)
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "there is no prompt \""
                        + name
                        + "\"; "
                        + (preparation.prompts().isEmpty()
                            ? "the file has none"
                            : "the file has " + String.join(", ", preparation.prompts().keySet())),
                    model.where(),
                    "write the prompt before the text itself"));
  }

  private Encoded encoded(
      String text,
      @Nullable String pair,
      String name,
      Truncation.Strategy strategy,
      Preparation preparation) {
    long begin = System.nanoTime();
    String second = pair == null ? null : preparation.withoutPrompt(pair);
    Encoding encoding =
        tokenizer
            .encode(preparation.of(text), second, most(), strategy)
            .without(model.text().leftOut());
    requireTokens(encoding, text, name);
    return new Encoded(encoding, System.nanoTime() - begin);
  }

  /**
   * The tokens of a text or of a pair in pieces that overlap, all of it.
   *
   * @param most the most tokens of a piece
   * @param stride how many tokens a piece has in common with the one before it
   * @param strategy which text of a pair is cut into pieces
   * @throws InvalidInputException if there are no tokens, or the stride leaves no room
   */
  List<Encoded> pieces(
      String text,
      @Nullable String pair,
      String name,
      int most,
      int stride,
      Truncation.Strategy strategy) {
    long begin = System.nanoTime();
    List<Encoding> pieces = tokenizer.pieces(text, pair, most, stride, strategy);
    requireTokens(pieces.get(0), text, name);
    long each = (System.nanoTime() - begin) / pieces.size();
    return pieces.stream().map(piece -> new Encoded(piece, each)).toList();
  }

  /** What a language model reads that judges a text. */
  Encoded asked(Reranking asked, String instruction, String query, @Nullable String text) {
    if (text == null) {
      throw new InvalidRequestException(
          "the file judges how well a text answers a query, and there is one text alone",
          model.where(),
          "litegraft rerank FILE --query QUERY TEXT, or Reranker");
    }
    if (tokenizer.readsPlainText()) {
      throw new InvalidRequestException(
          "all of a text is to be plain text, and the language model's template has special tokens"
              + " around it",
          model.where(),
          "leave --plain-text out, and special tokens out of the texts");
    }
    long begin = System.nanoTime();
    Encoding encoding =
        AskedRow.of(tokenizer, asked, instruction, query, text, most(), model.where());
    return new Encoded(encoding, System.nanoTime() - begin);
  }

  /** The most tokens of a row. */
  int most() {
    return model.maxLength().orElse(Integer.MAX_VALUE);
  }

  private void requireTokens(Encoding encoding, String text, String name) {
    if (encoding.length() == 0) {
      throw new InvalidRequestException(
          text.isEmpty()
              ? name + " is empty, and the tokenizer adds no special tokens"
              : name + " has no token in the vocabulary",
          model.where(),
          "leave it out, or give it at least one word");
    }
  }

  /**
   * Answers to texts, in their order. All are tokenized before the first one runs, so that one that
   * cannot be used is known at once.
   *
   * @param encode tokens of a text that messages call by the second argument
   */
  static <T, A> List<A> all(List<T> texts, Encode<T> encode, Function<Encoded, A> answer) {
    List<Encoded> all = new ArrayList<>(texts.size());
    for (T text : texts) {
      String name = "text " + (all.size() + 1) + " of " + texts.size();
      all.add(encode.of(Objects.requireNonNull(text, name), name));
    }
    return all.stream().map(answer).toList();
  }

  /** Makes tokens of a text. */
  interface Encode<T> {
    Encoded of(T text, String name);
  }

  /** What the model answers to these tokens. */
  RawModel.Timed<RawOutput> answer(Encoding encoding) {
    return model.timedAnswer(encoding.ids(), encoding.typeIds());
  }

  /**
   * The names of the labels; {@code LABEL_0 …} where nothing names them.
   *
   * @param count of the model's logits
   * @throws InvalidInputException if other names are known
   */
  List<String> labels(int count) {
    List<String> labels =
        model
            .text()
            .labels()
            .orElseGet(() -> IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList());
    if (labels.size() != count) {
      throw new InvalidRequestException(
          "the model answers with " + count + " logits, but there are " + labels.size() + " labels",
          model.where(),
          "use the folder of the checkpoint that the file was made from");
    }
    return labels;
  }

  /** That an output has another shape than {@code expected}. */
  InvalidFileException otherShape(RawOutput answer, String expected, String of) {
    return new InvalidFileException(
        "output "
            + answer.name()
            + " has shape "
            + answer.shape()
            + ", where "
            + expected
            + " is expected",
        model.where(),
        "use a file of " + of + "; of others, read the outputs with: litegraft run");
  }

  RawModel model() {
    return model;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
