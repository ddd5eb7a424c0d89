package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Accounts for the files of a folder: each is read, known to be harmless, or named; what says that
 * the folder is more than the model that is converted is refused.
 */
final class FolderFiles {
  private static final String ADAPTER = "adapter_config.json";

  /** Read, here or where they are needed. */
  private static final Set<String> READ =
      Set.of(
          "config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "model.safetensors.index.json",
          "pytorch_model.bin.index.json",
          "modules.json",
          "config_sentence_transformers.json");

  /** Of text generation, of training and of other programs: no value changes an answer. */
  private static final Set<String> HARMLESS =
      Set.of(
          "generation_config.json",
          "trainer_state.json",
          "training_args.json",
          "all_results.json",
          "train_results.json",
          "eval_results.json",
          "test_results.json",
          "predict_results.json",
          "preprocessor_config.json",
          "processor_config.json",
          "chat_template.json",
          "tf_model.h5.index.json",
          "flax_model.msgpack.index.json",
          "model.ckpt.index.json",
          "params.json",
          "quant_strategy.json",
          "merge_log.json");

  /** What could hold a part of a model that no safetensors file has. */
  private static final List<String> PICKLED =
      List.of(
          ".pkl",
          ".pickle",
          ".joblib",
          ".pt",
          ".pth",
          ".bin",
          ".npy",
          ".npz",
          ".ckpt",
          ".safetensors");

  /** The model itself once more, and what a training needs to go on. */
  private static final Set<String> COPIES =
      Set.of(
          "pytorch_model.bin",
          "training_args.bin",
          "optimizer.pt",
          "optimizer.bin",
          "scheduler.pt",
          "scheduler.bin",
          "scaler.pt",
          "rng_state.pth",
          "random_states_0.pkl",
          "sentencepiece.bpe.model",
          "adapter_model.safetensors",
          "adapter_model.bin");

  private FolderFiles() {}

  /** Where two files or keys say what the model is, which of them counts. */
  static void noteWhatCounts(Path model, HfConfig config, List<String> notes) {
    if (Files.isRegularFile(model.resolve("model.safetensors"))
        && Files.exists(model.resolve("model.safetensors.index.json"))) {
      notes.add(
          "model.safetensors.index.json was not read: model.safetensors is there, and transformers"
              + " takes it first");
    }
    List<String> names = config.texts("architectures");
    if (names.size() > 1) {
      notes.add(
          "architectures names " + String.join(" and ", names) + ": the first is the file's class");
    }
  }

  /**
   * Refuses a folder that transformers reads as another model: the base that an adapter in it
   * names.
   *
   * @param model where config.json is
   */
  static void requireOneModel(Path model) {
    if (Files.isRegularFile(model.resolve(ADAPTER))
        && Files.isRegularFile(model.resolve(CheckpointReader.CONFIG))) {
      throw new InvalidCheckpointException(
          "the folder has "
              + ADAPTER
              + " beside "
              + CheckpointReader.CONFIG
              + ": transformers then"
              + " loads the base model that the adapter names, and not the weights in this folder",
          model.resolve(ADAPTER).toString(),
          "convert the folder of the base model with --adapter "
              + Shell.word(model.toString())
              + "; or, if the adapter is merged into these weights, a copy of the folder without "
              + ADAPTER);
    }
  }

  /** Names what nobody reads. */
  static void note(Path model, Path folder, Optional<Path> adapter, List<String> notes)
      throws IOException {
    Set<String> unknown = new TreeSet<>();
    Set<String> pickled = new TreeSet<>();
    List<Path> folders = new ArrayList<>(List.of(model));
    if (!folder.equals(model)) {
      folders.add(folder);
    }
    adapter.ifPresent(folders::add);
    for (Path each : folders) {
      for (String name : names(each)) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".json") && !isKnown(name, adapter.filter(each::equals).isPresent())) {
          unknown.add(name);
        } else if (PICKLED.stream().anyMatch(lower::endsWith) && !isCopy(lower)) {
          pickled.add(name);
        }
      }
    }
    if (!unknown.isEmpty()) {
      notes.add("JSON files of the folder that nothing reads: " + String.join(", ", unknown));
    }
    if (!pickled.isEmpty()) {
      notes.add(
          "files of the folder that may hold a part of the model, and are not read: "
              + String.join(", ", pickled));
    }
  }

  private static boolean isKnown(String name, boolean ofAdapter) {
    return READ.contains(name)
        || HARMLESS.contains(name)
        || SentenceSettingsReader.OF_MODULE.contains(name)
        || name.startsWith("checkpoint_")
        || (ofAdapter && name.equals(ADAPTER))
        || name.equals(SetFit.CONFIG);
  }

  private static boolean isCopy(String name) {
    return COPIES.contains(name)
        || name.startsWith("model")
        || name.startsWith("pytorch_model")
        || name.startsWith("consolidated")
        || name.startsWith("rng_state")
        || name.startsWith("events.out");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(Files::isRegularFile)
          .map(p -> p.getFileName().toString())
          .sorted()
          .toList();
    }
  }
}
