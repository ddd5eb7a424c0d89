package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.client.Client;
import dev.litegraft.client.Suitability;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Pooling;
import dev.litegraft.tflite.Bundle;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code inspect} shows of a .tflite file. */
final class TfliteView {
  private static final int UNKNOWN = -1;

  private final Path path;
  private final TfliteModel model;
  private final Optional<ModelFacts> facts;
  private final List<Suitability> clients;
  private final Optional<Bundle> bundle;

  TfliteView(Path path, TfliteReader reader) throws IOException {
    this.path = path;
    this.model = reader.model();
    this.facts = reader.facts();
    this.clients = Client.all(reader);
    this.bundle = reader.bundle();
  }

  void print(Results out) throws IOException {
    heading().print(out);
    out.line("");
    signatures().print(out);
    out.line("");
    Table operators = new Table("operator", "count");
    operators().entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> operators.row(entry.getKey(), entry.getValue().toString()));
    operators.print(out);
    out.line("");
    Table bytes = new Table("where the bytes go", "bytes", "share");
    model.bytesByKind().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(
            entry ->
                bytes.row(
                    entry.getKey(),
                    Units.bytes(entry.getValue()),
                    Units.percent((double) entry.getValue() / model.fileBytes())));
    bytes.print(out);
    out.line("");
    ClientsView.table(clients).print(out);
  }

  private Listing heading() {
    Listing heading = new Listing(path.toString());
    if (bundle.isPresent()) {
      heading
          .add("size", Units.bytes(bundle.get().fileBytes()))
          .add("bundle", "for LiteRT-LM: " + parts(bundle.get()))
          .add("shown", "its encoder, " + Units.bytes(model.fileBytes()));
    } else {
      heading.add("size", Units.bytes(model.fileBytes()));
    }
    if (!model.description().isEmpty()) {
      heading.add("description", model.description());
    }
    facts.ifPresentOrElse(f -> add(f, heading), () -> heading.add("made by", "another program"));
    if (!model.files().isEmpty()) {
      heading.add(
          "files inside",
          model.files().stream()
              .map(TfliteModel.StoredFile::name)
              .collect(Collectors.joining(", ")));
    }
    return heading;
  }

  private static String parts(Bundle bundle) {
    return bundle.sections().stream()
        .map(section -> section + " (" + Units.bytes(section.bytes()) + ")")
        .collect(Collectors.joining(", "));
  }

  private static void write(JsonGenerator json, Bundle bundle) throws IOException {
    json.writeObjectFieldStart("bundle");
    json.writeNumberField("bytes", bundle.fileBytes());
    json.writeArrayFieldStart("sections");
    for (Bundle.Section section : bundle.sections()) {
      json.writeStartObject();
      json.writeStringField("kind", section.kind().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("begin", section.begin());
      json.writeNumberField("bytes", section.bytes());
      for (Map.Entry<String, String> item : new TreeMap<>(section.items()).entrySet()) {
        json.writeStringField(item.getKey(), item.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void add(ModelFacts f, Listing heading) {
    heading
        .add("made by", "Litegraft " + f.litegraftVersion())
        .add(
            "model",
            f.family() + " (" + f.hfClass() + "), " + Units.count(f.parameters()) + " parameters")
        .add("recipe", f.recipe());
    f.find(ModelFacts.ROUNDING).ifPresent(method -> heading.add("rounding", method));
    f.find(ModelFacts.LORA_TASK).ifPresent(task -> heading.add("weights for", task));
    if (!f.labels().isEmpty()) {
      heading.add("labels", ConversionSummary.some(f.labels()));
    }
    f.problemType().ifPresent(problem -> heading.add("problem", problem.hfName()));
    if (f.answersWithProbabilities()) {
      heading.add("output", "probabilities, made inside of the graph");
    }
    if (!f.pooling().isEmpty()) {
      heading.add("pooling", Pooling.id(f.pooling()));
    }
    heading.add("tokens", "at most " + f.maxLength());
    heading.add(
        "made from",
        String.join(", ", f.provenance().sourceFiles())
            + " with config.json of sha256 "
            + f.provenance().configSha256());
  }

  private Table signatures() {
    Table table = new Table("signature", "name", "is", "type", "shape");
    for (TfliteModel.Signature signature : model.signatures()) {
      rows(table, signature, "input", signature.inputs());
      rows(table, signature, "output", signature.outputs());
    }
    if (model.signatures().isEmpty() && !model.subgraphs().isEmpty()) {
      TfliteModel.Subgraph main = model.subgraphs().get(0);
      main.inputs().forEach(index -> row(table, "none", main.tensors().get(index), "input"));
      main.outputs().forEach(index -> row(table, "none", main.tensors().get(index), "output"));
    }
    return table;
  }

  private void rows(
      Table table, TfliteModel.Signature signature, String kind, Map<String, Integer> names) {
    names.forEach(
        (name, index) -> {
          TfliteModel.Tensor tensor = model.tensor(signature.subgraph(), index);
          table.row(signature.key(), name, kind, type(tensor), shape(tensor));
        });
  }

  private static void row(Table table, String key, TfliteModel.Tensor tensor, String kind) {
    table.row(key, tensor.name(), kind, type(tensor), shape(tensor));
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("kind", bundle.isPresent() ? "litertlm" : "tflite");
    json.writeStringField("path", path.toString());
    json.writeNumberField("bytes", model.fileBytes());
    json.writeStringField("description", model.description());
    if (bundle.isPresent()) {
      write(json, bundle.get());
    }
    if (facts.isPresent()) {
      write(json, facts.get());
    }
    json.writeArrayFieldStart("signatures");
    for (TfliteModel.Signature signature : model.signatures()) {
      json.writeStartObject();
      json.writeStringField("key", signature.key());
      write(json, "inputs", signature.subgraph(), signature.inputs());
      write(json, "outputs", signature.subgraph(), signature.outputs());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("subgraphs");
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      json.writeStartObject();
      json.writeStringField("name", subgraph.name());
      json.writeNumberField("tensors", subgraph.tensors().size());
      json.writeNumberField("operators", subgraph.operators().size());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("operators");
    for (Map.Entry<String, Integer> operator : operators().entrySet()) {
      json.writeNumberField(operator.getKey(), operator.getValue());
    }
    json.writeEndObject();
    ClientsView.write(json, clients);
    json.writeObjectFieldStart("bytes_by_kind");
    for (Map.Entry<String, Long> kind : model.bytesByKind().entrySet()) {
      json.writeNumberField(kind.getKey(), kind.getValue());
    }
    json.writeEndObject();
    JsonLine.strings(json, "metadata", List.copyOf(model.metadata().keySet()));
    json.writeArrayFieldStart("files");
    for (TfliteModel.StoredFile file : model.files()) {
      json.writeStartObject();
      json.writeStringField("name", file.name());
      json.writeNumberField("bytes", file.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, ModelFacts f) throws IOException {
    json.writeStringField("litegraft_version", f.litegraftVersion());
    json.writeStringField("family", f.family());
    json.writeStringField("class", f.hfClass());
    json.writeStringField("recipe", f.recipe());
    json.writeStringField("rounding", f.rounding());
    json.writeStringField("task", f.task().name().toLowerCase(Locale.ROOT));
    if (f.find(ModelFacts.LORA_TASK).isPresent()) {
      json.writeStringField("lora_task", f.find(ModelFacts.LORA_TASK).get());
    }
    json.writeNumberField("parameters", f.parameters());
    json.writeNumberField("max_length", f.maxLength());
    JsonLine.strings(json, "labels", f.labels());
    if (f.problemType().isPresent()) {
      json.writeStringField("problem_type", f.problemType().get().hfName());
    }
    if (f.answersWithProbabilities()) {
      json.writeStringField("output", "probabilities");
    }
    if (!f.pooling().isEmpty()) {
      json.writeStringField("pooling", Pooling.id(f.pooling()));
    }
    json.writeBooleanField("normalize", f.normalize());
    if (f.padTokenId().isPresent()) {
      json.writeNumberField("pad_token_id", f.padTokenId().getAsInt());
    }
    json.writeStringField("padding_side", f.paddingSide().name().toLowerCase(Locale.ROOT));
    json.writeObjectFieldStart("provenance");
    json.writeStringField("config_sha256", f.provenance().configSha256());
    JsonLine.strings(json, "source_files", f.provenance().sourceFiles());
    json.writeObjectFieldStart("tensor_sha256");
    for (Map.Entry<String, String> hash : f.provenance().tensorSha256().entrySet()) {
      json.writeStringField(hash.getKey(), hash.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void write(JsonGenerator json, String field, int subgraph, Map<String, Integer> names)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (Map.Entry<String, Integer> name : names.entrySet()) {
      TfliteModel.Tensor tensor = model.tensor(subgraph, name.getValue());
      json.writeStartObject();
      json.writeStringField("name", name.getKey());
      json.writeStringField("type", type(tensor));
      json.writeArrayFieldStart("shape");
      for (int dim : tensor.shapeSignature()) {
        json.writeNumber(dim);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private Map<String, Integer> operators() {
    Map<String, Integer> counts = new TreeMap<>();
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      for (TfliteModel.Operator operator : subgraph.operators()) {
        counts.merge(operator.mnemonic(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static String type(TfliteModel.Tensor tensor) {
    return tensor.type().name().toLowerCase(Locale.ROOT);
  }

  private static String shape(TfliteModel.Tensor tensor) {
    return tensor.shapeSignature().stream()
        .map(dim -> dim == UNKNOWN ? "t" : dim.toString())
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
