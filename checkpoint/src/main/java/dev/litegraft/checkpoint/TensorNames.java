package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that a wrapper around the model put before those of all its tensors. */
final class TensorNames {
  /** Of torch.compile, of parallel training and of Lightning; one may stand in the other. */
  private static final Pattern WRAPPER =
      Pattern.compile("((?:_orig_mod\\.|module\\.|_fsdp_wrapped_module\\.|_forward_module\\.)+).*");

  /** What stands beside the backbone in a classifier: then no name is common to all tensors. */
  private static final Pattern HEAD = Pattern.compile("(?:classifier|score)\\..+");

  private TensorNames() {}

  /**
   * The tensors without a prefix that every one of them has.
   *
   * @param where the folder, for messages
   * @throws InvalidCheckpointException if only some tensors have it
   */
  static Map<String, RawTensorData> unwrapped(
      Map<String, RawTensorData> tensors, String where, List<String> notes) {
    String prefix = "";
    for (String name : tensors.keySet()) {
      Matcher wrapper = WRAPPER.matcher(name);
      if (wrapper.matches()) {
        prefix = wrapper.group(1);
        break;
      }
    }
    String found = prefix.isEmpty() ? ofAll(tensors) : prefix;
    if (found.isEmpty()) {
      return tensors;
    }
    for (String name : tensors.keySet()) {
      if (!name.startsWith(found)) {
        throw new InvalidCheckpointException(
            "some tensors are named "
                + found
                + "…, as a wrapper around the model names them, and others are not: "
                + name,
            where + ", tensor " + name,
            "save the model itself, without its wrapper, with save_pretrained()");
      }
    }
    Map<String, RawTensorData> plain = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          String rest = name.substring(found.length());
          plain.put(rest, TensorViews.renamed(tensor, rest));
        });
    notes.add(
        "every tensor's name begins with "
            + found
            + ", which a wrapper around the model put there; it was taken off");
    return plain;
  }

  /**
   * The path that every tensor's name begins with, where a classifier's head stands behind it: that
   * of a training program of one's own.
   */
  private static String ofAll(Map<String, RawTensorData> tensors) {
    Optional<String> head =
        tensors.keySet().stream().filter(name -> name.matches("(?:.+\\.)?" + HEAD)).findFirst();
    for (int dot = head.map(h -> h.indexOf('.')).orElse(-1); dot >= 0; ) {
      String path = head.get().substring(0, dot + 1);
      boolean common = tensors.keySet().stream().allMatch(name -> name.startsWith(path));
      if (!common || tensors.size() < 2) {
        return "";
      }
      if (HEAD.matcher(head.get().substring(dot + 1)).matches()) {
        return path;
      }
      dot = head.get().indexOf('.', dot + 1);
    }
    return "";
  }
}
