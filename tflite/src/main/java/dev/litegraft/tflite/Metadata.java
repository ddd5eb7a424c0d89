package dev.litegraft.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.litegraft.graph.Graph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a file says of itself to any client: the {@code TFLITE_METADATA} entry and the associated
 * files.
 *
 * <pre>
 * ModelMetadata     0 name · 1 description · 2 version · 3 subgraph_metadata · 4 author · 5 license
 *                   6 associated_files · 7 min_parser_version
 * SubGraphMetadata  0 name · 2 input_tensor_metadata · 3 output_tensor_metadata
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
 */
public record Metadata(
    String name, String description, String version, String license, List<AssociatedFile> files) {
  /** The version of the metadata schema that a client needs to understand all of it. */
  private static final String MIN_PARSER_VERSION = "1.0.0";

  private static final int MODEL_SLOTS = 8;
  private static final int SUBGRAPH_SLOTS = 4;
  private static final int TENSOR_SLOTS = 7;
  private static final int FILE_SLOTS = 3;

  public Metadata {
    files = List.copyOf(files);
    if (files.stream().map(AssociatedFile::name).distinct().count() != files.size()) {
      throw new IllegalArgumentException("two associated files of one name: " + files);
    }
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
    int parserText = b.createString(MIN_PARSER_VERSION);
    b.startTable(MODEL_SLOTS);
    b.addOffset(0, nameText, 0);
    b.addOffset(1, descriptionText, 0);
    b.addOffset(2, versionText, 0);
    b.addOffset(3, subgraphVector, 0);
    b.addOffset(5, licenseText, 0);
    b.addOffset(6, fileVector, 0);
    b.addOffset(7, parserText, 0);
    b.finish(b.endTable(), TfliteFormat.METADATA_IDENTIFIER);
    return b.sizedByteArray();
  }

  private static int subgraph(FlatBufferBuilder b, Graph graph, List<AssociatedFile> labels) {
    int inputs = tensors(b, graph.inputs().keySet(), List.of());
    int outputs = tensors(b, graph.outputs().keySet(), labels);
    int nameText = b.createSharedString(graph.signature());
    b.startTable(SUBGRAPH_SLOTS);
    b.addOffset(0, nameText, 0);
    b.addOffset(2, inputs, 0);
    b.addOffset(3, outputs, 0);
    return b.endTable();
  }

  private static int tensors(
      FlatBufferBuilder b, Collection<String> names, List<AssociatedFile> files) {
    List<Integer> tensors = new ArrayList<>();
    for (String tensor : names) {
      int nameText = b.createSharedString(tensor);
      int fileVector = files(b, files);
      b.startTable(TENSOR_SLOTS);
      b.addOffset(0, nameText, 0);
      b.addOffset(6, fileVector, 0);
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
      b.addOffset(0, nameText, 0);
      b.addOffset(1, descriptionText, 0);
      b.addByte(2, file.type().code(), 0);
      tables[i] = b.endTable();
    }
    return b.createVectorOfTables(tables);
  }
}
