package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.data.DataFile;
import java.util.Optional;

/**
 * Which columns of the data are what. Absent ones are found by their usual names.
 *
 * @param text the text that is asked; usually {@code text}; of taggers also {@code tokens}
 * @param pair the second text of a pair; usually {@code pair}
 * @param label what is right: a label, several, a number, the tags of words; usually called so, or
 *     {@code score}, or {@code tags}
 * @param query where rows are to be ranked, the query that the text may answer; usually {@code
 *     query}
 */
public record Columns(
    Optional<String> text, Optional<String> pair, Optional<String> label, Optional<String> query) {
  /** The usual names. */
  public static Columns usual() {
    return new Columns(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * The column whose texts decide which rows stay together when the data are divided: that of the
   * queries, else that of the texts.
   *
   * @throws dev.litegraft.error.InvalidInputException if the data have neither
   */
  public String dividing(DataFile data) {
    NamedColumns columns = new NamedColumns(data, this);
    return columns.query().orElseGet(() -> columns.text("text", "tokens"));
  }
}
