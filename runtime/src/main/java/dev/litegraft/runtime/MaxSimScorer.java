package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Compares the vectors of a query's tokens with those of each text. */
record MaxSimScorer(TokenEmbedder embedder) implements Reranker.Scorer {
  static MaxSimScorer of(RawModel model) throws IOException {
    return new MaxSimScorer(TokenEmbedder.of(model));
  }

  @Override
  public MaxSimScorer with(String instruction) {
    throw new InvalidRequestException(
        "an instruction is given, and late interaction compares vectors",
        embedder.model().where(),
        "put it before the query, if the model was trained so");
  }

  @Override
  public List<RankedText> scored(String query, List<String> texts) {
    TokenEmbeddings asked = embedder.query(query);
    List<RankedText> scored = new ArrayList<>();
    for (String text : texts) {
      TokenEmbeddings answer = embedder.document(text);
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
              answer.milliseconds()));
    }
    return scored;
  }

  @Override
  public void close() {
    embedder.close();
  }
}
