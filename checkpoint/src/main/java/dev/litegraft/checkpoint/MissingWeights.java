package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Says why a folder has no weights that are read, and what to try. */
final class MissingWeights {
  private static final String DOWNLOAD = "download the folder again, with all of its files";
  private static final String SAFETENSORS =
      "use the model's folder with model.safetensors or pytorch_model.bin: the Hub has it where the"
          + " model's page lists such a file";

  private static final String PARAMS = "params.json";
  private static final String ORIGINAL =
      "use the folder of the original model, which has config.json and model.safetensors or"
          + " pytorch_model.bin; the page of this one names it";

  /** The end of a file's name to what the file is; not those that are read. */
  private static final Map<String, String> FORMATS = new LinkedHashMap<>();

  static {
    FORMATS.put(".gguf", "of llama.cpp (GGUF)");
    FORMATS.put(".h5", "of TensorFlow");
    FORMATS.put(".msgpack", "of Flax");
    FORMATS.put(".ot", "of rust-bert");
    FORMATS.put(".onnx", "of ONNX");
    FORMATS.put(".tflite", "of LiteRT");
    FORMATS.put(".ckpt.index", "of TensorFlow 1");
    FORMATS.put(".ckpt", "of a training program");
    for (String suffix : List.of(".pth", ".pt", ".bin")) {
      FORMATS.put(suffix, "of torch under a name that transformers does not read");
    }
  }

  private MissingWeights() {}

  /** What is there in the place of weights. */
  static InvalidCheckpointException of(Path folder) throws IOException {
    List<String> names = WeightFiles.names(folder);
    if (names.contains("adapter_model.safetensors") || names.contains("adapter_model.bin")) {
      String adapter =
          names.contains("adapter_model.safetensors")
              ? "adapter_model.safetensors"
              : "adapter_model.bin";
      return new InvalidCheckpointException(
          "the folder has only an adapter, " + adapter + ", and not the model that it adapts",
          folder.toString(),
          "convert the folder of the base model, with --adapter " + Shell.word(folder.toString()));
    }
    Optional<Path> within = within(folder);
    if (within.isPresent()) {
      return new InvalidCheckpointException(
          "the folder has no weights, but the folder "
              + within.get().getFileName()
              + " in it has "
              + WeightFiles.names(within.get()).stream()
                  .filter(MissingWeights::isRead)
                  .findFirst()
                  .orElseThrow(),
          folder.toString(),
          Files.isRegularFile(within.get().resolve(CheckpointReader.CONFIG))
              ? "give that folder: " + Shell.word(within.get().toString())
              : "in a copy of the folder, put that file beside config.json");
    }
    return names.stream()
        .filter(MissingWeights::isModel)
        .findFirst()
        .map(name -> otherFormat(folder, name))
        .orElseGet(
            () ->
                new InvalidCheckpointException(
                    "the folder has no weights: neither "
                        + WeightFiles.SINGLE
                        + " nor "
                        + WeightFiles.INDEX
                        + " nor "
                        + WeightFiles.TORCH_SINGLE,
                    folder.toString(),
                    DOWNLOAD));
  }

  /** What a folder without config.json has in its place, to go on with the sentence. */
  static String besides(Path folder) throws IOException {
    List<String> names = WeightFiles.names(folder);
    Optional<String> consolidated =
        names.stream().filter(name -> name.startsWith(WeightFiles.CONSOLIDATED)).findFirst();
    if (consolidated.isPresent()) {
      return ", but "
          + consolidated.get()
          + (names.contains(PARAMS) ? " and " + PARAMS : "")
          + ", of Meta's and Mistral's own programs";
    }
    if (names.stream().anyMatch(MissingWeights::isRead)) {
      return "";
    }
    return names.stream()
        .filter(MissingWeights::isModel)
        .findFirst()
        .map(name -> "; its weights are " + name + ", a file " + format(lower(name)).orElseThrow())
        .orElse("");
  }

  /**
   * What to try without config.json.
   *
   * @param usual where nothing else is known
   */
  static String remedyWithoutConfig(Path folder, String usual) throws IOException {
    List<String> names = WeightFiles.names(folder);
    if (names.stream().anyMatch(name -> name.startsWith(WeightFiles.CONSOLIDATED))) {
      Optional<Path> above =
          Optional.ofNullable(folder.toAbsolutePath().normalize().getParent())
              .filter(parent -> Files.isRegularFile(parent.resolve(CheckpointReader.CONFIG)));
      return above.isPresent()
          ? "give the folder above, which has one: " + Shell.word(above.get().toString())
          : "put the config.json of transformers' form of this model beside it, and its tokenizer's"
              + " files; params.json does not say the model's version, on which its rotary scaling"
              + " and its limit depend";
    }
    boolean foreign =
        names.stream().noneMatch(MissingWeights::isRead)
            && names.stream().anyMatch(MissingWeights::isModel);
    return foreign ? ORIGINAL : usual;
  }

  private static boolean isRead(String name) {
    return name.equals(WeightFiles.SINGLE)
        || name.equals(WeightFiles.INDEX)
        || name.equals(WeightFiles.TORCH_SINGLE)
        || name.equals(WeightFiles.TORCH_INDEX);
  }

  /** The one folder in this one that has weights. */
  private static Optional<Path> within(Path folder) throws IOException {
    List<Path> folders;
    try (Stream<Path> list = Files.list(folder)) {
      folders = list.filter(Files::isDirectory).sorted().toList();
    }
    Optional<Path> found = Optional.empty();
    for (Path each : folders) {
      if (WeightFiles.names(each).stream().anyMatch(MissingWeights::isRead)) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(each);
      }
    }
    return found;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean isModel(String name) {
    String lower = lower(name);
    return format(lower).isPresent() && !isOfTraining(lower);
  }

  private static boolean isOfTraining(String lower) {
    return lower.startsWith("training_args")
        || lower.startsWith("optimizer")
        || lower.startsWith("scheduler")
        || lower.startsWith("rng_state");
  }

  private static Optional<String> format(String lower) {
    return FORMATS.entrySet().stream()
        .filter(format -> lower.endsWith(format.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static InvalidCheckpointException otherFormat(Path folder, String name) {
    String lower = lower(name);
    String what =
        "the folder has its weights as "
            + name
            + ", a file "
            + format(lower).orElseThrow()
            + ", where model.safetensors or pytorch_model.bin is needed";
    if (lower.matches("pytorch_model-\\d+-of-\\d+\\.bin")) {
      return new InvalidCheckpointException(
          "the folder has shards, " + name + " the first, and no " + WeightFiles.TORCH_INDEX,
          folder.toString(),
          DOWNLOAD);
    }
    if (lower.matches("pytorch_model\\.[a-z0-9_]+\\.bin")) {
      return new InvalidCheckpointException(
          "the folder has its weights only as a variant, "
              + name
              + ", which transformers reads when asked for it",
          folder.toString(),
          "in a copy of the folder, rename that file to " + WeightFiles.TORCH_SINGLE);
    }
    return new InvalidCheckpointException(what, folder.toString(), SAFETENSORS);
  }
}
