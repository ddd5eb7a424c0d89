package dev.litegraft.tflite;

import dev.litegraft.operator.OptionTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the tables of an untrusted file; see {@link TfliteFormat}. */
final class ModelParser {
  /** LiteRT reads it unchecked: it counts in memory at the places that stand there. */
  private static final String DEPENDENCIES = "model_control_dependencies";

  private final FileWindow file;
  private final List<String> unread = new ArrayList<>();

  private ModelParser(FileWindow file) {
    this.file = file;
  }

  static TfliteModel parse(FileWindow file) throws IOException {
    return new ModelParser(file).model();
  }

  private TfliteModel model() throws IOException {
    TableView root = TableView.at(file, file.u32(0));
    int version = root.i32(TfliteFormat.MODEL_VERSION, 0);
    if (version != TfliteFormat.VERSION) {
      throw file.fault(
          "it says schema version " + version + ", and only " + TfliteFormat.VERSION + " is known",
          root.position());
    }
    List<TfliteModel.Buffer> buffers = buffers(root);
    List<Code> codes = new ArrayList<>();
    for (TableView code : root.tables("the operator codes", TfliteFormat.MODEL_OPERATOR_CODES)) {
      codes.add(code(code));
    }
    List<TfliteModel.Subgraph> subgraphs = new ArrayList<>();
    for (TableView subgraph : root.tables("the subgraphs", TfliteFormat.MODEL_SUBGRAPHS)) {
      subgraphs.add(subgraph(subgraph, subgraphs.size(), codes, buffers.size()));
    }
    if (subgraphs.isEmpty()) {
      throw file.fault("it has no subgraph", root.position());
    }
    List<TfliteModel.Signature> signatures = new ArrayList<>();
    for (TableView signature : root.tables("the signatures", TfliteFormat.MODEL_SIGNATURES)) {
      signatures.add(signature(signature, subgraphs));
    }
    Map<String, Integer> metadata = metadata(root, buffers.size());
    List<TfliteModel.StoredFile> files = ZipDirectory.read(file);
    if (files.isEmpty()) {
      ZipDirectory.requireNoneBegun(file, end(buffers));
    }
    return new TfliteModel(
        file.size(),
        root.text("the description", TfliteFormat.MODEL_DESCRIPTION),
        subgraphs,
        signatures,
        buffers,
        metadata,
        files,
        unread);
  }

  private List<TfliteModel.Buffer> buffers(TableView root) throws IOException {
    List<TfliteModel.Buffer> buffers = new ArrayList<>();
    for (TableView buffer : root.tables("the buffers", TfliteFormat.MODEL_BUFFERS)) {
      buffers.add(buffer(buffer, buffers.size()));
    }
    if (buffers.isEmpty() || buffers.get(0).bytes() > 0) {
      // Tensors of buffer 0 are no constants for LiteRT, whatever stands there.
      throw file.fault(
          buffers.isEmpty()
              ? "it has no buffers"
              : "buffer 0 has " + buffers.get(0).bytes() + " bytes, and must be empty",
          root.position());
    }
    return buffers;
  }

  /** The buffer of each entry of the metadata. */
  private Map<String, Integer> metadata(TableView root, int buffers) throws IOException {
    Map<String, Integer> metadata = new LinkedHashMap<>();
    for (TableView entry : root.tables("the metadata", TfliteFormat.MODEL_METADATA)) {
      String name = entry.name("a metadata entry's name", TfliteFormat.METADATA_ENTRY_NAME);
      if (name.equals(DEPENDENCIES)) {
        unread.add("metadata " + DEPENDENCIES + " orders the operators");
      }
      metadata.put(name, entry.index("buffer", TfliteFormat.METADATA_ENTRY_BUFFER, buffers));
    }
    return metadata;
  }

  private static long end(List<TfliteModel.Buffer> buffers) {
    long end = 0;
    for (TfliteModel.Buffer buffer : buffers) {
      end = Math.max(end, buffer.position() + buffer.bytes());
    }
    return end;
  }

  private record Code(String mnemonic, boolean custom, int version) implements Noted {
    @Override
    public String words() {
      return "an operator " + mnemonic;
    }
  }

  private static Code code(TableView table) throws IOException {
    // Old files have only the first field, new ones both; the larger one counts.
    int code =
        Math.max(
            (byte) table.u8(TfliteFormat.CODE_DEPRECATED), table.i32(TfliteFormat.CODE_BUILTIN, 0));
    boolean custom = code == OperatorCodes.CUSTOM;
    return new Code(
        custom
            ? table.name("a custom operator's name", TfliteFormat.CODE_CUSTOM)
            : OperatorCodes.mnemonic(code),
        custom,
        table.i32(TfliteFormat.CODE_VERSION, 1));
  }

