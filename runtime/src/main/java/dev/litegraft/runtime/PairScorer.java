package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Reranking;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads the query and each text together, and scores them with the model's one logit. */
record PairScorer(TextClassifier classifier, Optional<String> instruction)
    implements Reranker.Scorer {
  static PairScorer of(RawModel model) throws IOException {
    TextClassifier classifier = TextClassifier.of(model);
    List<String> labels = model.text().labels().orElse(List.of());
    if (labels.size() > 1) {
      classifier.close();
      throw new InvalidRequestException(
          "the file answers with "
              + labels.size()
              + " labels, where one score orders texts: "
              + labels,
          model.where(),
          "litegraft classify FILE QUERY --pair TEXT gives each label's probability");
    }
    try {
      model.text().requireLogits("ranking", model.where());
    } catch (InvalidRequestException e) {
      classifier.close();
      throw e;
    }
    return new PairScorer(classifier, Optional.empty());
  }

  @Override
  public PairScorer with(String other) {
    Optional<Reranking> asked = classifier.model().text().reranking();
    if (asked.isEmpty()
        || asked.get().segments().stream().noneMatch(s -> s.contains(Reranking.INSTRUCTION))) {
      throw new InvalidRequestException(
          "an instruction is given, and the model's template has no place for one",
          classifier.model().where(),
          "leave the instruction out");
    }
    return new PairScorer(classifier, Optional.of(other));
  }

  @Override
  public PairScorer prompted(Optional<String> query, Optional<String> document) {
    throw new InvalidRequestException(
        "a prompt is asked for, and the model reads the query with each text",
        classifier.model().where(),
        classifier.model().text().reranking().isPresent()
            ? "leave it out; --instruction says what the model looks for"
            : "leave it out, or write it before the query itself");
  }

  @Override
  public List<RankedText> scored(String query, List<String> texts) {
    List<TextPair> pairs = texts.stream().map(text -> new TextPair(query, text)).toList();
    List<Classification> answers;
    Optional<Reranking> asked = classifier.model().text().reranking();
    if (asked.isPresent()) {
      answers =
          classifier.judged(asked.get(), instruction.orElse(asked.get().instruction()), pairs);
    } else {
      requireRoom(query);
      answers = classifier.classifyPairs(pairs);
    }
    return scored(texts, answers);
  }

  @Override
  public Stream<Outcome<QueryTexts, List<RankedText>>> scoredAll(Stream<QueryTexts> queries) {
    Optional<Reranking> template = classifier.model().text().reranking();
    return ManyRankings.of(
        queries,
        new ManyRankings.Scoring<TextPair, Classification>() {
          @Override
          public List<TextPair> parts(QueryTexts asked) {
            return asked.texts().stream().map(text -> new TextPair(asked.query(), text)).toList();
          }

          @Override
          public Stream<Outcome<TextPair, Classification>> answers(Stream<TextPair> parts) {
            return template.isPresent()
                ? classifier.judgedAll(
                    template.get(), instruction.orElse(template.get().instruction()), parts)
                : classifier.classifyAllPairs(parts);
          }

          @Override
          public List<RankedText> scored(QueryTexts asked, List<Classification> answers) {
            if (template.isEmpty()) {
              requireRoom(asked.query());
            }
            return PairScorer.scored(asked.texts(), answers);
          }
        });
  }

  private static List<RankedText> scored(List<String> texts, List<Classification> answers) {
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> {
              Classification answer = answers.get(i);
              return new RankedText(
                  i,
                  texts.get(i),
                  answer.score(),
                  answer.logits().get(0),
                  answer.tokens(),
                  answer.truncated(),
                  answer.milliseconds());
            })
        .toList();
  }

  /** Of two texts the longer one is cut first: a long query would be cut without a word. */
  private void requireRoom(String query) {
    RawModel model = classifier.model();
    int most = model.maxLength().orElse(Integer.MAX_VALUE);
    int tokens = classifier.tokenizer().encode(query, "").length();
    if (tokens >= most) {
      throw new InvalidRequestException(
          "the query has "
              + tokens
              + " tokens with the special ones, and the model reads "
              + most
              + ": nothing is left for a text",
          model.where(),
          "shorten the query, or convert again with a larger --max-length");
    }
  }

  @Override
  public Map<String, String> prompts() {
    return Map.of();
  }

  @Override
  public void close() {
    classifier.close();
  }
}
