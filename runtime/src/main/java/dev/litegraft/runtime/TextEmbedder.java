package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.TokenizedModel.Encoded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes vectors of texts with a .tflite file: texts that mean the same get vectors of nearly the
 * same direction.
 *
 * <pre>{@code
 * try (TextEmbedder embedder = TextEmbedder.open(Path.of("embedder.tflite"))) {
 *   TextEmbedding a = embedder.embed("영화가 재미있어요");
 *   TextEmbedding b = embedder.embed("즐거운 영화였다");
 *   System.out.println(a.similarity(b));
 * }
 * }</pre>
 *
 * <p>What sentence-transformers does with a text before the model reads it is done here, too: the
 * model's default prompt is put before it, and it is lower-cased, if the checkpoint's folder said
 * so.
 *
 * <p>The tokens' vectors are pooled inside the file, and made as long as 1 there if it was
 * converted so. A text that is longer than the model takes is cut, and its {@link TextEmbedding}
 * says so.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class TextEmbedder implements AutoCloseable {
  private final TokenizedModel model;

  private TextEmbedder(TokenizedModel model) {
    this.model = model;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TextEmbedder open(Path file) throws IOException {
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
  public static TextEmbedder open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(ByteBuffer, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TextEmbedder open(ByteBuffer bytes) throws IOException {
    return open(bytes, RuntimeOptions.defaults());
  }

  /**
   * {@link #open(Path, RuntimeOptions)} of a file in memory: what stands between the buffer's
   * position and its limit, which is copied.
   */
  public static TextEmbedder open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Embeds with a model that is open; it is closed with the embedder, or at once if this fails.
   *
   * @throws InvalidInputException as {@link #open(Path, RuntimeOptions)}
   */
  public static TextEmbedder of(RawModel model) throws IOException {
    return new TextEmbedder(TokenizedModel.of(model, Task.EMBEDDING));
  }

  /**
   * The vector of a text.
   *
   * @throws InvalidInputException if the text has no tokens, or the model does not answer with one
   *     vector
   * @throws IllegalStateException if this embedder is closed
   */
  public TextEmbedding embed(String text) {
    Objects.requireNonNull(text, "text");
    return embedded(model.encoded(text, null, "the text"));
  }

  /**
   * The vectors of texts, in their order.
   *
   * @throws InvalidInputException as {@link #embed(String)}; names the text by its number, from 1,
   *     before the first one runs
   * @throws IllegalStateException if this embedder is closed
   */
  public List<TextEmbedding> embed(List<String> texts) {
    return TokenizedModel.all(
        texts, (text, name) -> model.encoded(text, null, name), this::embedded);
  }

  /**
   * The vector of a text with another prompt before it than the model's default one.
   *
   * @param prompt its name, one of {@link #prompts}
   * @throws InvalidInputException as {@link #embed(String)}, or if the file has no such prompt
   * @throws IllegalStateException if this embedder is closed
   */
  public TextEmbedding embed(String text, String prompt) {
    return embed(List.of(text), prompt).get(0);
  }

  /**
   * The vectors of texts, in their order, with another prompt before each than the model's default
   * one.
   *
   * @param prompt its name, one of {@link #prompts}
   * @throws InvalidInputException as {@link #embed(List)}, or if the file has no such prompt
   * @throws IllegalStateException if this embedder is closed
   */
  public List<TextEmbedding> embed(List<String> texts, String prompt) {
    Objects.requireNonNull(prompt, "prompt");
    return TokenizedModel.all(
        texts, (text, name) -> model.prompted(text, prompt, name), this::embedded);
  }

  /**
   * The vectors of any number of texts, in their order, as {@link TextClassifier#classifyAll} gives
   * labels: a text that cannot be embedded does not keep the others from it.
   */
  public Stream<Outcome<String, TextEmbedding>> embedAll(Stream<String> texts) {
    return all(texts, (text, name) -> model.encoded(text, null, name));
  }

  /**
   * The same with another prompt before each text than the model's default one.
   *
   * @param prompt its name, one of {@link #prompts}
   * @throws InvalidInputException if the file has no such prompt
   */
  public Stream<Outcome<String, TextEmbedding>> embedAll(Stream<String> texts, String prompt) {
    model.prompt(Objects.requireNonNull(prompt, "prompt"));
    return all(texts, (text, name) -> model.prompted(text, prompt, name));
  }

  /**
   * A text and what stands before it.
   *
   * @param prompt its name; absent for the model's default one
   */
  record Prompted(String text, Optional<String> prompt) {}

  /** As {@link #embedAll(Stream)}, with a prompt of its own before each text. */
  Stream<Outcome<Prompted, TextEmbedding>> embedEach(Stream<Prompted> texts) {
    return ManyTexts.of(
        model.model(),
        texts,
        one -> one.text().length(),
        (one, name) ->
            one.prompt().isPresent()
                ? model.prompted(one.text(), one.prompt().get(), name)
                : model.encoded(one.text(), null, name),
        (one, encoded, answer) -> embedded(encoded, answer));
  }

  private Stream<Outcome<String, TextEmbedding>> all(
      Stream<String> texts, TokenizedModel.Encode<String> encode) {
    return ManyTexts.of(
        model.model(),
        texts,
        String::length,
        encode,
        (text, encoded, answer) -> embedded(encoded, answer));
  }

  /** What the model was trained to read before texts of a kind, by name: {@code query}. */
  public Map<String, String> prompts() {
    return model.model().text().preparation().prompts();
  }

  /**
   * The name of the prompt for texts that others are looked for with: {@code query}; absent where
   * the file has none.
   */
  public Optional<String> queryPrompt() {
    return first("query");
  }

  /**
   * The name of the prompt for texts that are found: {@code document}, or {@code passage}, as E5's
   * folders call it; absent where the file has neither.
   */
  public Optional<String> documentPrompt() {
    return first("document", "passage");
  }

  private Optional<String> first(String... names) {
    return Stream.of(names).filter(prompts()::containsKey).findFirst();
  }

  /** Whether a vector has a number for each token of the vocabulary, most of them 0 (SPLADE). */
  public boolean isSparse() {
    return model.model().task().filter(task -> task == Task.SPARSE_EMBEDDING).isPresent();
  }

  /**
   * The numbers of a sparse vector that are above 0, with their tokens: the largest first.
   *
   * @throws InvalidRequestException if this embedder's vectors are not sparse
   */
  public List<SparseWeight> weights(TextEmbedding embedding) {
    if (!isSparse()) {
      throw new InvalidRequestException(
          "the weights of tokens are asked for, and the file gives dense vectors",
          model.model().where(),
          "use the vector itself");
    }
    List<SparseWeight> weights = new ArrayList<>();
    for (int id = 0; id < embedding.vector().length; id++) {
      if (embedding.vector()[id] > 0) {
        weights.add(new SparseWeight(tokenizer().token(id).orElse(""), id, embedding.vector()[id]));
      }
    }
    weights.sort(Comparator.comparingDouble(SparseWeight::weight).reversed());
    return List.copyOf(weights);
  }

  private TextEmbedding embedded(Encoded encoded) {
    return embedded(encoded, model.answer(encoded.encoding()));
  }

  private TextEmbedding embedded(Encoded encoded, RawModel.Timed<RawOutput> answer) {
    Encoding encoding = encoded.encoding();
    if (answer.value().shape().size() > 2 || answer.value().values().length == 0) {
      throw model.otherShape(
          answer.value(), "one vector [1, d]", "an embedder that pools its tokens");
    }
    return new TextEmbedding(
        answer.value().values(),
        encoding.length(),
        encoding.truncated(),
        encoding.cut(),
        encoded.millisecondsWith(answer));
  }

  /**
   * The first numbers of a vector of this model's, made to length 1 again where the file's vectors
   * have that, so that products of them stay cosines.
   *
   * @throws InvalidRequestException if there are not so many
   */
  public TextEmbedding leading(TextEmbedding whole, int dimensions) {
    TextEmbedding leading = whole.leading(dimensions);
    return model.model().text().normalized() ? leading.normalized() : leading;
  }

  /** The model that answers, for its notes and raw outputs; closed with this embedder. */
  public RawModel model() {
    return model.model();
  }

  /** The tokenizer; closed with this embedder. */
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    model.close();
  }
}
