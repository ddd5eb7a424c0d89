package dev.litegraft.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.Reranker;
import java.util.Arrays;
import java.util.List;

/** Scores how well texts answer a query: cross-encoders, language models that judge, others. */
public final class LitegraftScoringModel implements ScoringModel, AutoCloseable {
  private final Reranker reranker;

  private LitegraftScoringModel(Builder builder) {
    reranker = builder.open(Reranker::open);
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
    if (segments.isEmpty()) {
      return Response.from(List.of());
    }
    List<String> texts = segments.stream().map(TextSegment::text).toList();
    List<RankedText> ranked = FileBuilder.asked(() -> reranker.rank(query, texts));
    Double[] scores = new Double[texts.size()];
    ranked.forEach(one -> scores[one.index()] = one.score());
    int tokens = ranked.stream().mapToInt(RankedText::tokens).sum();
    return Response.from(Arrays.asList(scores), new TokenUsage(tokens));
  }

  @Override
  public void close() {
    reranker.close();
  }

  /** Builds a scoring model. */
  public static final class Builder extends FileBuilder<Builder> {
    public LitegraftScoringModel build() {
      return new LitegraftScoringModel(this);
    }
  }
}