  private TfliteModel.Buffer buffer(TableView table, int index) throws IOException {
    TableView.Vector data = table.vector("a buffer", TfliteFormat.BUFFER_DATA, 1);
    long offset = table.i64(TfliteFormat.BUFFER_OFFSET);
    if (data.count() > 0 || offset == 0 || offset == 1) {
      return new TfliteModel.Buffer(index, data.position(), data.count(), false);
    }
    long size = table.i64(TfliteFormat.BUFFER_SIZE);
    if (!file.holds(offset, size)) {
      file.require("buffer " + index, offset, size);
    }
    return new TfliteModel.Buffer(index, offset, size, true);
  }

  private TfliteModel.Subgraph subgraph(TableView table, int index, List<Code> codes, int buffers)
      throws IOException {
    List<TfliteModel.Tensor> tensors = new ArrayList<>();
    for (TableView tensor : table.tables("the tensors", TfliteFormat.SUBGRAPH_TENSORS)) {
      tensors.add(tensor(tensor, index, tensors.size(), buffers));
    }
    List<TfliteModel.Operator> operators = new ArrayList<>();
    for (TableView operator : table.tables("the operators", TfliteFormat.SUBGRAPH_OPERATORS)) {
      operators.add(operator(operator, codes, tensors.size()));
    }
    return new TfliteModel.Subgraph(
        table.name("a subgraph's name", TfliteFormat.SUBGRAPH_NAME),
        List.copyOf(tensors),
        indices(table, TfliteFormat.SUBGRAPH_INPUTS, tensors.size()),
        indices(table, TfliteFormat.SUBGRAPH_OUTPUTS, tensors.size()),
        List.copyOf(operators));
  }

  private List<Integer> indices(TableView table, int slot, int tensors) throws IOException {
    List<Integer> indices = table.ints("a list of tensors", slot);
    for (int index : indices) {
      if (index < -1 || index >= tensors) {
        throw file.fault("tensor " + index + " is not one of " + tensors, table.position());
      }
    }
    return List.copyOf(indices);
  }

  private TfliteModel.Tensor tensor(TableView table, int subgraph, int index, int buffers)
      throws IOException {
    int code = table.u8(TfliteFormat.TENSOR_TYPE);
    TensorType type =
        TensorType.of(code)
            .orElseThrow(() -> file.fault("tensor type " + code + " is unknown", table.position()));
    List<Integer> shape = List.copyOf(table.ints("a shape", TfliteFormat.TENSOR_SHAPE));
    List<Integer> signature = table.ints("a shape", TfliteFormat.TENSOR_SHAPE_SIGNATURE);
    requireDims(shape, 0, table);
    requireDims(signature, -1, table);
    if (!signature.isEmpty() && signature.size() != shape.size()) {
      throw file.fault(
          "shape " + shape + " and signature " + signature + " differ in rank", table.position());
    }
    Optional<TableView> quantization = table.table(TfliteFormat.TENSOR_QUANTIZATION);
    Place place = new Place(subgraph, index);
    note(table.has(TfliteFormat.TENSOR_SPARSITY), place, " is sparse");
    note(
        table.vector("variants", TfliteFormat.TENSOR_VARIANTS, Integer.BYTES).count() > 0,
        place,
        " is of variants");
    note(table.has(TfliteFormat.TENSOR_EXTERNAL), place, " stands in another file");
    return new TfliteModel.Tensor(
        subgraph,
        index,
        table.name("a tensor's name", TfliteFormat.TENSOR_NAME),
        type,
        shape,
        signature.isEmpty() ? shape : List.copyOf(signature),
        table.index("buffer", TfliteFormat.TENSOR_BUFFER, buffers),
        table.flag(TfliteFormat.TENSOR_VARIABLE),
        quantization.isEmpty() ? Optional.empty() : quantization(quantization.get(), place));
  }

  /** Where something stands that is not read: in words only where it is found, which is rare. */
  private interface Noted {
    String words();
  }

  private record Place(int subgraph, int tensor) implements Noted {
    @Override
    public String words() {
      return "tensor " + tensor + " of subgraph " + subgraph;
    }
  }

  private void note(boolean found, Noted where, String what) {
    if (found) {
      unread.add(where.words() + what);
    }
  }

  private void requireDims(List<Integer> dims, int least, TableView table) {
    for (int dim : dims) {
      if (dim < least) {
        throw file.fault("shape " + dims + " has a negative dimension", table.position());
      }
    }
  }

