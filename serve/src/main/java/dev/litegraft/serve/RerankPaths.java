package dev.litegraft.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the rerankers of Jina and Cohere answer, in one: each finds its members, and passes over
 * those of the other. Source: both references of {@code /v1/rerank}.
 */
final class RerankPaths {
  private static final String DOCUMENTS = "documents";

  /** What would change the scores, and is not done here. */
  private static final List<String> UNKNOWN =
      List.of("rank_fields", "max_chunks_per_doc", "max_tokens_per_doc");

  private final Models models;
  private final int maxTexts;
  private final Metrics metrics;

  RerankPaths(Models models, int maxTexts, Metrics metrics) {
    this.models = models;
    this.maxTexts = maxTexts;
    this.metrics = metrics;
  }

  /** {@code {"model", "query", "documents": [text | {"text"}], "top_n", "return_documents"}}. */
  Reply rerank(Request request) {
    Fields fields = request.fields();
    ServedModel model = models.choose(request.named(), ServedModel::ranks, "a re-ranker model");
    for (String name : UNKNOWN) {
      if (fields.has(name)) {
        throw Refusal.ofField(name, "`" + name + "` is not known here; leave it out");
      }
    }
    Optional<Integer> top = fields.count("top_n");
    boolean returned = fields.flag("return_documents", true);
    String query = fields.text("query");
    List<String> texts = documents(fields);
    Request.requireCount(DOCUMENTS, texts.size(), maxTexts);
    metrics.asked(model.name(), request.path());
    Ranking ranking = Ranking.of(model, query, texts, DOCUMENTS);
    ranking.requireWhole(request, model, DOCUMENTS);
    metrics.length(model.name(), ranking.tokens() / texts.size());
    List<Ranking.Score> best =
        ranking.ranked().subList(0, Math.min(top.orElse(texts.size()), texts.size()));
    return Reply.json(
        JsonBody.of(
            json -> {
              json.writeStringField("model", model.name());
              json.writeStringField("object", "list");
              json.writeObjectFieldStart("usage");
              json.writeNumberField("total_tokens", ranking.tokens());
              json.writeNumberField("prompt_tokens", ranking.tokens());
              json.writeEndObject();
              json.writeArrayFieldStart("results");
              for (Ranking.Score one : best) {
                json.writeStartObject();
                json.writeNumberField("index", one.index());
                json.writeNumberField("relevance_score", one.score());
                if (returned) {
                  json.writeObjectFieldStart("document");
                  json.writeStringField("text", texts.get(one.index()));
                  json.writeEndObject();
                }
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeObjectFieldStart("meta");
              json.writeObjectFieldStart("billed_units");
              json.writeNumberField("search_units", 0);
              json.writeEndObject();
              if (ranking.queryTruncated()) {
                json.writeArrayFieldStart("warnings");
                json.writeString(
                    "the query has more tokens than the model reads of one: it is cut");
                json.writeEndArray();
              }
              json.writeEndObject();
            }));
  }

  private static List<String> documents(Fields fields) {
    String kind = "a list of strings, or of objects with `text`";
    Object value = fields.required(DOCUMENTS, kind);
    if (!(value instanceof List<?> list)) {
      throw Fields.wrong(DOCUMENTS, value, kind);
    }
    List<String> texts = new ArrayList<>(list.size());
    for (Object element : list) {
      Object text = element instanceof Map<?, ?> object ? object.get("text") : element;
      if (!(text instanceof String known)) {
        throw Fields.wrong(
            DOCUMENTS + "[" + texts.size() + "]", element, "a string, or an object with `text`");
      }
      texts.add(known);
    }
    return texts;
  }
}
