package dev.litegraft.architecture;

import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tensors of checkpoints that call modules otherwise than their class in transformers does: other
 * names, and projections that stand one below the other in one tensor.
 *
 * <p>Source: {@code transformers/conversion_mapping.py}. Transformers 5 writes the older names,
 * too.
 */
final class StoredNames {
  /** The whole path of a module, or the part of it from {@code pattern} on. */
  private record Renaming(Pattern pattern, List<String> names) {}

  private final List<Renaming> renamings = new ArrayList<>();

  /** A part of the path, between dots, is called otherwise; groups of the pattern may be used. */
  StoredNames renaming(String pattern, String name) {
    renamings.add(new Renaming(Pattern.compile("(?<=^|\\.)" + pattern + "(?=\\.)"), List.of(name)));
    return this;
  }

  /** The rows of one module are those of several, in this order, as many each. */
  StoredNames splitting(String pattern, String... names) {
    renamings.add(
        new Renaming(Pattern.compile("(?<=^|\\.)" + pattern + "(?=\\.)"), List.of(names)));
    return this;
  }

  /** The tensors under the class's names. */
  Map<String, TensorData> apply(Map<String, TensorData> stored) {
    Map<String, TensorData> all = stored;
    for (Renaming renaming : renamings) {
      Map<String, TensorData> next = new LinkedHashMap<>();
      all.forEach((name, tensor) -> put(renaming, name, tensor, next));
      all = next;
    }
    return all;
  }

  private static void put(
      Renaming renaming, String name, TensorData tensor, Map<String, TensorData> into) {
    Matcher found = renaming.pattern.matcher(name);
    int parts = renaming.names.size();
    boolean divides = tensor.shape().rank() > 0 && tensor.shape().dim(0) % parts == 0;
    if (!found.find() || !divides) {
      into.put(name, tensor);
      return;
    }
    int rows = tensor.shape().rank() == 0 ? 0 : tensor.shape().dim(0) / parts;
    for (int i = 0; i < parts; i++) {
      String renamed = renaming.pattern.matcher(name).replaceFirst(renaming.names.get(i));
      into.put(renamed, parts == 1 ? tensor : TensorViews.rows(tensor, i * rows, rows));
    }
  }
}
