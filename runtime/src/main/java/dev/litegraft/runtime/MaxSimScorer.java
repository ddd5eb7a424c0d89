package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares the vectors of a query's tokens with those of each text.
 *
 * @param query the name of the prompt before the query, where it is not the usual one
 * @param document the same of the texts'
 */
record MaxSimScorer(TokenEmbedder embedder, Optional<String> query, Optional<String> document)
    implements Reranker.Scorer {
  static MaxSimScorer of(RawModel model) throws IOException {
    return new MaxSimScorer(TokenEmbedder.of(model), Optional.empty(), Optional.empty());
  }

  @Override
  public MaxSimScorer prompted(Optional<String> other, Optional<String> ofTexts) {
    return new MaxSimScorer(embedder, other.or(() -> query), ofTexts.or(() -> document));
  }

  @Override
  public MaxSimScorer with(String instruction) {
    throw new InvalidRequestException(
        "an instruction is given, and late interaction compares vectors",
        embedder.model().where(),
        "--prompt chooses one of the model's prompts; else put it before the query itself");
  }

  @Override
  public List<RankedText> scored(String asking, List<String> texts) {
    TokenEmbeddings asked =
        query.isPresent() ? embedder.query(asking, query.get()) : embedder.query(asking);
    List<RankedText> scored = new ArrayList<>();
    for (String text : texts) {
      TokenEmbeddings answer =
          document.isPresent() ? embedder.document(text, document.get()) : embedder.document(text);
      double sum = asked.maxSim(answer);
      double score = embedder.isMean() ? sum / Math.max(1, asked.vectors().size()) : sum;
      scored.add(
          new RankedText(
              scored.size(),
              text,
              score,
              score,
              answer.tokens(),
              answer.truncated(),
              asked.truncated(),
              answer.milliseconds()));
    }
    return scored;
  }

  /** Vectors of all tokens of a thousand texts would take much memory: no window waits for them. */
  @Override
  public Stream<Outcome<QueryTexts, List<RankedText>>> scoredAll(Stream<QueryTexts> queries) {
    return CallsAhead.of(
        queries, embedder.model().lanes().threads(), asked -> scored(asked.query(), asked.texts()));
  }

  @Override
  public Map<String, String> prompts() {
    return embedder.prompts();
  }

  @Override
  public void close() {
    embedder.close();
  }
}