  private Optional<TfliteModel.Quantization> quantization(TableView table, Place place)
      throws IOException {
    TableView.Vector scales =
        table.vector("the scales", TfliteFormat.QUANTIZATION_SCALE, Float.BYTES);
    TableView.Vector zeros =
        table.vector("the zero points", TfliteFormat.QUANTIZATION_ZERO_POINT, Long.BYTES);
    Optional<TableView> blocks =
        table.u8(TfliteFormat.QUANTIZATION_DETAILS_TYPE) == TfliteFormat.DETAILS_BLOCKWISE
            ? table.table(TfliteFormat.QUANTIZATION_DETAILS)
            : Optional.empty();
    note(
        table.u8(TfliteFormat.QUANTIZATION_DETAILS_TYPE) == TfliteFormat.DETAILS_CUSTOM,
        place,
        " is quantized in a way of its own");
    note(
        blocks.isPresent() && blocks.get().i32(TfliteFormat.BLOCKWISE_ZERO_POINTS, 0) > 0,
        place,
        " has zero points by block");
    if (scales.count() == 0 && blocks.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TfliteModel.Quantization(
            scales.count(),
            zeros.count(),
            table.i32(TfliteFormat.QUANTIZATION_DIMENSION, 0),
            blocks.isEmpty() ? 0 : blocks.get().i32(TfliteFormat.BLOCKWISE_SIZE, 0),
            blocks.isEmpty() ? -1 : blocks.get().i32(TfliteFormat.BLOCKWISE_SCALES, 0),
            scales.position(),
            zeros.position()));
  }

  private TfliteModel.Operator operator(TableView table, List<Code> codes, int tensors)
      throws IOException {
    Code code = codes.get(table.index("operator code", TfliteFormat.OPERATOR_CODE, codes.size()));
    int type = table.u8(TfliteFormat.OPERATOR_OPTIONS_TYPE);
    Optional<OptionTable> known = OptionTable.of(type);
    if (!code.custom() && type != 0 && known.isEmpty()) {
      unread.add(code.words() + " has options of kind " + type);
    }
    note(
        table.u8(TfliteFormat.OPERATOR_OPTIONS_2_TYPE) != 0,
        code,
        " has options of the second kind");
    note(
        table.vector("a list", TfliteFormat.OPERATOR_INTERMEDIATES, Integer.BYTES).count() > 0,
        code,
        " keeps tensors between");
    Optional<TableView> options =
        known.isEmpty() ? Optional.empty() : table.table(TfliteFormat.OPERATOR_OPTIONS);
    return new TfliteModel.Operator(
        code.mnemonic(),
        code.custom(),
        code.version(),
        indices(table, TfliteFormat.OPERATOR_INPUTS, tensors),
        indices(table, TfliteFormat.OPERATOR_OUTPUTS, tensors),
        options.isEmpty() ? Optional.empty() : known,
        options.isEmpty() ? Map.of() : options(known.orElseThrow(), options.get(), code));
  }

  private Map<String, Object> options(OptionTable known, TableView table, Code code)
      throws IOException {
    Map<String, Object> options = new LinkedHashMap<>();
    for (int slot = 0; slot < known.fields().size(); slot++) {
      OptionTable.Field field = known.fields().get(slot);
      options.put(
          field.name(),
          switch (field.kind()) {
            case BOOL -> table.flag(slot);
            case BYTE -> (int) (byte) table.u8(slot);
            case INT -> table.i32(slot, 0);
            case FLOAT -> table.f32(slot);
            case INTS -> table.ints(field.name(), slot);
          });
    }
    for (int slot = known.fields().size(); slot < table.slots(); slot++) {
      if (table.has(slot)) {
        unread.add(code.words() + " has an option that is newer, number " + slot);
      }
    }
    return options;
  }

  private TfliteModel.Signature signature(TableView table, List<TfliteModel.Subgraph> subgraphs)
      throws IOException {
    int subgraph = table.index("subgraph", TfliteFormat.SIGNATURE_SUBGRAPH, subgraphs.size());
    int tensors = subgraphs.get(subgraph).tensors().size();
    if (!table.has(TfliteFormat.SIGNATURE_KEY)) {
      throw file.fault("a signature has no key", table.position());
    }
    return new TfliteModel.Signature(
        table.name("a signature's key", TfliteFormat.SIGNATURE_KEY),
        subgraph,
        tensorMaps(table, TfliteFormat.SIGNATURE_INPUTS, tensors),
        tensorMaps(table, TfliteFormat.SIGNATURE_OUTPUTS, tensors));
  }

  private static Map<String, Integer> tensorMaps(TableView table, int slot, int tensors)
      throws IOException {
    Map<String, Integer> maps = new LinkedHashMap<>();
    for (TableView map : table.tables("a signature", slot)) {
      maps.put(
          map.name("a signature's name", TfliteFormat.TENSOR_MAP_NAME),
          map.index("tensor", TfliteFormat.TENSOR_MAP_TENSOR, tensors));
    }
    return java.util.Collections.unmodifiableMap(maps);
  }
}
