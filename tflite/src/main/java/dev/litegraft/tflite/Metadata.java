package dev.litegraft.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.litegraft.graph.Graph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a file says of itself to any client: the {@code TFLITE_METADATA} entry and the associated
 * files.
 *
 * <pre>
 * ModelMetadata     0 name · 1 description · 2 version · 3 subgraph_metadata · 4 author · 5 license
 *                   6 associated_files · 7 min_parser_version
 * SubGraphMetadata  0 name · 2 input_tensor_metadata · 3 output_tensor_metadata
 *                   5 input_process_units
 * ProcessUnit       0, 1 options (u8 type, table): 4 BertTokenizerOptions
 * BertTokenizerOptions  0 vocab_file (a vector of AssociatedFile)
 * TensorMetadata    0 name · 1 description · 6 associated_files
 * AssociatedFile    0 name · 1 description · 2 type (i8)
 * </pre>
 *
 * <p>Source: {@code metadata_schema.fbs} of tflite-support.
 *
 * @param name the model's name
 * @param description one sentence
 * @param version the version of what wrote it
 * @param license empty where it is not known
 * @param files in the order in which they are stored; labels are also told to the outputs
 * @param bert what clients that tokenize themselves are told; absent: nothing, and inputs are
 *     called as in the graph
 */
