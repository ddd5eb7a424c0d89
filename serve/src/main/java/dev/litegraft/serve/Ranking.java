package dev.litegraft.serve;

import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.RawModel;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well texts answer a query.
 *
 * @param ranked the best first
 * @param tokens of all rows that the model read
 * @param queryTruncated whether the model did not read the query to its end
 */
record Ranking(List<Score> ranked, int tokens, boolean queryTruncated) {
  /**
   * Of a text.
   *
   * @param index its place in the request
   * @param score what it is ordered by
   * @param logit before any activation
   * @param truncated whether the model did not read it to its end
   */
  record Score(int index, double score, double logit, int tokens, boolean truncated) {}

  /**
   * Asks a model that {@link ServedModel#ranks}.
   *
   * @param field of the body that has the texts
   * @throws Refusal if the query or a text cannot be used
   */
  static Ranking of(ServedModel model, String query, List<String> texts, String field) {
    return model instanceof ServedReranker reranker
        ? judged(reranker, query, texts, field)
        : of(paired((ServedClassifier) model, query, texts, field), false);
  }

  private static Ranking of(List<Score> scores, boolean queryTruncated) {
    return new Ranking(
        scores.stream().sorted(Comparator.comparingDouble(Score::score).reversed()).toList(),
        scores.stream().mapToInt(Score::tokens).sum(),
        queryTruncated);
  }

  /**
   * That the query and the texts were read to their end where {@code truncate} is false.
   *
   * @param field of the body that has the texts
   * @throws Refusal if one was not
   */
  void requireWhole(Request request, ServedModel model, String field) {
    if (queryTruncated && request.refusesCuts()) {
      throw Refusal.ofField(
          Refusal.Kind.TOO_MUCH,
          "query",
          "`query` has more tokens than the model reads of one; leave `truncate` out to have it"
              + " cut");
    }
    request.requireWhole(
        ranked.stream()
            .sorted(Comparator.comparingInt(Score::index))
            .map(Score::truncated)
            .toList(),
        Asked.list(field),
        model.raw().maxLength());
  }

  private static Ranking judged(
      ServedReranker model, String query, List<String> texts, String field) {
    List<RankedText> answers =
        Asked.all(
            model.ranked(
                texts.stream().map(text -> new ServedReranker.Input(query, text)).toList()),
            Asked.list(field));
    List<Score> scores =
        IntStream.range(0, texts.size())
            .mapToObj(
                i -> {
                  RankedText one = answers.get(i);
                  return new Score(i, one.score(), one.logit(), one.tokens(), one.truncated());
                })
            .toList();
    return of(scores, answers.stream().anyMatch(RankedText::queryTruncated));
  }

  /** A cross-encoder's scores are between 0 and 1, as clients expect them. */
  private static List<Score> paired(
      ServedClassifier model, String query, List<String> texts, String field) {
    requireRoom(model, query);
    List<Classification> answers =
        Asked.all(
            model.classified(
                texts.stream().map(text -> new ServedClassifier.Input(query, text)).toList()),
            Asked.list(field));
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> {
              Classification one = answers.get(i);
              double logit = one.logits().get(0);
              return new Score(i, 1 / (1 + Math.exp(-logit)), logit, one.tokens(), one.truncated());
            })
        .toList();
  }

  /** Of two texts the longer one is cut first: a long query would be cut without a word. */
  private static void requireRoom(ServedClassifier model, String query) {
    RawModel raw = model.raw();
    int most = raw.maxLength().orElse(Integer.MAX_VALUE);
    int tokens = model.classifier().tokenizer().encode(query, "").length();
    if (tokens >= most) {
      throw Refusal.ofField(
          "query",
          "`query` has "
              + tokens
              + " tokens with the special ones, and the model reads "
              + most
              + ": nothing is left for a text");
    }
  }
}
