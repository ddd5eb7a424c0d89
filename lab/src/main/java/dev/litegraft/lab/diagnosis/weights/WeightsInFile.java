package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which matrices of a checkpoint are in a file, and what was made of them.
 *
 * @param looked how many matrices were looked for
 * @param found by the names of the checkpoint's tensors
 * @param near the names of those in whose place the file has others that are near them
 * @param missing the names of those that the file does not have at all
 * @param sure whether truly other numbers stand in the place of every one that was not found;
 *     otherwise a tool may have made of it what is not known here
 */
public record WeightsInFile(
    int looked,
    Map<String, FoundMatrix> found,
    List<String> near,
    List<String> missing,
    boolean sure) {
  /** Tables of relative positions, which tools multiply with a projection beforehand. */
  private static final Pattern RELATIVE = Pattern.compile("\\.rel(ative)?_[a-z_]+$");

  /** A matrix with fewer numbers says little. */
  private static final int FEWEST = 96;

  /**
   * Looks for every matrix.
   *
   * @param family the names of its modules; tables of positions and token types are not missed,
   *     because tools keep the rows only that a length needs, or add them up
   */
  public static WeightsInFile of(
      Map<String, ? extends TensorData> checkpoint, ModuleNames family, TfliteReader file)
      throws IOException {
    WeightSearch search = new WeightSearch(checkpoint, file);
    List<TensorData> matrices = new ArrayList<>();
    checkpoint.values().stream()
        .filter(t -> t.shape().rank() == 2 && t.dtype().isFloat() && t.shape().elements() >= FEWEST)
        .forEach(matrices::add);
    Map<String, FoundMatrix> found = new LinkedHashMap<>();
    List<TensorData> others = new ArrayList<>();
    int last = -1;
    int looked = 0;
    for (TensorData matrix : matrices) {
      var place = search.find(matrix);
      looked++;
      if (place.isPresent()) {
        last = Math.max(last, WeightSearch.layer(matrix.name()));
        found.put(matrix.name(), place.get());
      } else if (isKept(matrix.name(), family)) {
        others.add(matrix);
      } else {
        looked--;
      }
    }
    List<String> near = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    UnlikeMatrices unlike = new UnlikeMatrices(search.matrices(), found.values());
    boolean sure = true;
    for (TensorData matrix : others) {
      // Layers behind the last one that is there at all were left out, not exchanged.
      if (last >= 0 && WeightSearch.layer(matrix.name()) > last) {
        looked--;
        continue;
      }
      WeightSearch.Near place = search.near(matrix);
      (place == WeightSearch.Near.NONE ? missing : near).add(matrix.name());
      sure &=
          place == WeightSearch.Near.TRAINED
              || (place == WeightSearch.Near.NONE && sure && unlike.isOther(matrix));
    }
    return new WeightsInFile(
        looked, Map.copyOf(found), List.copyOf(near), List.copyOf(missing), sure);
  }

  private static boolean isKept(String tensor, ModuleNames family) {
    String module = tensor.substring(0, Math.max(0, tensor.lastIndexOf('.')));
    return !family.isPositions(module)
        && !family.isTokenTypes(module)
        && !family.isOfPooler(tensor)
        && !RELATIVE.matcher(module).find();
  }

  /** Whether every matrix that was looked for is there. */
  public boolean isComplete() {
    return near.isEmpty() && missing.isEmpty() && !found.isEmpty();
  }

  /** Whether the file's numbers are another model's, or another training step's. */
  public boolean areOthers(boolean foreign) {
    int others = near.size() + missing.size();
    return looked > 0 && (foreign ? others > 0 : others * 2 > looked);
  }

  /** Whether those that are not there are all of the head. */
  public boolean areOthersOfHead(ModuleNames family) {
    return Stream.concat(near.stream(), missing.stream())
        .allMatch(name -> family.isOfHead(name.substring(0, name.lastIndexOf('.'))));
  }

  /** What was found, where some are others. */
  public String sentence() {
    boolean trained = near.size() > missing.size();
    List<String> others = new ArrayList<>(trained ? near : missing);
    others.addAll(trained ? missing : near);
    String which = String.join(", ", others.subList(0, Math.min(3, others.size())));
    return "other weights: "
        + others.size()
        + " of "
        + looked
        + " matrices of the checkpoint are not in the file"
        + (trained ? ", and others that are near them are: the same model at another step" : "")
        + (others.size() == 1 ? ": it is " : "; ")
        + which
        + (others.size() > 3 ? " the first" : "");
  }

  /** The names of those whose rows are in another order. */
  public List<String> reordered() {
    return found.entrySet().stream()
        .filter(e -> e.getValue().isReordered())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /**
   * The checkpoint's tensors with the file's numbers in them.
   *
   * @param others what became of a tensor that is no matrix, and that was folded into none
   */
  public Weights over(Weights own, UnaryOperator<TensorData> others) {
    Set<String> folded =
        found.values().stream()
            .flatMap(matrix -> matrix.before().norm().stream())
            .collect(Collectors.toSet());
    return own.mapped(
        tensor -> {
          FoundMatrix matrix = found.get(tensor.name());
          if (matrix != null) {
            return matrix;
          }
          return folded.contains(tensor.name()) ? tensor : others.apply(tensor);
        });
  }

  /**
   * What was multiplied into the columns of a layer's weight that the file has in whole numbers;
   * null where it has it otherwise, or nothing is known.
   */
  float @org.jspecify.annotations.Nullable [] columns(String layer) {
    for (String name = layer; !name.isEmpty(); ) {
      FoundMatrix matrix = found.get(name + ".weight");
      if (matrix != null) {
        return matrix.in().steps() > 0 ? matrix.columns() : null;
      }
      int dot = name.lastIndexOf('.');
      name = dot < 0 ? "" : name.substring(0, dot);
    }
    return null;
  }

  /** What the tool made of them, in words. */
  public WeightsInWords words() {
    return WeightsInWords.of(this);
  }
}
