package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.Nearest;
import dev.litegraft.lab.data.DataFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A model's labels, and the words of the data that are to be them: a label's name, or else its
 * number from 0, unless labels are called by whole numbers themselves. Words that are neither are
 * gathered, so that all are told at once.
 */
final class ModelLabels {
  private static final int SHOWN = 10;
  private static final int NAMED = 50;

  private final List<String> names;
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<String, String> unknown = new LinkedHashMap<>();

  /** Of labels that are called 1 to 5, a 0 is a mistake and not the first one. */
  private final boolean haveNumbers;

  private boolean isByNumber;

  ModelLabels(List<String> names) {
    this.names = names;
    for (int i = 0; i < names.size(); i++) {
      ids.putIfAbsent(names.get(i), i);
    }
    this.haveNumbers = names.stream().noneMatch(name -> name.strip().matches("[+-]?\\d+"));
  }

  List<String> names() {
    return names;
  }

  /** The number of a label; −1 of a word that is none. */
  int id(String word, String where) {
    Integer id = ids.get(word);
    if (id != null) {
      return id;
    }
    if (haveNumbers && word.matches("\\d{1,9}") && Integer.parseInt(word) < names.size()) {
      int number = Integer.parseInt(word);
      isByNumber |= !names.get(number).equals("LABEL_" + number);
      return number;
    }
    if (unknown.size() <= SHOWN) {
      unknown.putIfAbsent(word, where);
    }
    return -1;
  }

  /**
   * That words of the data were numbers, and which label each was taken for: data may count
   * otherwise than the model, and nobody would see it. Nothing where the labels are called {@code
   * LABEL_0 …}, so that the numbers are their names.
   */
  List<String> notes() {
    if (!isByNumber) {
      return List.of();
    }
    return List.of(
        "labels are numbers: "
            + IntStream.range(0, Math.min(NAMED, names.size()))
                .mapToObj(i -> i + " = " + names.get(i))
                .collect(Collectors.joining(", "))
            + (names.size() > NAMED ? ", …" : ""));
  }

  /**
   * Says which words are no labels.
   *
   * @throws InvalidInputException if there are any
   */
  void requireKnown() {
    if (unknown.isEmpty()) {
      return;
    }
    StringBuilder what = new StringBuilder("the model has no label ");
    int shown = 0;
    for (String word : unknown.keySet()) {
      if (shown++ == SHOWN) {
        what.append(", …");
        break;
      }
      what.append(shown == 1 ? "\"" : ", \"").append(DataFile.cut(word)).append('"');
      Nearest.to(word, names).ifPresent(near -> what.append(" (near: ").append(near).append(')'));
    }
    what.append("; it has ")
        .append(String.join(", ", names.subList(0, Math.min(NAMED, names.size()))));
    throw new InvalidInputException(
        what.toString(),
        unknown.values().iterator().next(),
        "write the labels as the model has them"
            + (haveNumbers ? ", or their numbers from 0" : "")
            + "; the column is named with --label-column");
  }

  /**
   * Where each label of another file stands here.
   *
   * @param file the other file, for messages
   * @throws InvalidInputException if the other has other labels
   */
  int[] places(List<String> other, String file) {
    if (other.equals(names)) {
      return IntStream.range(0, other.size()).toArray(); // also where two are called the same
    }
    int[] places = new int[other.size()];
    for (int i = 0; i < places.length; i++) {
      Integer place = ids.get(other.get(i));
      if (place == null || other.size() != names.size()) {
        throw new InvalidInputException(
            "the file has the labels "
                + String.join(", ", other)
                + ", and the first file "
                + String.join(", ", names),
            file,
            "evaluate files of one task together");
      }
      places[i] = place;
    }
    return places;
  }
}
