package dev.litegraft.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.SparseWeight;
import dev.litegraft.runtime.TextEmbedding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What text-embeddings-inference answers. Source: its {@code router/src/http/types.rs}. */
final class TeiPaths {
  private static final String INPUTS = "inputs";

  private final Models models;
  private final int maxTexts;
  private final Metrics metrics;

  TeiPaths(Models models, int maxTexts, Metrics metrics) {
    this.models = models;
    this.maxTexts = maxTexts;
    this.metrics = metrics;
  }

  /** What a served file does, for clients that know one model and no paths. */
  Reply only(Request request) {
    ServedModel model = models.choose(request.named(), one -> true, "a model");
    if (request.fields().has("query")) {
      return rerank(request);
    }
    if (request.fields().members().get(INPUTS) instanceof Map) {
      return similarity(request);
    }
    if (model instanceof ServedEmbedder embedder) {
      return embedder.embedder().isSparse() ? embedSparse(request) : embed(request);
    }
    return predict(request);
  }

  /** {@code {"inputs": text | [text, pair] | [[text], [text, pair], …]}}: a label's score each. */
  Reply predict(Request request) {
    ServedClassifier model = classifier(request);
    boolean raw = request.fields().flag("raw_scores", false);
    request.requireRightTruncation();
    Object inputs = request.fields().required(INPUTS, PredictInputs.KIND);
    boolean batch = PredictInputs.isBatch(inputs);
    List<ServedClassifier.Input> texts = PredictInputs.of(inputs);
    Request.requireCount(INPUTS, texts.size(), maxTexts);
    metrics.asked(model.name(), request.path());
    IntFunction<String> places = batch ? Asked.list(INPUTS) : i -> INPUTS;
    List<Classification> answers = Asked.all(model.classified(texts), places);
    request.requireWhole(
        answers.stream().map(Classification::truncated).toList(), places, model.raw().maxLength());
    List<String> labels = labels(model, answers.get(0).probabilities().size());
    for (Classification one : answers) {
      if (raw && one.logits().isEmpty()) {
        throw Refusal.ofField(
            "raw_scores", "the file answers with probabilities, and its logits are not known");
      }
    }
    byte[] body =
        JsonBody.list(
            json -> {
              for (Classification one : answers) {
                if (batch) {
                  json.writeStartArray();
                }
                writeLabels(json, labels, raw ? doubles(one.logits()) : one.probabilities());
                if (batch) {
                  json.writeEndArray();
                }
              }
            });
    return Reply.json(
        body,
        computed(
            request,
            texts.stream().mapToInt(ServedClassifier.Input::characters).sum(),
            tokens(model, answers.stream().mapToInt(Classification::tokens))));
  }

  /** Of several the one with labels: a cross-encoder's score is asked for by its name. */
  private ServedClassifier classifier(Request request) {
    boolean labels =
        request.named().isEmpty()
            && models.all().stream().anyMatch(one -> isClassifier(one) && !one.ranks());
    return (ServedClassifier)
        models.choose(
            request.named(),
            one -> isClassifier(one) && !(labels && one.ranks()),
            "a classifier model");
  }

  private static boolean isClassifier(ServedModel model) {
    return model instanceof ServedClassifier;
  }

  private static List<Double> doubles(List<Float> numbers) {
    return numbers.stream().map(Float::doubleValue).toList();
  }

