package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataFile;
import java.util.List;
import java.util.Optional;

/** The columns that a user named, or else those of the usual names that the data have. */
record NamedColumns(DataFile data, Columns named) {
  private static final String TEXT = "--text-column";

  static final String LABEL = "--label-column";

  String text(String... usual) {
    return find(named.text(), TEXT, usual)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no column \"" + usual[0] + "\"; there are " + shown(),
                    data.path().toString(),
                    isOfOtherSeparators()
                        ? "part cells by commas in .csv, and by tabs in .tsv"
                        : "name the column of the texts with " + TEXT));
  }

  /** One column whose name holds several: cells stand between something else. */
  private boolean isOfOtherSeparators() {
    return data.columns().size() == 1 && data.columns().get(0).matches(".*[;,\t|].*");
  }

  Optional<String> pair() {
    return find(named.pair(), "--pair-column", "pair");
  }

  Optional<String> label(String... usual) {
    return find(named.label(), LABEL, usual);
  }

  /** The column of sets of labels, or several of which each is called as a label is. */
  Optional<LabelCells> labelCells(ModelLabels labels, String... usual) {
    return named.label().or(() -> label(usual)).map(column -> LabelCells.of(column, this, labels));
  }

  Optional<String> query() {
    return find(named.query(), "--query-column", "query");
  }

  private Optional<String> find(Optional<String> name, String option, String... usual) {
    if (name.isPresent()) {
      return Optional.of(data.require(name.get(), option));
    }
    return List.of(usual).stream().filter(data.columns()::contains).findFirst();
  }

  String shown() {
    return String.join(", ", data.columns());
  }
}
