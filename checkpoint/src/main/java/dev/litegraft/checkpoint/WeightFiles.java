package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.CheckpointJson;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.checkpoint.pickle.TorchFile;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a checkpoint's weights, in the order in which transformers looks: {@code
 * model.safetensors}, {@code model.safetensors.index.json} and the shards that it names, {@code
 * pytorch_model.bin}, {@code pytorch_model.bin.index.json} and its shards; then the only other
 * safetensors file. Those of Meta's and Mistral's own programs ({@code consolidated}), which
 * transformers does not look for, come last. Those with a variant in their names ({@code
 * pytorch_model.fp16.bin}) are read by transformers only when asked for.
 *
 * <p>Source: {@code _get_resolved_checkpoint_files} of transformers' modeling_utils.py, versions
 * 4.57 and 5.18.
 */
final class WeightFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  static final String TORCH_SINGLE = "pytorch_model.bin";
  static final String TORCH_INDEX = "pytorch_model.bin.index.json";

  /** How the files of Meta's and Mistral's own programs begin, whose tensors have other names. */
  static final String CONSOLIDATED = "consolidated";

  private static final String CONSOLIDATED_SINGLE = "consolidated.safetensors";
  private static final String CONSOLIDATED_INDEX = "consolidated.safetensors.index.json";
  private static final Pattern CONSOLIDATED_PART =
      Pattern.compile("consolidated\\.([0-9]{2,3})\\.pth");

  private static final String ADAPTER = "adapter_model.safetensors";
  private static final String SUFFIX = ".safetensors";
  private static final String TORCH_SUFFIX = ".bin";
  private static final String PART_SUFFIX = ".pth";
  private static final long MAX_INDEX_BYTES = 32 << 20;
  private static final String DOWNLOAD = "download the folder again, with all of its files";

  /**
   * @param files the files of tensors, in order
   * @param index for each tensor of the index the file that it names; empty without an index
   * @param indexFile the index, for messages; the folder without one
   */
  record Found(List<Path> files, Map<String, Path> index, Path indexFile) {
    /** Whether they are in the form of Meta's and Mistral's own programs. */
    boolean isConsolidated() {
      return String.valueOf(files.get(0).getFileName()).startsWith(CONSOLIDATED);
    }

    /** Whether every file has a part of every matrix. */
    boolean isInParts() {
      return isConsolidated() && files.get(0).toString().endsWith(PART_SUFFIX);
    }
  }

  private WeightFiles() {}

  static Found find(Path folder) throws IOException {
    for (String suffix : List.of(SUFFIX, TORCH_SUFFIX)) {
      Path single = folder.resolve(suffix.equals(SUFFIX) ? SINGLE : TORCH_SINGLE);
      if (Files.exists(single)) {
        return new Found(List.of(single), Map.of(), folder);
      }
      Path index = folder.resolve(suffix.equals(SUFFIX) ? INDEX : TORCH_INDEX);
      if (Files.exists(index)) {
        return shards(folder, index, suffix);
      }
    }
    List<String> others =
        names(folder).stream()
            .filter(n -> n.endsWith(SUFFIX) && !n.equals(ADAPTER) && !n.startsWith(CONSOLIDATED))
            .toList();
    if (others.size() == 1) {
      return new Found(List.of(folder.resolve(others.get(0))), Map.of(), folder);
    }
    if (!others.isEmpty()) {
      throw several(folder, others);
    }
    Optional<Found> consolidated = consolidated(folder);
    if (consolidated.isEmpty()) {
      throw MissingWeights.of(folder);
    }
    return consolidated.get();
  }

  private static Optional<Found> consolidated(Path folder) throws IOException {
    Path single = folder.resolve(CONSOLIDATED_SINGLE);
    if (Files.exists(single)) {
      return Optional.of(new Found(List.of(single), Map.of(), folder));
    }
    Path index = folder.resolve(CONSOLIDATED_INDEX);
    if (Files.exists(index)) {
      return Optional.of(shards(folder, index, SUFFIX));
    }
    List<Path> parts = new ArrayList<>();
    for (String name : names(folder)) {
      Matcher part = CONSOLIDATED_PART.matcher(name);
      if (part.matches()) {
        if (Integer.parseInt(part.group(1)) != parts.size()) {
          throw new InvalidCheckpointException(
              "the part before "
                  + name
                  + " is missing: of the consolidated files "
                  + parts.size()
                  + " stand before it",
              folder.toString(),
              DOWNLOAD);
        }
        parts.add(folder.resolve(name));
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(new Found(parts, Map.of(), folder));
  }

  /** The weights of a module that sentence-transformers saves beside the model. */
  static Path single(Path folder) {
    Path file = folder.resolve(SINGLE);
    Path torchs = folder.resolve(TORCH_SINGLE);
    if (Files.isRegularFile(file) || Files.isRegularFile(torchs)) {
      return Files.isRegularFile(file) ? file : torchs;
    }
    throw new InvalidCheckpointException(
        "the module's folder has neither " + SINGLE + " nor " + TORCH_SINGLE,
        folder.toString(),
        DOWNLOAD);
  }

  /**
   * Opens a file of tensors, in the container that its name says.
   *
   * @throws InvalidCheckpointException if it is damaged, or none
   */
  static TensorFile open(Path file) throws IOException {
    return file.toString().endsWith(SUFFIX) ? SafetensorsFile.open(file) : TorchFile.open(file);
  }

  /** Whether a file's name is that of a container of tensors. */
  static boolean isOfTensors(Path file) {
    String name = file.toString();
    return name.endsWith(SUFFIX) || name.endsWith(TORCH_SUFFIX) || name.endsWith(PART_SUFFIX);
  }

  private static Found shards(Path folder, Path index, String suffix) throws IOException {
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
          Path file = folder.resolve(requirePlainName(shard, (String) tensor, index, suffix));
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
    return new Found(List.copyOf(files), byTensor, index);
  }

  private static String requirePlainName(
      @Nullable Object shard, String tensor, Path index, String suffix) {
    if (shard instanceof String name
        && name.endsWith(suffix)
        && name.chars().allMatch(c -> c > ' ' && c != '/' && c != '\\' && c != ':' && c < 127)) {
      return name;
    }
    throw new InvalidCheckpointException(
        "the shard of "
            + tensor
            + " is "
            + Json.show(shard)
            + ", where the name of a "
            + suffix.substring(1)
            + " file in this folder is needed",
        index.toString(),
        DOWNLOAD);
  }

  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
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
}
