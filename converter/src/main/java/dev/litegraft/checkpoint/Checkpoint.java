package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.adapter.Adapter;
import dev.litegraft.checkpoint.adapter.AdapterMerge;
import dev.litegraft.checkpoint.adapter.AdapterTask;
import dev.litegraft.checkpoint.config.ConfigKeys;
import dev.litegraft.checkpoint.config.HfClass;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.checkpoint.config.ProblemTypes;
import dev.litegraft.checkpoint.config.QuantizedWeights;
import dev.litegraft.checkpoint.config.TokenizerConfig;
import dev.litegraft.checkpoint.config.TokenizerFiles;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An open Hugging Face checkpoint folder: its config, its weights, and its tokenizer's files.
 *
 * <p>Opening reads headers and small files only; weights are read when they are asked for, and not
 * after {@link #close}.
 */
public final class Checkpoint implements AutoCloseable {
  private static final String CONFIG = "config.json";

  private final Path folder;
  private final HfConfig config;
  private final List<SafetensorsFile> files;
  private final Map<String, RawTensorData> tensors;
  private final CheckpointWeights weights;
  private final TokenizerFiles tokenizerFiles;
  private final TokenizerConfig tokenizerConfig;
  private final Optional<SentenceTransformer> sentence;
  private final Optional<Adapter> adapter;

  private Checkpoint(
      Path folder,
      HfConfig config,
      List<SafetensorsFile> files,
      Map<String, RawTensorData> base,
      Optional<SentenceTransformer> sentence,
      Optional<Adapter> adapter,
      ModuleNames names)
      throws IOException {
    this.folder = folder;
    this.files = List.copyOf(files);
    this.sentence = sentence;
    this.adapter = adapter;
    this.tensors = new LinkedHashMap<>(base);
    if (adapter.isPresent()) {
      Map<String, TensorData> merged = AdapterMerge.of(adapter.get(), config, names, base);
      this.config = AdapterTask.config(adapter.get(), config, names, merged);
      this.weights = CheckpointWeights.of(merged, folder + " with " + adapter.get().folder());
      this.tensors.putAll(adapter.get().file().tensors());
    } else {
      this.config = config;
      this.weights = CheckpointWeights.of(base, folder.toString());
    }
    Optional<TokenizerFiles> adapted =
        adapter.isPresent() ? adapter.get().tokenizerFiles() : Optional.empty();
    this.tokenizerFiles = adapted.isPresent() ? adapted.get() : TokenizerFiles.of(folder);
    this.tokenizerConfig = TokenizerConfig.read(tokenizerFiles);
  }

  /**
   * Opens a folder: of transformers, or of sentence-transformers.
   *
   * @throws InvalidInputException if it is no folder, has no config.json or no usable weights, is
   *     quantized or of custom code, or a file in it is damaged
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    return open(folder, Optional.empty(), config -> ModuleNames.DECODER);
  }

  /**
   * Opens a folder, and merges a LoRA adapter into its weights while they are read.
   *
   * @param adapterFolder what PEFT's save_pretrained wrote
   * @param names what the family of a config calls its modules
   * @throws InvalidInputException as {@link #open(Path)}, and if the adapter is of another kind
   *     than LoRA, damaged, or made for another model
   */
  public static Checkpoint open(
      Path folder, Optional<Path> adapterFolder, Function<HfConfig, ModuleNames> names)
      throws IOException {
    requireFolder(folder);
    Optional<SentenceTransformer> sentence = SentenceTransformer.find(folder);
    Path model = sentence.map(SentenceTransformer::modelFolder).orElse(folder);
    HfConfig config = HfConfig.read(requireConfig(model));
    ConfigKeys.requireConvertible(config);
    WeightFiles.Found found = WeightFiles.find(model, config);
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      for (Path file : found.files()) {
        files.add(SafetensorsFile.open(file));
      }
      Map<String, RawTensorData> tensors = merged(files);
      QuantizedWeights.refuse(tensors.keySet(), model.toString());
      requireIndexed(files, found.index(), model.resolve(WeightFiles.INDEX));
      if (sentence.isPresent()) {
        config = HfClass.with(config, "Model");
        sentence.get().openDense(config, files, tensors);
      }
      Optional<Adapter> adapter = Optional.empty();
      if (adapterFolder.isPresent()) {
        adapter = Optional.of(Adapter.open(adapterFolder.get()));
        files.add(adapter.get().file());
      }
      return new Checkpoint(model, config, files, tensors, sentence, adapter, names.apply(config));
    } catch (Throwable t) {
      closeAll(files, t);
      throw t;
    }
  }

  private static void requireFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new InvalidInputException(
          "there is no such folder", folder.toString(), "check the path of the checkpoint");
    }
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          "the path is a file, where the folder of a checkpoint is needed",
          folder.toString(),
          "give the folder that holds config.json and model.safetensors");
    }
    try (Stream<Path> list = Files.list(folder)) {
      if (list.findAny().isEmpty()) {
        throw new InvalidInputException(
            "the folder is empty, where config.json and model.safetensors are needed",
            folder.toString(),
            "check the path, or download the checkpoint again");
      }
    }
  }

  private static Path requireConfig(Path folder) throws IOException {
    Path config = folder.resolve(CONFIG);
    if (Files.isRegularFile(config)) {
      return config;
    }
    if (Files.exists(folder.resolve("adapter_config.json"))) {
      throw new InvalidInputException(
          "the folder has no config.json, but adapter_config.json: it is an adapter, not a model",
          folder.toString(),
          "convert the folder of the base model, with --adapter " + folder);
    }
    String remedy = "download the checkpoint again, with config.json";
    try (Stream<Path> list = Files.list(folder)) {
      remedy =
          list.filter(p -> Files.isRegularFile(p.resolve(CONFIG)))
              .sorted()
              .findFirst()
              .map(p -> "there is one in the folder " + p + "; give that folder")
              .orElse(remedy);
    }
    throw new InvalidInputException("the folder has no config.json", folder.toString(), remedy);
  }

  private static Map<String, RawTensorData> merged(List<SafetensorsFile> files) {
    Map<String, RawTensorData> all = new LinkedHashMap<>();
    Map<String, Path> owners = new LinkedHashMap<>();
    for (SafetensorsFile file : files) {
      file.tensors()
          .forEach(
              (name, tensor) -> {
                Path other = owners.put(name, file.path());
                if (other != null) {
                  throw new InvalidInputException(
                      "the tensor "
                          + name
                          + " stands in two shards: "
                          + other.getFileName()
                          + " and "
                          + file.path().getFileName(),
                      file.path().toString(),
                      "download or save the checkpoint again");
                }
                all.put(name, tensor);
              });
    }
    return all;
  }

  private static void requireIndexed(
      List<SafetensorsFile> files, Map<String, Path> index, Path indexFile) {
    Map<Path, SafetensorsFile> byPath = new LinkedHashMap<>();
    files.forEach(f -> byPath.put(f.path(), f));
    index.forEach(
        (tensor, path) -> {
          SafetensorsFile file = byPath.get(path);
          if (file == null || !file.tensors().containsKey(tensor)) {
            throw new InvalidInputException(
                "the index says that "
                    + tensor
                    + " is in "
                    + path.getFileName()
                    + ", which does not have it",
                indexFile.toString(),
                "download or save the checkpoint again; shards and index do not belong together");
          }
        });
  }

  private static void closeAll(List<SafetensorsFile> files, Throwable reason) {
    for (SafetensorsFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }

  /** The folder that config.json is in. */
  public Path folder() {
    return folder;
  }

  /** What sentence-transformers does with the model's vectors, where the folder is one of its. */
  public Optional<SentenceTransformer> sentence() {
    return sentence;
  }

  /** The adapter's own config file, where one was merged. */
  public Optional<Path> adapterConfig() {
    return adapter.map(Adapter::configFile);
  }

  /** What a user should know of the adapter; empty without one. */
  public List<String> adapterNotes() {
    return adapter.map(Adapter::notes).orElse(List.of());
  }

  /**
   * Checks, after the forward pass has read what it needs, that it read what only the adapter has.
   *
   * @throws InvalidInputException if it left such a tensor unread
   */
  public void requireAdapterRead() {
    if (adapter.isPresent()) {
      adapter.get().requireRead(weights.unused(), tensors.keySet());
    }
  }

  /**
   * The config.json, with the task and labels of a merged adapter; the same object for every
   * caller, so that all their reads are ticked off.
   */
  public HfConfig config() {
    return config;
  }

  /** The root of the weights; the same tree for every caller. */
  public CheckpointWeights weights() {
    return weights;
  }

  /**
   * The stored tensors by name, file after file, in the order of their headers; those of a merged
   * adapter last, under the names that they have in its file.
   */
  public Map<String, RawTensorData> tensors() {
    return java.util.Collections.unmodifiableMap(tensors);
  }

  /** The open safetensors files. */
  public List<SafetensorsFile> files() {
    return files;
  }

  /** The tokenizer's files that are there. */
  public TokenizerFiles tokenizerFiles() {
    return tokenizerFiles;
  }

  /** The tokenizer's settings. */
  public TokenizerConfig tokenizerConfig() {
    return tokenizerConfig;
  }

  /**
   * The names of the outputs.
   *
   * @throws InvalidInputException if the keys of the config contradict each other
   */
  public Labels labels() {
    return Labels.of(config);
  }

  /**
   * What the logits mean.
   *
   * @throws InvalidInputException if the config says something unknown
   */
  public ProblemType problemType() {
    return ProblemTypes.of(config, labels().count());
  }

  /**
   * The SHA-256 of each tensor's stored bytes, in hexadecimal digits, by name and in the order of
   * {@link #tensors}.
   *
   * @param threads how many tensors are hashed at once
   * @throws IOException if a file cannot be read
   */
  public Map<String, String> sha256(int threads) throws IOException {
    return TensorHashes.sha256(tensors.values(), threads);
  }

  /** Closes the safetensors files. */
  @Override
  public void close() throws IOException {
    IOException failed = new IOException("cannot close the checkpoint " + folder);
    closeAll(files, failed);
    if (failed.getSuppressed().length > 0) {
      throw failed;
    }
  }
}
