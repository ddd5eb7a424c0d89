package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.adapter.Adapter;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.checkpoint.config.ProblemTypes;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Reranking;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open Hugging Face checkpoint folder: its config, its weights, and its tokenizer's files.
 *
 * <p>Opening reads headers and small files only; weights are read when they are asked for, and not
 * after {@link #close}.
 */
public final class Checkpoint implements AutoCloseable {
  /**
   * What a folder was found to be.
   *
   * @param folder where config.json is
   * @param whole the folder that was given, of which that is a part
   * @param tensors the stored tensors by name; those of an adapter last
   * @param weights what the forward pass reads
   */
  record Opened(
      Path folder,
      Path whole,
      HfConfig config,
      SavedBy savedBy,
      List<TensorFile> files,
      Map<String, RawTensorData> tensors,
      CheckpointWeights weights,
      Optional<SentenceTransformer> sentence,
      Optional<Adapter> adapter,
      List<String> notes) {}

  private final Opened opened;
  private @Nullable CheckpointTokenizer tokenizer;

  Checkpoint(Opened opened) {
    this.opened = opened;
  }

  /**
   * Opens a folder: of transformers, or of sentence-transformers.
   *
   * @throws InvalidCheckpointException if it is no folder, has no config.json or no usable weights,
   *     is quantized or of custom code, or a file in it is damaged
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    return open(folder, Optional.empty(), config -> ModuleNames.DECODER);
  }

  /**
   * Opens a folder, and merges a LoRA adapter into its weights while they are read.
   *
   * @param adapterFolder what PEFT's save_pretrained wrote
   * @param names what the families say of a folder
   * @throws InvalidCheckpointException as {@link #open(Path)}, and if the adapter is of another
   *     kind than LoRA, damaged, or made for another model
   */
  public static Checkpoint open(Path folder, Optional<Path> adapterFolder, Families names)
      throws IOException {
    return open(folder, adapterFolder, Optional.empty(), names);
  }

  /**
   * As {@link #open(Path, Optional, Function)}, read as a user says.
   *
   * @param readAs absent: as the folder itself says
   */
  public static Checkpoint open(
      Path folder, Optional<Path> adapterFolder, Optional<ReadAs> readAs, Families names)
      throws IOException {
    return open(folder, adapterFolder, readAs, Optional.empty(), names);
  }

  /** How a language model is asked for a score, with a checkpoint's tokenizer. */
  @FunctionalInterface
  public interface Asking {
    /**
     * The template with token ids.
     *
     * @throws InvalidCheckpointException if the tokenizer cannot hold it
     */
    Reranking of(CheckpointTokenizer tokenizer) throws IOException;
  }

  /**
   * As {@link #open(Path, Optional, Optional, Families)}, of a causal language model that is read
   * as a reranker.
   *
   * @param asking absent: as the folder itself says
   */
  public static Checkpoint open(
      Path folder,
      Optional<Path> adapterFolder,
      Optional<ReadAs> readAs,
      Optional<Asking> asking,
      Families names)
      throws IOException {
    return new CheckpointReader(folder, adapterFolder, readAs, asking, names, Map.of()).open();
  }

  /**
   * As {@link #open(Path, Optional, Optional, Families)}, of an adapter whose settings may be
   * others than its adapter_config.json says.
   *
   * @param adapterSettings keys of adapter_config.json with the values that are tried
   */
  public static Checkpoint openTrying(
      Path folder,
      Path adapterFolder,
      Optional<ReadAs> readAs,
      Families names,
      Map<String, @Nullable Object> adapterSettings)
      throws IOException {
    return new CheckpointReader(
            folder, Optional.of(adapterFolder), readAs, Optional.empty(), names, adapterSettings)
        .open();
  }

  /** The folder that config.json is in. */
  public Path folder() {
    return opened.folder();
  }

  /** The file that says what the model is: config.json, or of a bare table its modules. */
  public Path configFile() {
    Path config = opened.folder().resolve("config.json");
    return java.nio.file.Files.isRegularFile(config)
        ? config
        : opened.whole().resolve(SentenceTransformer.MODULES);
  }

  /** What sentence-transformers does with the model's vectors, where the folder is one of its. */
  public Optional<SentenceTransformer> sentence() {
    return opened.sentence();
  }

  /** The adapter's own config file, where one was merged. */
  public Optional<Path> adapterConfig() {
    return opened.adapter().map(Adapter::configFile);
  }

  /** What a user should know of how the folder was read, and of the adapter. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(opened.adapter().map(Adapter::notes).orElse(List.of()));
    opened.sentence().ifPresent(sentence -> notes.addAll(sentence.notes()));
    notes.addAll(opened.notes());
    return List.copyOf(notes);
  }

  /**
   * Whether white space at the ends of texts is taken off: sentence-transformers before 5.4 does
   * so, also in a cross-encoder's folder, which has no modules there.
   *
   * <p>Source: {@code tokenize} of its Transformer; smart_batching_collate_text_only of its
   * CrossEncoder.
   */
  public boolean stripsTexts() {
    return sentence()
        .map(s -> s.settings().strips())
        .orElseGet(() -> ProblemTypes.isOldCrossEncoder(config()));
  }

  /** Which versions of the libraries wrote the folder. */
  public SavedBy savedBy() {
    return opened.savedBy();
  }

  /**
   * Checks, after the forward pass has read what it needs, that it read what only the adapter has.
   *
   * @throws InvalidCheckpointException if it left such a tensor unread
   */
  public void requireAdapterRead() {
    if (opened.adapter().isPresent()) {
      opened.adapter().get().requireRead(weights().unused(), tensors().keySet());
    }
  }

  /**
   * The config.json, with the task and labels of a merged adapter; the same object for every
   * caller, so that all their reads are ticked off.
   */
  public HfConfig config() {
    return opened.config();
  }

  /** The root of the weights; the same tree for every caller. */
  public CheckpointWeights weights() {
    return opened.weights();
  }

  /**
   * The stored tensors by name, file after file, in the order of their headers; those of a merged
   * adapter last, under the names that they have in its file.
   */
  public Map<String, RawTensorData> tensors() {
    return java.util.Collections.unmodifiableMap(opened.tensors());
  }

  /** The open files of tensors. */
  public List<TensorFile> files() {
    return opened.files();
  }

  /**
   * The tokenizer, decided when it is first asked for.
   *
   * @throws InvalidCheckpointException if a file of it is damaged
   * @throws IOException if one cannot be read
   */
  public synchronized CheckpointTokenizer tokenizer() throws IOException {
    CheckpointTokenizer known = tokenizer;
    if (known == null) {
      known =
          CheckpointTokenizer.of(
              opened.folder(),
              opened.whole(),
              opened.adapter().map(Adapter::folder),
              sentence().map(s -> s.settings().lowersInTokenizer()).orElse(false));
      tokenizer = known;
    }
    return known;
  }

  /** What a user should know of how the meaning of the logits was found. */
  public List<String> answerNotes() {
    Labels labels = Labels.of(config());
    ProblemTypes.Found meaning =
        ProblemTypes.of(
            config(),
            labels.count(),
            sentence().filter(s -> !s.embeds()).map(SentenceTransformer::settings));
    List<String> notes = new ArrayList<>(labels.notes());
    notes.addAll(meaning.notes());
    return List.copyOf(notes);
  }

  /**
   * Hashes tensors from now on while they are read, so that {@link #sha256} reads only those again
   * that were not read from their first byte to their last.
   */
  public void hashWhileRead() {
    TensorHashes.whileRead(tensors().values());
  }

  /**
   * The SHA-256 of each tensor's stored bytes, in hexadecimal digits, by name and in the order of
   * {@link #tensors}.
   *
   * @param threads how many tensors are hashed at once
   * @throws IOException if a file cannot be read
   */
  public Map<String, String> sha256(int threads) throws IOException {
    return TensorHashes.sha256(tensors().values(), threads);
  }

  /** Closes the files of tensors. */
  @Override
  public void close() throws IOException {
    IOException failed = new IOException("cannot close the checkpoint " + folder());
    CheckpointReader.closeAll(files(), failed);
    if (failed.getSuppressed().length > 0) {
      throw failed;
    }
  }
}
