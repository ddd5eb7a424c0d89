package dev.litegraft.cli;

import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.Columns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A user's own data, and what its columns are. */
final class DataOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "F",
      description =
          "The rows: .tsv, .csv or .jsonl. A column of labels makes accuracy known; without one files"
              + " are only compared.")
  private Path data;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "The column of the texts; default: text.")
  private @Nullable String text;

  @Option(
      names = "--pair-column",
      paramLabel = "NAME",
      description = "The column of the second text of pairs; default: pair, where there is one.")
  private @Nullable String pair;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "The column of what is right; default: label, labels, score or tags, where there is one."
              + " Labels by name or number, several with | between them, tags with spaces.")
  private @Nullable String label;

  @Option(
      names = "--query-column",
      paramLabel = "NAME",
      description =
          "The column of queries, for which the texts of the rows below each other are ranked;"
              + " default: query, where there is one. The labels are then grades of relevance.")
  private @Nullable String query;

  @Option(
      names = "--quoted",
      description = "Cells of TSV may stand between quotes, as those of CSV.")
  private boolean quoted;

  DataFile file() throws IOException {
    return DataFile.of(data, quoted);
  }

  Columns columns() {
    return new Columns(
        Optional.ofNullable(text),
        Optional.ofNullable(pair),
        Optional.ofNullable(label),
        Optional.ofNullable(query));
  }
}
