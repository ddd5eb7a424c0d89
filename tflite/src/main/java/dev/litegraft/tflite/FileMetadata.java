package dev.litegraft.tflite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a file's {@code TFLITE_METADATA} tells clients of its first subgraph; see {@link Metadata}.
 *
 * @param minParserVersion the version of the schema that a client needs
 * @param inputs names of the inputs, in the subgraph's order
 * @param outputs names of the outputs, in the subgraph's order
 * @param labels the associated file with the first output's labels
 * @param vocabulary the associated file of the BERT tokenizer that comes before the inputs
 */
public record FileMetadata(
    String minParserVersion,
    List<String> inputs,
    List<String> outputs,
    Optional<String> labels,
    Optional<String> vocabulary) {
  public FileMetadata {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads the table in a buffer of the file.
   *
   * @throws dev.litegraft.error.InvalidFileException if it is damaged
   */
  static FileMetadata read(FileWindow file, TfliteModel.Buffer buffer) throws IOException {
    TableView root = TableView.at(file, buffer.position() + file.u32(buffer.position()));
    String version = root.text("a version", Metadata.MODEL_PARSER_VERSION);
    List<TableView> subgraphs = root.tables("the subgraphs", Metadata.MODEL_SUBGRAPHS);
    if (subgraphs.isEmpty()) {
      return new FileMetadata(version, List.of(), List.of(), Optional.empty(), Optional.empty());
    }
    TableView first = subgraphs.get(0);
    List<TableView> outputs = first.tables("the outputs", Metadata.SUBGRAPH_OUTPUTS);
    return new FileMetadata(
        version,
        names(first.tables("the inputs", Metadata.SUBGRAPH_INPUTS)),
        names(outputs),
        outputs.isEmpty()
            ? Optional.empty()
            : file(outputs.get(0), Metadata.TENSOR_FILES, AssociatedFile.Type.LABELS),
        vocabulary(first));
  }

  private static List<String> names(List<TableView> tensors) throws IOException {
    List<String> names = new ArrayList<>();
    for (TableView tensor : tensors) {
      names.add(tensor.text("a tensor's name", Metadata.TENSOR_NAME));
    }
    return names;
  }

  private static Optional<String> vocabulary(TableView subgraph) throws IOException {
    for (TableView unit : subgraph.tables("the units", Metadata.SUBGRAPH_INPUT_UNITS)) {
      Optional<TableView> options = unit.table(Metadata.UNIT_OPTIONS);
      if (unit.u8(Metadata.UNIT_TYPE) == Metadata.BERT_TOKENIZER && options.isPresent()) {
        return file(options.get(), Metadata.BERT_VOCABULARY, AssociatedFile.Type.VOCABULARY);
      }
    }
    return Optional.empty();
  }

  /** The first associated file of a type. */
  private static Optional<String> file(TableView table, int slot, AssociatedFile.Type type)
      throws IOException {
    for (TableView file : table.tables("the files", slot)) {
      if (file.u8(Metadata.FILE_TYPE) == type.code()) {
        return Optional.of(file.text("a file's name", Metadata.FILE_NAME));
      }
    }
    return Optional.empty();
  }
}