  private static void writeLabels(JsonGenerator json, List<String> labels, List<Double> scores)
      throws IOException {
    List<Integer> best =
        IntStream.range(0, scores.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> scores.get(i)).reversed())
            .toList();
    for (int i : best) {
      json.writeStartObject();
      json.writeNumberField("score", scores.get(i).floatValue());
      json.writeStringField("label", labels.get(i));
      json.writeEndObject();
    }
  }

  private static List<String> labels(ServedClassifier model, int count) {
    List<String> labels =
        model.facts().map(dev.litegraft.facts.ModelFacts::labels).orElse(List.of());
    return labels.size() == count
        ? labels
        : IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList();
  }

  /** {@code {"inputs": text | [text, …]}}: a vector each. */
  Reply embed(Request request) {
    ServedEmbedder model = embedder(request, false, "an embedding model");
    Optional<Integer> dimensions = request.fields().count("dimensions");
    boolean normalize = request.fields().flag("normalize", true);
    List<String> texts = texts(request.fields());
    List<TextEmbedding> answers = embedded(request, model, texts, request.fields().places(INPUTS));
    List<float[]> vectors =
        answers.stream().map(one -> Vectors.of(one, dimensions, normalize)).toList();
    byte[] body =
        JsonBody.list(
            json -> {
              for (float[] vector : vectors) {
                writeVector(json, vector);
              }
            });
    return Reply.json(body, embedComputed(request, model, texts, answers));
  }

  /** The same of a model that weighs words: {@code [[{"index", "value"}, …], …]}. */
  Reply embedSparse(Request request) {
    ServedEmbedder model = embedder(request, true, "a sparse embedding model");
    List<String> texts = texts(request.fields());
    List<TextEmbedding> answers = embedded(request, model, texts, request.fields().places(INPUTS));
    byte[] body =
        JsonBody.list(
            json -> {
              for (TextEmbedding one : answers) {
                json.writeStartArray();
                for (SparseWeight weight : model.embedder().weights(one)) {
                  json.writeStartObject();
                  json.writeNumberField("index", weight.id());
                  json.writeNumberField("value", weight.weight());
                  json.writeEndObject();
                }
                json.writeEndArray();
              }
            });
    return Reply.json(body, embedComputed(request, model, texts, answers));
  }

  private ServedEmbedder embedder(Request request, boolean sparse, String wanted) {
    return (ServedEmbedder)
        models.choose(
            request.named(),
            one -> one instanceof ServedEmbedder e && e.embedder().isSparse() == sparse,
            wanted);
  }

  /**
   * {@code {"inputs": {"source_sentence", "sentences": [text, …]}, "parameters"}}: the cosine of
   * each text's vector with that of the source.
   */
  Reply similarity(Request request) {
    ServedEmbedder model = embedder(request, false, "an embedding model");
    Fields inputs = request.fields().object(INPUTS);
    List<String> texts = new ArrayList<>(List.of(inputs.text("source_sentence")));
    List<String> sentences = inputs.listOfTexts("sentences");
    Request.requireCount("sentences", sentences.size(), maxTexts);
    texts.addAll(sentences);
    Fields parameters =
        request.fields().has("parameters")
            ? request.fields().object("parameters")
            : new Fields(Map.of());
    Request asked = new Request(request.path(), request.model(), parameters, request.begin());
    IntFunction<String> sentence = Asked.list(INPUTS + ".sentences");
    List<TextEmbedding> answers =
        embedded(
            asked, model, texts, i -> i == 0 ? INPUTS + ".source_sentence" : sentence.apply(i - 1));
    byte[] body =
        JsonBody.list(
            json -> {
              for (TextEmbedding one : answers.subList(1, answers.size())) {
                json.writeNumber((float) answers.get(0).similarity(one));
              }
            });
    return Reply.json(body, embedComputed(request, model, texts, answers));
  }

  private List<TextEmbedding> embedded(
      Request request, ServedEmbedder model, List<String> texts, IntFunction<String> places) {
    request.requireRightTruncation();
    Optional<String> prompt = request.fields().optionalText("prompt_name");
    prompt
        .filter(name -> !name.isEmpty() && !model.embedder().prompts().containsKey(name))
        .ifPresent(
            name -> {
              throw Refusal.ofField(
                  "prompt_name",
                  "there is no prompt \""
                      + name
                      + "\"; the file has "
                      + model.embedder().prompts().keySet());
            });
    metrics.asked(model.name(), request.path());
    List<TextEmbedding> answers =
        Asked.all(
            model.embedded(
                texts.stream().map(text -> new ServedEmbedder.Input(text, prompt)).toList()),
            places);
    request.requireWhole(
        answers.stream().map(TextEmbedding::truncated).toList(), places, model.raw().maxLength());
    return answers;
  }

  private List<String> texts(Fields fields) {
    List<String> texts = fields.texts(INPUTS);
    Request.requireCount(INPUTS, texts.size(), maxTexts);
    return texts;
  }

  private Map<String, String> embedComputed(
      Request request, ServedEmbedder model, List<String> texts, List<TextEmbedding> answers) {
    int characters = texts.stream().mapToInt(text -> text.codePointCount(0, text.length())).sum();
    return computed(
        request, characters, tokens(model, answers.stream().mapToInt(TextEmbedding::tokens)));
  }

  static void writeVector(JsonGenerator json, float[] vector) throws IOException {
    json.writeStartArray();
    for (float x : vector) {
      json.writeNumber(x);
    }
    json.writeEndArray();
  }

  /** {@code {"query", "texts"}}: {@code [{"index", "score"}, …]}, the best first. */
  Reply rerank(Request request) {
    ServedModel model = models.choose(request.named(), ServedModel::ranks, "a re-ranker model");
    Fields fields = request.fields();
    request.requireRightTruncation();
    boolean raw = fields.flag("raw_scores", false);
    boolean returned = fields.flag("return_text", false);
    String query = fields.text("query");
    List<String> texts = fields.listOfTexts("texts");
    Request.requireCount("texts", texts.size(), maxTexts);
    metrics.asked(model.name(), request.path());
    Ranking ranking = Ranking.of(model, query, texts, "texts");
    ranking.requireWhole(request, model, "texts");
    byte[] body =
        JsonBody.list(
            json -> {
              for (Ranking.Score one : ranking.ranked()) {
                json.writeStartObject();
                json.writeNumberField("index", one.index());
                if (returned) {
                  json.writeStringField("text", texts.get(one.index()));
                }
                json.writeNumberField("score", (float) (raw ? one.logit() : one.score()));
                json.writeEndObject();
              }
            });
    metrics.length(model.name(), ranking.tokens() / texts.size());
    return Reply.json(body, computed(request, characters(query, texts), ranking.tokens()));
  }

  /** Of all rows: the query is read with each text. */
  static long characters(String query, List<String> texts) {
    return texts.stream().mapToLong(text -> text.codePointCount(0, text.length())).sum()
        + (long) query.codePointCount(0, query.length()) * texts.size();
  }

  private int tokens(ServedModel model, IntStream each) {
    return each.peek(count -> metrics.length(model.name(), count)).sum();
  }

  private static Map<String, String> computed(Request request, long characters, int tokens) {
    String milliseconds = Long.toString((System.nanoTime() - request.begin()) / 1_000_000);
    return Map.of(
        "x-compute-type",
        "cpu",
        "x-compute-time",
        milliseconds,
        "x-total-time",
        milliseconds,
        "x-compute-characters",
        Long.toString(characters),
        "x-compute-tokens",
        Integer.toString(tokens));
  }
}
