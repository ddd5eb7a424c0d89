package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.CheckpointJson;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.Shell;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the safetensors files of a checkpoint, in the order in which transformers looks: {@code
 * model.safetensors}, then {@code model.safetensors.index.json} and the shards that it names, then
 * the only other safetensors file.
 */
final class WeightFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final String ADAPTER = "adapter_model.safetensors";
  private static final String SUFFIX = ".safetensors";
  private static final long MAX_INDEX_BYTES = 32 << 20;
  private static final String DOWNLOAD = "download the folder again, with all of its files";

  private static final List<String> OTHER_FORMATS =
      List.of(".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".gguf", ".onnx");

  /**
   * @param files the safetensors files, in order
   * @param index for each tensor of the index the file that it names; empty without an index
   */
  record Found(List<Path> files, Map<String, Path> index) {}

  private WeightFiles() {}

  static Found find(Path folder, HfConfig config) throws IOException {
    Path single = folder.resolve(SINGLE);
    if (Files.exists(single)) {
      return new Found(List.of(single), Map.of());
    }
    Path index = folder.resolve(INDEX);
    if (Files.exists(index)) {
      return shards(folder, index);
    }
    List<String> names = names(folder);
    List<String> others =
        names.stream().filter(n -> n.endsWith(SUFFIX) && !n.equals(ADAPTER)).toList();
    if (others.size() == 1) {
      return new Found(List.of(folder.resolve(others.get(0))), Map.of());
    }
    throw others.isEmpty() ? none(folder, names, config) : several(folder, others);
  }

  /** The weights of a module that sentence-transformers saves beside the model. */
  static Path single(Path folder) throws IOException {
    Path file = folder.resolve(SINGLE);
    if (Files.isRegularFile(file)) {
      return file;
    }
    if (Files.isRegularFile(folder.resolve("pytorch_model.bin"))) {
      String whole = String.valueOf(folder.toAbsolutePath().normalize().getParent());
      throw new InvalidCheckpointException(
          "the module has its weights as pytorch_model.bin, where " + SINGLE + " is needed",
          folder.toString(),
          "save the model again into another folder: "
              + Shell.python(
                  "import sys, sentence_transformers as s; a, b = sys.argv[1:];"
                      + " s.SentenceTransformer(a).save_pretrained(b)",
                  whole,
                  whole + "-safetensors")
              + ", and convert "
              + Shell.word(whole + "-safetensors"));
    }
    throw new InvalidCheckpointException(
        "the module's folder has no " + SINGLE, folder.toString(), DOWNLOAD);
  }

  private static Found shards(Path folder, Path index) throws IOException {
    Object weightMap = CheckpointJson.read(index, MAX_INDEX_BYTES).get("weight_map");
    if (!(weightMap instanceof Map<?, ?> map) || map.isEmpty()) {
      throw new InvalidCheckpointException(
          "weight_map is "
              + Json.show(weightMap)
              + ", where an object of tensor and file names is needed",
          index.toString(),
          DOWNLOAD);
    }
    Map<String, Path> byTensor = new LinkedHashMap<>();
    LinkedHashSet<Path> files = new LinkedHashSet<>();
    map.forEach(
        (tensor, shard) -> {
          Path file = folder.resolve(requirePlainName(shard, (String) tensor, index));
          byTensor.put((String) tensor, file);
          files.add(file);
        });
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new InvalidCheckpointException(
            "the shard "
                + file.getFileName()
                + " is missing; the index names "
                + files.size()
                + " shards",
            index.toString(),
            DOWNLOAD);
      }
    }
    return new Found(List.copyOf(files), byTensor);
  }

  private static String requirePlainName(@Nullable Object shard, String tensor, Path index) {
    if (shard instanceof String name
        && name.endsWith(SUFFIX)
        && name.chars().allMatch(c -> c > ' ' && c != '/' && c != '\\' && c != ':' && c < 127)) {
      return name;
    }
    throw new InvalidCheckpointException(
        "the shard of "
            + tensor
            + " is "
            + Json.show(shard)
            + ", where the name of a safetensors file in this folder is needed",
        index.toString(),
        DOWNLOAD);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return new ArrayList<>(list.map(p -> p.getFileName().toString()).sorted().toList());
    }
  }

  private static InvalidCheckpointException several(Path folder, List<String> names) {
    return new InvalidCheckpointException(
        "the folder has "
            + names.size()
            + " safetensors files and no "
            + INDEX
            + ": "
            + String.join(", ", names.subList(0, Math.min(5, names.size()))),
        folder.toString(),
        "in a copy of the folder, add the index, or leave only the file with the model's weights");
  }

  private static InvalidCheckpointException none(Path folder, List<String> names, HfConfig config) {
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (OTHER_FORMATS.stream().anyMatch(lower::endsWith) && !lower.startsWith("training_args")) {
        return new InvalidCheckpointException(
            "the folder has its weights as " + name + ", where safetensors are needed",
            folder.toString(),
            lower.endsWith(".gguf") || lower.endsWith(".onnx")
                ? "convert the original checkpoint in safetensors"
                : "make them with: " + python(folder, config));
      }
    }
    if (names.contains(ADAPTER)) {
      return new InvalidCheckpointException(
          "the folder has only an adapter, " + ADAPTER + ", and not the model that it adapts",
          folder.toString(),
          "convert the folder of the base model, with --adapter " + Shell.word(folder.toString()));
    }
    return new InvalidCheckpointException(
        "the folder has no weights: neither " + SINGLE + " nor " + INDEX,
        folder.toString(),
        DOWNLOAD);
  }

  /**
   * Into another folder: nobody's files are written over. Without a class in the config the one
   * with a head is named, which loses nothing that was trained.
   */
  private static String python(Path folder, HfConfig config) {
    String type =
        config.texts("architectures").stream()
            .filter(name -> name.matches("[A-Za-z0-9]+"))
            .findFirst()
            .orElse("AutoModelForSequenceClassification");
    return Shell.python(
            "import sys, transformers as t; a, b = sys.argv[1:]; t."
                + type
                + ".from_pretrained(a).save_pretrained(b);"
                + " t.AutoTokenizer.from_pretrained(a).save_pretrained(b)",
            folder.toString(),
            folder + "-safetensors")
        + ", and convert "
        + Shell.word(folder + "-safetensors");
  }
}
