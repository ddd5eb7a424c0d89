package dev.litegraft.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.TextEmbedding;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What OpenAI's interface answers. Source: its reference, embeddings and models. */
final class OpenAiPaths {
  /** The path of a model is this and its name. */
  static final String MODEL = "/v1/models/";

  private static final String INPUT = "input";

  private final Models models;
  private final int maxTexts;
  private final Metrics metrics;

  OpenAiPaths(Models models, int maxTexts, Metrics metrics) {
    this.models = models;
    this.maxTexts = maxTexts;
    this.metrics = metrics;
  }

  /** {@code {"model", "input": text | [text, …]}}: vectors of length 1. */
  Reply embeddings(Request request) {
    Fields fields = request.fields();
    ServedEmbedder model =
        (ServedEmbedder)
            models.choose(
                request.named(),
                one -> one instanceof ServedEmbedder e && !e.embedder().isSparse(),
                "an embedding model");
    boolean base64 = base64(fields);
    Optional<Integer> dimensions = fields.count("dimensions");
    List<String> texts = texts(fields);
    Request.requireCount(INPUT, texts.size(), maxTexts);
    metrics.asked(model.name(), request.path());
    List<TextEmbedding> answers =
        Asked.all(
            model.embedded(
                texts.stream()
                    .map(text -> new ServedEmbedder.Input(text, Optional.empty()))
                    .toList()),
            fields.places(INPUT));
    request.requireWhole(
        answers.stream().map(TextEmbedding::truncated).toList(),
        fields.places(INPUT),
        model.raw().maxLength());
    List<float[]> vectors = answers.stream().map(one -> Vectors.of(one, dimensions, true)).toList();
    answers.forEach(one -> metrics.length(model.name(), one.tokens()));
    int tokens = answers.stream().mapToInt(TextEmbedding::tokens).sum();
    return Reply.json(
        JsonBody.of(
            json -> {
              json.writeStringField("object", "list");
              json.writeArrayFieldStart("data");
              for (int i = 0; i < vectors.size(); i++) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", i);
                json.writeFieldName("embedding");
                if (base64) {
                  json.writeString(Vectors.base64(vectors.get(i)));
                } else {
                  TeiPaths.writeVector(json, vectors.get(i));
                }
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeStringField("model", model.name());
              json.writeObjectFieldStart("usage");
              json.writeNumberField("prompt_tokens", tokens);
              json.writeNumberField("total_tokens", tokens);
              json.writeEndObject();
            }));
  }

  private static boolean base64(Fields fields) {
    String format = fields.optionalText("encoding_format").orElse("float");
    return switch (format) {
      case "float" -> false;
      case "base64" -> true;
      default -> throw Fields.wrong("encoding_format", format, "\"float\" or \"base64\"");
    };
  }

  /** Ids would be those of another tokenizer: they mean other words here. */
  private static List<String> texts(Fields fields) {
    Object input = fields.required(INPUT, "a string, or a list of strings");
    if (input instanceof List<?> list
        && !list.isEmpty()
        && (list.get(0) instanceof Long
            || (list.get(0) instanceof List<?> ids
                && !ids.isEmpty()
                && ids.get(0) instanceof Long))) {
      throw Refusal.ofField(
          INPUT,
          "`input` has token ids, which are those of another model's tokenizer; send texts (in"
              + " LangChain: check_embedding_ctx_length=False)");
    }
    return fields.texts(INPUT);
  }

  /** {@code GET /v1/models}. */
  Reply models(Request request) {
    return Reply.json(
        JsonBody.of(
            json -> {
              json.writeStringField("object", "list");
              json.writeArrayFieldStart("data");
              for (ServedModel model : models.all()) {
                json.writeStartObject();
                write(json, model);
                json.writeEndObject();
              }
              json.writeEndArray();
            }));
  }

  /** {@code GET /v1/models/name}. */
  Reply model(Request request) {
    ServedModel model = models.named(request.path().substring(MODEL.length()));
    return Reply.json(JsonBody.of(json -> write(json, model)));
  }

  private static void write(JsonGenerator json, ServedModel model) throws IOException {
    json.writeStringField("id", model.name());
    json.writeStringField("object", "model");
    json.writeNumberField("created", 0);
    json.writeStringField("owned_by", "litegraft");
  }
}
