package dev.litegraft.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.facts.ModelFacts;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the server says of itself, as text-embeddings-inference does. */
record InfoPage(Models models, ServeOptions options, String version) {
  /** {@code GET /info}: of one model; of several the first, and {@code models} has all. */
  Reply of(Request request) {
    ServedModel shown =
        request.model().isPresent() ? models.named(request.model().get()) : models.first();
    return Reply.json(
        JsonBody.of(
            json -> {
              write(json, shown);
              if (models.all().size() > 1 && request.model().isEmpty()) {
                json.writeArrayFieldStart("models");
                for (ServedModel model : models.all()) {
                  json.writeStartObject();
                  write(json, model);
                  json.writeEndObject();
                }
                json.writeEndArray();
              }
            }));
  }

  private void write(JsonGenerator json, ServedModel model) throws IOException {
    Optional<ModelFacts> facts = model.facts();
    json.writeStringField("model_id", model.name());
    json.writeStringField(
        "model_sha", facts.map(own -> own.provenance().configSha256()).orElse(null));
    json.writeStringField("model_dtype", facts.map(ModelFacts::recipe).orElse("unknown"));
    json.writeStringField("served_model_name", model.name());
    json.writeObjectFieldStart("model_type");
    writeType(json, model, facts);
    json.writeEndObject();
    json.writeNumberField("max_concurrent_requests", options.queue());
    json.writeNumberField("max_input_length", model.raw().maxLength().orElse(Integer.MAX_VALUE));
    json.writeNumberField(
        "max_batch_tokens",
        (long) ServedModel.batch(options) * model.raw().maxLength().orElse(512));
    json.writeNumberField("max_batch_requests", ServedModel.batch(options));
    json.writeNumberField("max_client_batch_size", options.maxTexts());
    json.writeBooleanField("auto_truncate", true);
    json.writeNumberField("tokenization_workers", options.runtime().threads());
    json.writeStringField("version", version);
    json.writeNullField("sha");
    json.writeNullField("docker_label");
  }

  private static void writeType(JsonGenerator json, ServedModel model, Optional<ModelFacts> facts)
      throws IOException {
    if (model instanceof ServedEmbedder embedder) {
      json.writeObjectFieldStart("embedding");
      json.writeStringField("pooling", pooling(embedder, facts));
      json.writeEndObject();
      return;
    }
    json.writeObjectFieldStart(model.ranks() ? "reranker" : "classifier");
    List<String> labels = facts.map(ModelFacts::labels).orElse(List.of());
    json.writeObjectFieldStart("id2label");
    for (int i = 0; i < labels.size(); i++) {
      json.writeStringField(Integer.toString(i), labels.get(i));
    }
    json.writeEndObject();
    json.writeObjectFieldStart("label2id");
    for (int i = 0; i < labels.size(); i++) {
      if (labels.indexOf(labels.get(i)) == i) {
        json.writeNumberField(labels.get(i), i);
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String pooling(ServedEmbedder embedder, Optional<ModelFacts> facts) {
    if (embedder.embedder().isSparse()) {
      return "splade";
    }
    return facts
        .map(own -> own.pooling())
        .filter(how -> !how.isEmpty())
        .map(how -> how.get(0).name().toLowerCase(Locale.ROOT))
        .map(how -> how.equals("last") ? "last-token" : how)
        .orElse("unknown");
  }
}
