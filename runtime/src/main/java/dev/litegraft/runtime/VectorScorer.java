package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares the vector of the query with that of each text.
 *
 * @param query the name of the prompt before the query, where it is not the default one
 * @param document the same of the texts'
 */
record VectorScorer(TextEmbedder embedder, Optional<String> query, Optional<String> document)
    implements Reranker.Scorer {
  static VectorScorer of(RawModel model) throws IOException {
    TextEmbedder embedder = TextEmbedder.of(model);
    return new VectorScorer(embedder, usual(embedder, "query"), usual(embedder, "document"));
  }

  /** As sentence-transformers reads a folder, it has both; what it does not name is empty. */
  private static Optional<String> usual(TextEmbedder embedder, String name) {
    return embedder.prompts().isEmpty()
        ? Optional.empty()
        : Optional.of(embedder.prompts().containsKey(name) ? name : "");
  }

  @Override
  public VectorScorer prompted(Optional<String> other, Optional<String> ofTexts) {
    return new VectorScorer(embedder, other.or(() -> query), ofTexts.or(() -> document));
  }

  @Override
  public VectorScorer with(String instruction) {
    throw new InvalidRequestException(
        "an instruction is given, and an embedder compares vectors",
        embedder.model().where(),
        "--prompt chooses one of the model's prompts; else put it before the query itself");
  }

  @Override
  public List<RankedText> scored(String text, List<String> texts) {
    TextEmbedding asked = embedded(List.of(text), query).get(0);
    requireWhole(asked);
    return scored(asked, texts, embedded(texts, document));
  }

  @Override
  public Stream<Outcome<QueryTexts, List<RankedText>>> scoredAll(Stream<QueryTexts> queries) {
    return ManyRankings.of(
        queries,
        new ManyRankings.Scoring<TextEmbedder.Prompted, TextEmbedding>() {
          @Override
          public List<TextEmbedder.Prompted> parts(QueryTexts asked) {
            List<TextEmbedder.Prompted> parts = new ArrayList<>(asked.texts().size() + 1);
            parts.add(new TextEmbedder.Prompted(asked.query(), query));
            asked.texts().forEach(text -> parts.add(new TextEmbedder.Prompted(text, document)));
            return parts;
          }

          @Override
          public Stream<Outcome<TextEmbedder.Prompted, TextEmbedding>> answers(
              Stream<TextEmbedder.Prompted> parts) {
            return embedder.embedEach(parts);
          }

          @Override
          public List<RankedText> scored(QueryTexts asked, List<TextEmbedding> answers) {
            requireWhole(answers.get(0));
            return VectorScorer.this.scored(
                answers.get(0), asked.texts(), answers.subList(1, answers.size()));
          }
        });
  }

  private void requireWhole(TextEmbedding asked) {
    if (asked.truncated()) {
      throw new InvalidRequestException(
          "the query is longer than the " + asked.tokens() + " tokens that the model reads",
          embedder.model().where(),
          "shorten the query, or convert again with a larger --max-length");
    }
  }

  private List<RankedText> scored(
      TextEmbedding asked, List<String> texts, List<TextEmbedding> answers) {
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> {
              TextEmbedding answer = answers.get(i);
              double score = similarity(asked.vector(), answer.vector());
              return new RankedText(
                  i,
                  texts.get(i),
                  score,
                  score,
                  answer.tokens(),
                  answer.truncated(),
                  answer.milliseconds());
            })
        .toList();
  }

  private List<TextEmbedding> embedded(List<String> texts, Optional<String> prompt) {
    return prompt.isPresent() ? embedder.embed(texts, prompt.get()) : embedder.embed(texts);
  }

  private double similarity(float[] a, float[] b) {
    return switch (embedder.model().text().similarity()) {
      case COSINE -> Cosine.similarity(a, b);
      case DOT -> sum(a, b, (x, y) -> x * y);
      case EUCLIDEAN -> -Math.sqrt(sum(a, b, (x, y) -> (x - y) * (x - y)));
      case MANHATTAN -> -sum(a, b, (x, y) -> Math.abs(x - y));
    };
  }

  private static double sum(float[] a, float[] b, DoubleBinaryOperator of) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += of.applyAsDouble(a[i], b[i]);
    }
    return sum;
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
