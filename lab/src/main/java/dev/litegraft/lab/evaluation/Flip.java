package dev.litegraft.lab.evaluation;

import java.util.Optional;

/**
 * An item that two files answer otherwise.
 *
 * @param item its number, from 0
 * @param where the file and line
 * @param text the beginning of the text
 * @param right what is right, where the data say it
 * @param first what the first file answers
 * @param answer what this file answers
 * @param firstMargin how much more probable the first file took its answer than the next one
 * @param margin how much more probable this file took its answer than that of the first
 */
public record Flip(
    int item,
    String where,
    String text,
    Optional<String> right,
    String first,
    String answer,
    double firstMargin,
    double margin) {
  Flip at(String place, String beginning) {
    return new Flip(item, place, beginning, right, first, answer, firstMargin, margin);
  }
}
