package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of a classifier's outputs, by their index.
 *
 * <p>Source: {@code id2label}, {@code label2id} and {@code num_labels} of transformers'
 * PretrainedConfig.
 *
 * @param names the name of each output
 * @param where the config that says so, for messages
 * @param notes where the other keys contradict {@code id2label}, which alone counts, and where two
 *     labels have one name
 */
public record Labels(List<String> names, String where, List<String> notes) {
  private static final int ABSENT = 2;
  private static final int MAX = 1_000_000;
  private static final String REMEDY =
      "correct config.json in a copy of the folder: id2label must name the rows of the"
          + " classification head in their order";

  /** Names in the order of the outputs. */
  public Labels {
    names = List.copyOf(names);
    notes = List.copyOf(notes);
  }

  /**
   * The labels of a config; without {@code id2label} they are {@code LABEL_0, LABEL_1 …}, two of
   * them if {@code num_labels} says nothing else.
   *
   * @throws InvalidCheckpointException if the ids are not 0 to n − 1
   */
  public static Labels of(HfConfig config) {
    HfConfig byId = config.at("id2label").orElse(null);
    List<String> names = byId == null ? unnamed(config) : named(byId);
    List<String> notes = new ArrayList<>();
    int count = config.size("num_labels", names.size());
    if (count != names.size()) {
      notes.add(
          "num_labels is "
              + count
              + ", but id2label names "
              + names.size()
              + " labels: transformers goes by id2label");
    }
    twice(names)
        .ifPresent(
            name ->
                notes.add(
                    "two labels of id2label have the name "
                        + Json.show(name)
                        + ": their scores stay apart, and no name tells which is which"));
    config
        .at("label2id")
        .flatMap(byName -> contradiction(byName, names))
        .ifPresent(what -> notes.add(what + ": transformers goes by id2label"));
    return new Labels(names, config.where(), notes);
  }

  private static Optional<String> twice(List<String> names) {
    Set<String> seen = new HashSet<>();
    return names.stream().filter(name -> !seen.add(name)).findFirst();
  }

  private static List<String> unnamed(HfConfig config) {
    int count = config.size("num_labels", ABSENT);
    if (count > MAX) {
      throw new InvalidCheckpointException(
          "num_labels is " + count + ", where at most " + MAX + " are expected",
          config.where(),
          REMEDY);
    }
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      names.add("LABEL_" + i);
    }
    return names;
  }

  private static List<String> named(HfConfig byId) {
    int count = byId.keys().size();
    @Nullable String[] names = new @Nullable String[count];
    for (String key : byId.keys()) {
      int id = id(key);
      if (id < 0 || id >= count || names[id] != null) {
        throw new InvalidCheckpointException(
            "id2label has the id "
                + Json.show(key)
                + " among "
                + count
                + " labels, where the ids 0 to "
                + (count - 1)
                + " are needed",
            byId.where(),
            REMEDY);
      }
      names[id] = name(byId, key);
    }
    if (count == 0) {
      throw new InvalidCheckpointException(
          "id2label is empty, where at least one label is needed", byId.where(), REMEDY);
    }
    List<String> inOrder = new ArrayList<>(count);
    for (String name : names) {
      inOrder.add(String.valueOf(name));
    }
    return inOrder;
  }

  /** Numbers are names too: {"0": 1, "1": 5} for a review's stars. */
  private static String name(HfConfig byId, String key) {
    return byId.value(key) instanceof Number n && byId.has(key) ? n.toString() : byId.text(key);
  }

  private static int id(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Optional<String> contradiction(HfConfig byName, List<String> names) {
    Optional<String> found = Optional.empty();
    for (String name : byName.keys()) {
      @Nullable Object value = byName.value(name);
      byName.has(name);
      int id = value instanceof String s ? id(s) : value instanceof Long n ? n.intValue() : -1;
      String expected = id >= 0 && id < names.size() ? names.get(id) : null;
      if (found.isEmpty() && !name.equals(expected)) {
        found =
            Optional.of(
                "label2id says that "
                    + Json.show(name)
                    + " is "
                    + Json.show(value)
                    + ", but id2label says that this is "
                    + (expected == null ? "no label" : Json.show(expected)));
      }
    }
    return found;
  }

  /** How many labels. */
  public int count() {
    return names.size();
  }

  /**
   * Checks the labels against the classification head.
   *
   * @param rows the rows of the head's weight
   * @param head the head's name, for the message
   * @throws InvalidCheckpointException if they differ
   */
  public void requireRows(int rows, String head) {
    if (rows != names.size()) {
      throw new InvalidCheckpointException(
          head + " has " + rows + " rows, but config.json names " + names.size() + " labels",
          where,
          REMEDY);
    }
  }
}
