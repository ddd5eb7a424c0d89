package dev.litegraft.checkpoint.adapter;

import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.checkpoint.pickle.TorchFile;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open LoRA adapter, as PEFT saves it: {@code adapter_config.json} and {@code
 * adapter_model.safetensors} or {@code adapter_model.bin}, of which the first counts.
 */
public final class Adapter implements AutoCloseable {
  static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PICKLED = "adapter_model.bin";

  private final Path folder;
  private final AdapterConfig config;
  private final TensorFile file;
  private final AdapterTensors tensors;

  private Adapter(Path folder, AdapterConfig config, TensorFile file, AdapterTensors tensors) {
    this.folder = folder;
    this.config = config;
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * Opens a folder.
   *
   * @param settings keys of adapter_config.json whose values are taken to be others
   * @throws InvalidCheckpointException if it holds no adapter, or one that cannot be merged
   */
  public static Adapter open(Path folder, Map<String, @Nullable Object> settings)
      throws IOException {
    requireFiles(folder);
    AdapterConfig config = AdapterConfig.read(folder.resolve(CONFIG), settings);
    Path weights = folder.resolve(WEIGHTS);
    TensorFile file =
        Files.isRegularFile(weights)
            ? SafetensorsFile.open(weights)
            : TorchFile.open(folder.resolve(PICKLED));
    try {
      String where = file.path().toString();
      return new Adapter(folder, config, file, AdapterTensors.of(file.tensors(), where));
    } catch (Throwable t) {
      file.close();
      throw t;
    }
  }

  private static void requireFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidCheckpointException(
          "the adapter is no folder",
          folder.toString(),
          "give the folder that holds " + CONFIG + " and " + WEIGHTS);
    }
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new InvalidCheckpointException(
          "the adapter's folder has no " + CONFIG,
          folder.toString(),
          "give the folder that PEFT's save_pretrained wrote");
    }
    if (Files.isRegularFile(folder.resolve(WEIGHTS))
        || Files.isRegularFile(folder.resolve(PICKLED))) {
      return;
    }
    throw new InvalidCheckpointException(
        "the adapter's folder has no " + WEIGHTS,
        folder.toString(),
        "download or save the adapter again, with all of its files");
  }

  /**
   * The same adapter for one module of the model that it was trained on.
   *
   * @param module {@code language_model.}
   */
  public Adapter within(String module) {
    return new Adapter(folder, config.within(module), file, tensors.within(module));
  }

  public Path folder() {
    return folder;
  }

  public Path configFile() {
    return folder.resolve(CONFIG);
  }

  AdapterConfig config() {
    return config;
  }

  public TensorFile file() {
    return file;
  }

  AdapterTensors tensors() {
    return tensors;
  }

  /** What a user should know. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(file.notes());
    notes.add(
        "the adapter changed "
            + tensors.updates().size()
            + " matrices"
            + (tensors.whole().isEmpty()
                ? ""
                : " and replaced " + String.join(", ", tensors.whole().keySet()))
            + config.baseModel().map(name -> "; it was made for " + name).orElse(""));
    if (!tensors.ignored().isEmpty()) {
      notes.add(
          "tensors of the adapter that PEFT does not load, or that are of parts that are not converted,"
              + " were left out: "
              + tensors.ignored());
    }
    if (!config.unknownKeys().isEmpty()) {
      notes.add("keys of " + CONFIG + " that are not known: " + config.unknownKeys());
    }
    return notes;
  }

  /**
   * Refuses an adapter of which tensors were not used.
   *
   * @param unused names of tensors that no layer read
   * @param base names of the base model's tensors, which may stay unread
   */
  public void requireRead(List<String> unused, Set<String> base) {
    for (String name : tensors.whole().keySet()) {
      if (unused.contains(name) && !base.contains(name)) {
        throw new InvalidCheckpointException(
            "the adapter has " + name + ", which no layer of the model reads",
            file.path() + ", tensor " + name,
            "check task_type in " + CONFIG + " and architectures in the base model's config.json");
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