public record Metadata(
    String name,
    String description,
    String version,
    String license,
    List<AssociatedFile> files,
    Optional<BertInputs> bert) {
  /** The version of the metadata schema that a client needs to understand all of it. */
  private static final String MIN_PARSER_VERSION = "1.0.0";

  /** The same with process units of tokenizers. */
  private static final String MIN_PARSER_VERSION_OF_UNITS = "1.1.0";

  static final int MODEL_SUBGRAPHS = 3;
  static final int MODEL_PARSER_VERSION = 7;
  static final int SUBGRAPH_INPUTS = 2;
  static final int SUBGRAPH_OUTPUTS = 3;
  static final int SUBGRAPH_INPUT_UNITS = 5;
  static final int TENSOR_NAME = 0;
  static final int TENSOR_FILES = 6;
  static final int FILE_NAME = 0;
  static final int FILE_TYPE = 2;
  static final int UNIT_TYPE = 0;
  static final int UNIT_OPTIONS = 1;
  static final int BERT_VOCABULARY = 0;

  /** {@code BertTokenizerOptions} of the union {@code ProcessUnitOptions}. */
  static final int BERT_TOKENIZER = 4;

  private static final int MODEL_SLOTS = 8;
  private static final int SUBGRAPH_SLOTS = 6;
  private static final int TENSOR_SLOTS = 7;
  private static final int FILE_SLOTS = 3;
  private static final int UNIT_SLOTS = 2;
  private static final int BERT_SLOTS = 1;

  public Metadata {
    files = List.copyOf(files);
    if (files.stream().map(AssociatedFile::name).distinct().count() != files.size()) {
      throw new IllegalArgumentException("two associated files of one name: " + files);
    }
    if (bert.isPresent() && files.stream().noneMatch(bert.get()::isVocabulary)) {
      throw new IllegalArgumentException("no vocabulary " + bert.get().vocabulary());
    }
  }

  /** What is told to clients that are given ids. */
  public Metadata(
      String name, String description, String version, String license, List<AssociatedFile> files) {
    this(name, description, version, license, files, Optional.empty());
  }

  /** The {@code ModelMetadata} FlatBuffer for these graphs. */
  byte[] encode(List<Graph> graphs) {
    FlatBufferBuilder b = new FlatBufferBuilder(1024);
    List<AssociatedFile> labels =
        files.stream().filter(f -> f.type() == AssociatedFile.Type.LABELS).toList();
    List<AssociatedFile> others = files.stream().filter(f -> !labels.contains(f)).toList();
    int[] subgraphs = new int[graphs.size()];
    for (int i = 0; i < subgraphs.length; i++) {
      subgraphs[i] = subgraph(b, graphs.get(i), labels);
    }
    int subgraphVector = b.createVectorOfTables(subgraphs);
    int fileVector = files(b, others);
    int nameText = b.createString(name);
    int descriptionText = b.createString(description);
    int versionText = b.createString(version);
    int licenseText = license.isEmpty() ? 0 : b.createString(license);
    int parserText =
        b.createString(bert.isPresent() ? MIN_PARSER_VERSION_OF_UNITS : MIN_PARSER_VERSION);
    b.startTable(MODEL_SLOTS);
    b.addOffset(0, nameText, 0);
    b.addOffset(1, descriptionText, 0);
    b.addOffset(2, versionText, 0);
    b.addOffset(MODEL_SUBGRAPHS, subgraphVector, 0);
    b.addOffset(5, licenseText, 0);
    b.addOffset(6, fileVector, 0);
    b.addOffset(MODEL_PARSER_VERSION, parserText, 0);
    b.finish(b.endTable(), TfliteFormat.METADATA_IDENTIFIER);
    return b.sizedByteArray();
  }

  private int subgraph(FlatBufferBuilder b, Graph graph, List<AssociatedFile> labels) {
    Collection<String> names = graph.inputs().keySet();
    int inputs = tensors(b, bert.isPresent() ? bert.get().names() : names, List.of());
    int outputs = tensors(b, graph.outputs().keySet(), labels);
    int units = bert.isPresent() ? units(b, bert.get()) : 0;
    int nameText = b.createSharedString(graph.signature());
    b.startTable(SUBGRAPH_SLOTS);
    b.addOffset(0, nameText, 0);
    b.addOffset(SUBGRAPH_INPUTS, inputs, 0);
    b.addOffset(SUBGRAPH_OUTPUTS, outputs, 0);
    b.addOffset(SUBGRAPH_INPUT_UNITS, units, 0);
    return b.endTable();
  }

  private int units(FlatBufferBuilder b, BertInputs told) {
    int vocabulary = files(b, files.stream().filter(told::isVocabulary).toList());
    b.startTable(BERT_SLOTS);
    b.addOffset(BERT_VOCABULARY, vocabulary, 0);
    int tokenizer = b.endTable();
    b.startTable(UNIT_SLOTS);
    b.addByte(UNIT_TYPE, (byte) BERT_TOKENIZER, 0);
    b.addOffset(UNIT_OPTIONS, tokenizer, 0);
    return b.createVectorOfTables(new int[] {b.endTable()});
  }

  private static int tensors(
      FlatBufferBuilder b, Collection<String> names, List<AssociatedFile> files) {
    List<Integer> tensors = new ArrayList<>();
    for (String tensor : names) {
      int nameText = b.createSharedString(tensor);
      int fileVector = files(b, files);
      b.startTable(TENSOR_SLOTS);
      b.addOffset(TENSOR_NAME, nameText, 0);
      b.addOffset(TENSOR_FILES, fileVector, 0);
      tensors.add(b.endTable());
    }
    return b.createVectorOfTables(tensors.stream().mapToInt(i -> i).toArray());
  }

  private static int files(FlatBufferBuilder b, List<AssociatedFile> files) {
    if (files.isEmpty()) {
      return 0;
    }
    int[] tables = new int[files.size()];
    for (int i = 0; i < tables.length; i++) {
      AssociatedFile file = files.get(i);
      int nameText = b.createSharedString(file.name());
      int descriptionText = b.createSharedString(file.description());
      b.startTable(FILE_SLOTS);
      b.addOffset(FILE_NAME, nameText, 0);
      b.addOffset(1, descriptionText, 0);
      b.addByte(FILE_TYPE, file.type().code(), 0);
      tables[i] = b.endTable();
    }
    return b.createVectorOfTables(tables);
  }
}
