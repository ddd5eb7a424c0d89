package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.Nearest;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tensors by their full names, as {@link Weights}. What was read is ticked off for the whole tree,
 * whichever folder it was read from.
 */
public final class CheckpointWeights implements Weights {
  private final Map<String, TensorData> tensors;
  private final Set<String> used;
  private final String source;
  private final String path;
  private final Optional<ModuleNames> names;

  private CheckpointWeights(
      Map<String, TensorData> tensors,
      Set<String> used,
      String source,
      String path,
      Optional<ModuleNames> names) {
    this.tensors = tensors;
    this.used = used;
    this.source = source;
    this.path = path;
    this.names = names;
  }

  /**
   * The root of a tree.
   *
   * @param tensors by their full names, in the order in which unused ones are named
   * @param source the checkpoint folder, for messages
   */
  public static CheckpointWeights of(Map<String, ? extends TensorData> tensors, String source) {
    return new CheckpointWeights(
        Collections.unmodifiableMap(new LinkedHashMap<>(tensors)),
        ConcurrentHashMap.newKeySet(),
        source,
        "",
        Optional.empty());
  }

  /**
   * The same tree, whose errors speak of the head.
   *
   * @param family what the model's family calls its modules
   */
  public CheckpointWeights with(ModuleNames family) {
    return new CheckpointWeights(tensors, used, source, path, Optional.of(family));
  }

  /**
   * The root of a copy in which one tensor is another; nothing is ticked off in it.
   *
   * @param name the full name, of a new tensor or of one that is replaced
   */
  public CheckpointWeights with(String name, TensorData tensor) {
    Map<String, TensorData> copy = new LinkedHashMap<>(tensors);
    copy.put(name, tensor);
    return of(copy, source);
  }

  /** All tensors of the tree by their full names; reading one here does not tick it off. */
  public Map<String, TensorData> tensors() {
    return tensors;
  }

  /** The full names of the tensors of the whole tree that were not read, in the file's order. */
  public List<String> unused() {
    return tensors.keySet().stream().filter(name -> !used.contains(name)).toList();
  }

  @Override
  public CheckpointWeights at(String name) {
    return new CheckpointWeights(tensors, used, source, full(name), names);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public boolean has(String name) {
    return tensors.containsKey(full(name));
  }

  @Override
  public boolean isEmpty() {
    String prefix = path.isEmpty() ? "" : path + ".";
    return tensors.keySet().stream().noneMatch(name -> name.startsWith(prefix));
  }

  @Override
  public TensorData tensor(String name, int... dims) {
    String full = full(name);
    TensorData tensor = tensors.get(full);
    String module = full.substring(0, Math.max(0, full.lastIndexOf('.')));
    boolean ofHead = names.map(family -> family.isOfHead(module)).orElse(false);
    if (tensor == null
        && ofHead
        && names.isPresent()
        && tensors.keySet().stream().noneMatch(names.get()::isBesideLabels)) {
      throw new InvalidCheckpointException(
          "the checkpoint has no classification head: there is no tensor " + full,
          source,
          "fine-tune the model as the class that architectures names, or give the adapter that"
              + " brings the head with --adapter");
    }
    if (tensor == null) {
      throw new InvalidCheckpointException(
          "the checkpoint has no tensor " + full,
          source,
          Nearest.to(full, tensors.keySet())
                  .map(n -> "the nearest name there is " + n)
                  .orElse("check that the folder holds the whole model")
              + "; check architectures and the sizes in config.json");
    }
    if (Arrays.stream(dims).anyMatch(dim -> dim < 0)) {
      throw new InvalidCheckpointException(
          "the sizes in config.json make " + full + " larger than any tensor can be",
          source,
          "compare config.json with the one that the model was trained with");
    }
    Shape expected = Shape.of(dims);
    if (!tensor.shape().equals(expected)) {
      throw new InvalidCheckpointException(
          full
              + " has shape "
              + tensor.shape()
              + ", where config.json asks for "
              + Arrays.toString(dims),
          source,
          ofHead && isOtherRows(tensor.shape(), expected)
              ? "correct id2label or num_labels in config.json of a copy of the folder: the head has "
                  + tensor.shape().dim(0)
                  + " rows, one a label"
              : "compare config.json with the one that the model was trained with");
    }
    if (!tensor.dtype().isFloat()) {
      throw new InvalidCheckpointException(
          full + " holds " + tensor.dtype() + ", where floating-point numbers are needed",
          source,
          "convert the original, unquantized checkpoint");
    }
    used.add(full);
    return tensor;
  }

  private static boolean isOtherRows(Shape own, Shape expected) {
    return own.rank() == expected.rank() && own.with(0, 1).equals(expected.with(0, 1));
  }

  private String full(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
