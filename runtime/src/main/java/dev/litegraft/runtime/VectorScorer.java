package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import java.io.IOException;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/** Compares the vector of the query with that of each text. */
record VectorScorer(TextEmbedder embedder) implements Reranker.Scorer {
  static VectorScorer of(RawModel model) throws IOException {
    return new VectorScorer(TextEmbedder.of(model));
  }

  @Override
  public VectorScorer with(String instruction) {
    throw new InvalidRequestException(
        "an instruction is given, and an embedder compares vectors",
        embedder.model().where(),
        "put it before the query, if the model was trained so");
  }

  @Override
  public List<RankedText> scored(String query, List<String> texts) {
    TextEmbedding asked = embedder.embed(query);
    if (asked.truncated()) {
      throw new InvalidRequestException(
          "the query is longer than the " + asked.tokens() + " tokens that the model reads",
          embedder.model().where(),
          "shorten the query, or convert again with a larger --max-length");
    }
    List<TextEmbedding> answers = embedder.embed(texts);
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
  public void close() {
    embedder.close();
  }
}
