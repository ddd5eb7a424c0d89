package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.data.DataFile;
import java.util.List;
import java.util.Optional;

/** The columns that a user named, or else those of the usual names that the data have. */
record NamedColumns(DataFile data, Columns named) {
  private static final String TEXT = "--text-column";

  static final String LABEL = "--label-column";

  static final String PAIR = "--pair-column";

  static final String QUERY = "--query-column";

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
    return find(named.pair(), PAIR, "pair");
  }

  Optional<String> label(String... usual) {
    return find(named.label(), LABEL, usual);
  }

  /** The column of what is right, where one of several labels is. */
  Optional<String> oneLabel() {
    return label("label", "labels");
  }

  /** The column of what is right, or several with commas between, where each label is or is not. */
  Optional<String> severalLabels() {
    return named.label().or(() -> label("labels", "label"));
  }

  /** The column of sets of labels, or several of which each is called as a label is. */
  Optional<LabelCells> labelCells(ModelLabels labels) {
    return severalLabels().map(column -> LabelCells.of(column, this, labels));
  }

  Optional<String> query() {
    return find(named.query(), QUERY, "query");
  }

  /**
   * Says that a column was named which nothing reads: its numbers would be missed in silence.
   *
   * @param task what reads the data
   * @param remedy in place of leaving the option out; empty where there is none
   * @throws InvalidRequestException if one of the options names a column
   */
  void requireUnnamed(String task, String remedy, String... options) {
    for (String option : options) {
      Optional<String> name =
          switch (option) {
            case PAIR -> named.pair();
            case LABEL -> named.label();
            case QUERY -> named.query();
            default -> throw new IllegalArgumentException(option);
          };
      if (name.isPresent()) {
        throw new InvalidRequestException(
            option + " names \"" + name.get() + "\", and " + task + " reads no such column",
            data.path().toString(),
            (remedy.isEmpty() ? "" : remedy + ", or ") + "leave " + option + " out");
      }
    }
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
