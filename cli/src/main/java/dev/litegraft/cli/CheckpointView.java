package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Task;
import dev.litegraft.inspection.CheckpointFacts;
import dev.litegraft.inspection.CheckpointWarning;
import dev.litegraft.inspection.CheckpointWarnings;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code inspect} shows of a checkpoint. */
final class CheckpointView {
  private final Checkpoint checkpoint;
  private final Optional<Path> snapshot;
  private final String hfClass;
  private final Optional<Architectures.Found> found;
  private final String family;
  private final ModelFacts known;

  /**
   * A view.
   *
   * @param snapshot where the checkpoint is said to be, if its weights are not here: no number of
   *     them is looked at
   */
  CheckpointView(Checkpoint checkpoint, Optional<Path> snapshot) throws IOException {
    this.checkpoint = checkpoint;
    this.snapshot = snapshot;
    List<String> classes = checkpoint.config().texts("architectures");
    this.hfClass = classes.isEmpty() ? "unknown" : classes.get(0);
    Optional<Architectures.Found> known = Optional.empty();
    String name;
    try {
      known = Optional.of(Architectures.of(checkpoint.config()));
      name = known.get().architecture().family();
    } catch (InvalidInputException e) {
      // Showing a checkpoint that cannot be converted, and why, is what inspect is for.
      name = "none: " + e.what() + "; " + e.remedy();
    }
    this.found = known;
    this.family = name;
    this.known = CheckpointFacts.of(checkpoint);
  }

  void print(Results out) throws IOException {
    Listing facts = new Listing(folder()).add("class", hfClass).add("family", family);
    task().ifPresent(task -> facts.add("task", FamiliesCommand.words(task)));
    facts
        .add("parameters", Units.count(parameters()))
        .add("size", Units.bytes(bytes()) + " in " + Units.of(checkpoint.files().size(), "file"));
    if (!labels().isEmpty()) {
      facts.add("labels", ConversionSummary.some(labels()));
      facts.add("problem", problem());
    }
    facts.add("tokenizer", tokenizer());
    for (String key : sizes()) {
      if (config().has(key)) {
        facts.add(key, Integer.toString(config().integer(key)));
      }
    }
    facts.print(out);
    out.line("");
    Table table = new Table("dtype", "tensors", "numbers", "bytes");
    for (Map.Entry<DType, List<RawTensorData>> entry : byDType().entrySet()) {
      long numbers = entry.getValue().stream().mapToLong(t -> t.shape().elements()).sum();
      long bytes = entry.getValue().stream().mapToLong(RawTensorData::byteCount).sum();
      table.row(
          lower(entry.getKey()),
          Integer.toString(entry.getValue().size()),
          Units.count(numbers),
          Units.bytes(bytes));
    }
    table.print(out);
    for (CheckpointWarning warning : warnings()) {
      out.line("");
      out.line(Printable.line("warning: " + warning.setting() + ": " + warning.what()));
      out.line(Printable.line("    try: " + warning.remedy()));
    }
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("kind", "checkpoint");
    json.writeStringField("path", folder());
    json.writeStringField("class", hfClass);
    if (found.isPresent()) {
      json.writeStringField("family", found.get().architecture().family());
      json.writeStringField("task", FamiliesCommand.words(task().orElseThrow()));
    }
    json.writeNumberField("parameters", parameters());
    json.writeNumberField("bytes", bytes());
    if (!labels().isEmpty()) {
      JsonLine.strings(json, "labels", labels());
      json.writeStringField("problem_type", problem());
    }
    json.writeBooleanField("tokenizer", checkpoint.tokenizer().json().isPresent());
    json.writeObjectFieldStart("config");
    for (String key : sizes()) {
      if (config().has(key)) {
        json.writeNumberField(key, config().integer(key));
      }
    }
    json.writeEndObject();
    json.writeArrayFieldStart("files");
    for (TensorFile file : checkpoint.files()) {
      json.writeStartObject();
      json.writeStringField("name", file.path().getFileName().toString());
      json.writeNumberField("bytes", Files.size(file.path()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("warnings");
    for (CheckpointWarning warning : warnings()) {
      json.writeStartObject();
      json.writeStringField("setting", warning.setting());
      json.writeStringField("what", warning.what());
      json.writeStringField("try", warning.remedy());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("tensors");
    for (Map.Entry<String, RawTensorData> tensor : checkpoint.tensors().entrySet()) {
      json.writeStartObject();
      json.writeStringField("name", tensor.getKey());
      json.writeStringField("dtype", lower(tensor.getValue().dtype()));
      json.writeFieldName("shape");
      int[] dims = tensor.getValue().shape().dims();
      json.writeArray(dims, 0, dims.length);
      json.writeNumberField("bytes", tensor.getValue().byteCount());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private String folder() {
    return snapshot.orElse(checkpoint.folder()).toString();
  }

  private List<CheckpointWarning> warnings() throws IOException {
    return snapshot.isPresent()
        ? CheckpointWarnings.ofSettings(checkpoint)
        : CheckpointWarnings.of(checkpoint);
  }

  /** The keys of the sizes that people ask for, as the family calls them. */
  private List<String> sizes() {
    ConfigNames names = found.map(f -> f.architecture().configNames()).orElse(ConfigNames.USUAL);
    return List.of(
        names.width(),
        names.layers(),
        names.heads(),
        names.sharedHeads(),
        names.headWidth(),
        names.feedForward(),
        "vocab_size",
        names.positions());
  }

  private HfConfig config() {
    return checkpoint.config();
  }

  /** What the conversion makes of it; of what cannot be converted, nothing is said. */
  private Optional<Task> task() {
    return found.flatMap(f -> known.find(ModelFacts.TASK));
  }

  private List<String> labels() {
    return known.find(ModelFacts.LABELS).orElse(List.of());
  }

  private String problem() {
    return known.find(ModelFacts.PROBLEM_TYPE).orElseThrow().hfName();
  }

  private String tokenizer() throws IOException {
    if (checkpoint.tokenizer().json().isEmpty()) {
      return "none";
    }
    String name = checkpoint.tokenizer().decided().tokenizerClass();
    return checkpoint.tokenizer().maxLength().isPresent()
        ? name + ", at most " + checkpoint.tokenizer().maxLength().getAsInt() + " tokens"
        : name;
  }

  private long parameters() {
    return checkpoint.tensors().values().stream().mapToLong(t -> t.shape().elements()).sum();
  }

  private long bytes() {
    return checkpoint.tensors().values().stream().mapToLong(RawTensorData::byteCount).sum();
  }

  private Map<DType, List<RawTensorData>> byDType() {
    Map<DType, List<RawTensorData>> tensors = new EnumMap<>(DType.class);
    for (RawTensorData tensor : checkpoint.tensors().values()) {
      tensors.computeIfAbsent(tensor.dtype(), dtype -> new ArrayList<>()).add(tensor);
    }
    return tensors;
  }

  private static String lower(DType dtype) {
    return dtype.name().toLowerCase(Locale.ROOT);
  }
}
