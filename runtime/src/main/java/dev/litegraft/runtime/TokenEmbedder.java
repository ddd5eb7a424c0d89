package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.LateInteraction;
import dev.litegraft.facts.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes a vector of each token of a query or a document, for late interaction (ColBERT).
 *
 * <pre>{@code
 * try (TokenEmbedder embedder = TokenEmbedder.open(Path.of("colbert.tflite"))) {
 *   TokenEmbeddings query = embedder.query("Who wrote Faust?");
 *   System.out.println(query.maxSim(embedder.document("Faust is a play by Goethe.")));
 * }
 * }</pre>
 *
 * <p>Queries and documents are read as the folder says: with a prefix, up to a length, a short
 * query filled up with a token whose vectors count, and without the vectors of tokens on a skip
 * list.
 *
 * <p>Source: {@code encode_query} and {@code encode_document} of sentence-transformers'
 * MultiVectorEncoder.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class TokenEmbedder implements AutoCloseable {
  private final TokenizedModel model;
  private final LateInteraction how;

  private TokenEmbedder(TokenizedModel model, LateInteraction how) {
    this.model = model;
    this.how = how;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static TokenEmbedder open(Path file) throws IOException {
    return open(file, RuntimeOptions.defaults());
  }

  /**
   * Opens a model and its tokenizer.
   *
   * @throws InvalidInputException if the file cannot be used, is of another task, or does not say
   *     how queries and documents are read
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static TokenEmbedder open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(Path, RuntimeOptions)} of a file in memory, which is copied. */
  public static TokenEmbedder open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Embeds with a model that is open; it is closed with the embedder, or at once if this fails.
   *
   * @throws InvalidInputException as {@link #open(Path, RuntimeOptions)}
   */
  public static TokenEmbedder of(RawModel model) throws IOException {
    TokenizedModel tokenized = TokenizedModel.of(model, Task.TOKEN_EMBEDDING);
    if (model.text().lateInteraction().isEmpty()) {
      tokenized.close();
      throw new InvalidFileException(
          "the file does not say how queries and documents are read",
          model.where(),
          "convert the folder of sentence-transformers or PyLate with Litegraft");
    }
    return new TokenEmbedder(tokenized, model.text().lateInteraction().get());
  }

  /**
   * The vectors of a query.
   *
   * @throws InvalidInputException if it has no tokens, or the model does not answer with a vector a
   *     token
   * @throws IllegalStateException if this embedder is closed
   */
  public TokenEmbeddings query(String text) {
    return query(text, how.query());
  }

  /**
   * The same with another prompt than the usual one.
   *
   * @param prompt its name, one of {@link #prompts}; empty for none
   * @throws InvalidInputException as {@link #query(String)}, or if the file has no such prompt
   */
  public TokenEmbeddings query(String text, String prompt) {
    return query(text, prompted(how.query(), prompt));
  }

  private TokenEmbeddings query(String text, LateInteraction.Side side) {
    int length = how.expansion().map(e -> cut(e, side)).orElse(side.length());
    return embedded(text, side, length, true);
  }

  /** A query is never cut to fewer tokens than it is filled up to. */
  private static int cut(LateInteraction.Expansion expansion, LateInteraction.Side side) {
    if (expansion.cuts()) {
      return expansion.length();
    }
    return side.length() == 0 ? 0 : Math.max(side.length(), expansion.length());
  }

  /**
   * The vectors of a document.
   *
   * @throws InvalidInputException as {@link #query(String)}
   * @throws IllegalStateException if this embedder is closed
   */
  public TokenEmbeddings document(String text) {
    return embedded(text, how.document(), how.document().length(), false);
  }

  /**
   * The same with another prompt than the usual one.
   *
   * @param prompt its name, one of {@link #prompts}; empty for none
   * @throws InvalidInputException as {@link #query(String)}, or if the file has no such prompt
   */
  public TokenEmbeddings document(String text, String prompt) {
    return embedded(text, prompted(how.document(), prompt), how.document().length(), false);
  }

  /** What the model was trained to read before texts of a kind, by name. */
  public Map<String, String> prompts() {
    return model.model().text().preparation().prompts();
  }

  private LateInteraction.Side prompted(LateInteraction.Side side, String name) {
    String prompt = model.prompt(name).prompt();
    return new LateInteraction.Side(prompt, -1, side.length(), side.skipped());
  }

  private TokenEmbeddings embedded(
      String text, LateInteraction.Side side, int length, boolean query) {
    Objects.requireNonNull(text, "text");
    long begin = System.nanoTime();
    int most = length == 0 ? model.most() : Math.min(length, model.most());
    String prepared = model.model().text().preparation().of(side.prefix() + text);
    Encoding encoding =
        model.tokenizer().encode(prepared, null, side.prefixToken() < 0 ? most : most - 1);
    if (encoding.length() == 0) {
      throw new InvalidRequestException(
          "the text has no token in the vocabulary",
          model.model().where(),
          "leave it out, or give it at least one word");
    }
    List<Integer> ids = new ArrayList<>();
    for (int id : encoding.ids()) {
      ids.add(id);
    }
    if (side.prefixToken() >= 0) {
      ids.add(leading(encoding), side.prefixToken());
    }
    int read = ids.size();
    boolean attended = true;
    if (query && how.expansion().isPresent()) {
      LateInteraction.Expansion expansion = how.expansion().get();
      attended = expansion.attended();
      while (ids.size() < Math.min(expansion.length(), model.most())) {
        ids.add(expansion.token());
      }
    }
    int[] row = ids.stream().mapToInt(Integer::intValue).toArray();
    int[] mask = new int[row.length];
    Arrays.fill(mask, 0, attended ? row.length : read, 1);
    RawOutput answer = model.model().answer(row, mask, null);
    return new TokenEmbeddings(
        counted(answer, row, new HashSet<>(side.skipped())),
        row.length,
        encoding.truncated(),
        (System.nanoTime() - begin) / 1e6);
  }

  /** How many special tokens stand before the text. */
  private static int leading(Encoding encoding) {
    int leading = 0;
    while (leading < encoding.length() && encoding.sequences()[leading] < 0) {
      leading++;
    }
    return Math.min(leading, 1);
  }

  private List<float[]> counted(RawOutput answer, int[] ids, Set<Integer> skipped) {
    if (answer.shape().size() != 3 || answer.shape().get(1) != ids.length) {
      throw model.otherShape(
          answer, "a vector for each token [1, " + ids.length + ", d]", "late interaction");
    }
    int width = answer.shape().get(2);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      if (!skipped.contains(ids[i])) {
        vectors.add(Arrays.copyOfRange(answer.values(), i * width, (i + 1) * width));
      }
    }
    return vectors;
  }

  /** Whether a score is divided by the number of the query's vectors. */
  boolean isMean() {
    return how.mean();
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
