package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Task;
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
 * Orders texts by how well they answer a query, with a .tflite file: of a cross-encoder, which
 * reads both together, of a language model that judges them, of an embedder, which compares their
 * vectors, or of late interaction, which compares those of their tokens. Prompts that the model was
 * trained with stand before the query and the texts.
 *
 * <pre>{@code
 * try (Reranker reranker = Reranker.open(Path.of("reranker.tflite"))) {
 *   for (RankedText one : reranker.rank("Who wrote Faust?", texts)) {
 *     System.out.println(one.score() + " " + one.text());
 *   }
 * }
 * }</pre>
 *
 * <p>Texts that are longer than the model takes are cut. A query that leaves no room for a text is
 * an error; late interaction reads queries to a length of their own, and cuts them there, too:
 * {@link RankedText#queryTruncated()}.
 *
 * <p>Source: {@code rank} and {@code predict} of sentence-transformers' CrossEncoder; {@code
 * encode_query}, {@code encode_document} and {@code similarity} of its SentenceTransformer.
 *
 * <p>Safe to share between threads; {@link RuntimeOptions#interpreters()} calls run at the same
 * time.
 */
public final class Reranker implements AutoCloseable {
  private final Scorer scorer;

  /** Scores texts; each kind of model does it in its own way. */
  interface Scorer extends AutoCloseable {
    /** The texts with their scores, in their own order. */
    List<RankedText> scored(String query, List<String> texts);

    /** The same of many queries, in their order. */
    Stream<Outcome<QueryTexts, List<RankedText>>> scoredAll(Stream<QueryTexts> queries);

    /** The same with another instruction, of language models that take one. */
    Scorer with(String instruction);

    /** The same with other prompts, by name, of models that compare vectors. */
    Scorer prompted(Optional<String> query, Optional<String> document);

    /** The prompts of the file, by name. */
    Map<String, String> prompts();

    @Override
    void close();
  }

  private Reranker(Scorer scorer) {
    this.scorer = scorer;
  }

  /** {@link #open(Path, RuntimeOptions)} with {@link RuntimeOptions#defaults()}. */
  public static Reranker open(Path file) throws IOException {
    return open(file, RuntimeOptions.defaults());
  }

  /**
   * Opens a model and its tokenizer.
   *
   * @throws InvalidInputException if the file cannot be used, cannot order texts, or has no
   *     tokenizer inside and {@link RuntimeOptions#withTokenizer} names none
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static Reranker open(Path file, RuntimeOptions options) throws IOException {
    return of(RawModel.openForTexts(file, options));
  }

  /** {@link #open(Path, RuntimeOptions)} of a file in memory, which is copied. */
  public static Reranker open(ByteBuffer bytes, RuntimeOptions options) throws IOException {
    return of(RawModel.open(bytes, options));
  }

  /**
   * Ranks with a model that is open; it is closed with the reranker, or at once if this fails.
   *
   * @throws InvalidInputException as {@link #open(Path, RuntimeOptions)}
   */
  public static Reranker of(RawModel model) throws IOException {
    Optional<Task> task = model.task();
    if (task.filter(own -> own == Task.TOKEN_EMBEDDING).isPresent()) {
      return new Reranker(MaxSimScorer.of(model));
    }
    return new Reranker(
        task.filter(Task::embeds).isPresent() ? VectorScorer.of(model) : PairScorer.of(model));
  }

  /**
   * The same of a language model that is told what to look for; both share the model, and closing
   * one closes both.
   *
   * @throws InvalidInputException if the model takes no instruction
   */
  public Reranker withInstruction(String instruction) {
    return new Reranker(scorer.with(Objects.requireNonNull(instruction, "instruction")));
  }

  /**
   * The same of an embedder or of late interaction with other prompts before the query and the
   * texts than their usual ones; both share the model, and closing one closes both.
   *
   * <p>Usual are, as in {@code encode_query} and {@code encode_document} of sentence-transformers,
   * the prompts {@code query} and {@code document}; where the file has prompts, but not this one,
   * none.
   *
   * @param query the name of the query's; empty text for none; absent for the usual one
   * @param document the name of the texts', as {@code query}
   * @throws InvalidInputException if the file has no prompt of this name, or the model compares no
   *     vectors
   */
  public Reranker withPrompts(Optional<String> query, Optional<String> document) {
    return new Reranker(scorer.prompted(query, document));
  }

  /** What the model was trained to read before texts of a kind, by name. */
  public Map<String, String> prompts() {
    return scorer.prompts();
  }

  /**
   * Orders texts, the best first; texts with the same score keep their order.
   *
   * @throws InvalidInputException if there are no texts, the query or a text has no tokens, or the
   *     query leaves no room for a text
   * @throws IllegalStateException if this reranker is closed
   */
  public List<RankedText> rank(String query, List<String> texts) {
    QueryTexts asked = new QueryTexts(query, texts);
    return ordered(scorer.scored(asked.query(), asked.texts()));
  }

  /**
   * Orders the texts of any number of queries, in the order of the queries, as fast as the machine
   * allows: as {@link TextClassifier#classifyAll} answers texts. A query that cannot be answered
   * does not keep the others from it; where one of its texts is at fault, the query is.
   *
   * @param queries read on the thread that reads the answers, some ahead
   * @return of each query its texts, the best first
   */
  public Stream<Outcome<QueryTexts, List<RankedText>>> rankAll(Stream<QueryTexts> queries) {
    return scorer
        .scoredAll(queries)
        .map(
            outcome ->
                new Outcome<>(
                    outcome.index(),
                    outcome.text(),
                    outcome.answer().map(Reranker::ordered),
                    outcome.fault()));
  }

  private static List<RankedText> ordered(List<RankedText> scored) {
    List<RankedText> ranked = new ArrayList<>(scored);
    ranked.sort(Comparator.comparingDouble(RankedText::score).reversed());
    return List.copyOf(ranked);
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    scorer.close();
  }
}
