package dev.litegraft.tflite;

import dev.litegraft.operator.OptionTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is in a {@code .tflite}, without the numbers.
 *
 * @param fileBytes size of the file
 * @param description what the file says of itself
 * @param subgraphs the first one is the main one
 * @param signatures named ways to run a subgraph; an old file has none
 * @param buffers the constants' bytes; the first one is empty
 * @param metadata names of the metadata entries, and their buffers
 * @param files what stands behind the FlatBuffer as a ZIP
 * @param unread what changes the answer and Litegraft does not read: sparse tensors, options of a
 *     newer kind; none in an ordinary file
 */
public record TfliteModel(
    long fileBytes,
    String description,
    List<Subgraph> subgraphs,
    List<Signature> signatures,
    List<Buffer> buffers,
    Map<String, Integer> metadata,
    List<StoredFile> files,
    List<String> unread) {
  public TfliteModel {
    subgraphs = List.copyOf(subgraphs);
    signatures = List.copyOf(signatures);
    buffers = List.copyOf(buffers);
    files = List.copyOf(files);
    unread = List.copyOf(unread);
  }

  /** A graph: tensors, and operators in execution order; inputs and outputs are tensor indices. */
  public record Subgraph(
      String name,
      List<Tensor> tensors,
      List<Integer> inputs,
      List<Integer> outputs,
      List<Operator> operators) {}

  /**
   * A tensor.
   *
   * @param index in its subgraph
   * @param shape with 1 for what is unknown
   * @param shapeSignature with −1 for what is unknown; the shape, if the file does not say
   * @param buffer 0 for what is no constant
   */
  public record Tensor(
      int subgraph,
      int index,
      String name,
      TensorType type,
      List<Integer> shape,
      List<Integer> shapeSignature,
      int buffer,
      boolean variable,
      Optional<Quantization> quantization) {
    /** Whether a dimension is unknown until the file is run. */
    public boolean isDynamic() {
      return shapeSignature.contains(-1);
    }

    /** For example {@code logits float32[1, 2]}. */
    @Override
    public String toString() {
      return name + " " + type.name().toLowerCase(java.util.Locale.ROOT) + shapeSignature;
    }
  }

  /**
   * How whole numbers stand for others: {@code scale · (q − zero point)}.
   *
   * @param scales how many
   * @param zeroPoints how many
   * @param dimension that the scales belong to
   * @param blockSize numbers that share a scale, if scales are by block; else 0
   * @param scaleTensor the tensor with the scales of blocks; else −1
   * @param scalePosition byte of the first scale
   * @param zeroPointPosition byte of the first zero point
   */
  public record Quantization(
      int scales,
      int zeroPoints,
      int dimension,
      int blockSize,
      int scaleTensor,
      long scalePosition,
      long zeroPointPosition) {}

  /**
   * An operator.
   *
   * @param mnemonic {@code FULLY_CONNECTED}, or the name of a custom operator
   * @param inputs tensor indices; −1 for what is not there
   * @param table of its options, where it has one that Litegraft knows
   * @param options of that table by name: Boolean, Integer, Float, or a list of Integer
   */
  public record Operator(
      String mnemonic,
      boolean custom,
      int version,
      List<Integer> inputs,
      List<Integer> outputs,
      Optional<OptionTable> table,
      Map<String, Object> options) {}

  /** Names of inputs and outputs, and the tensors of the subgraph that they stand for. */
  public record Signature(
      String key, int subgraph, Map<String, Integer> inputs, Map<String, Integer> outputs) {}

  /**
   * Bytes of a constant.
   *
   * @param position of the first one in the file
   * @param outside whether they stand outside of the FlatBuffer
   */
  public record Buffer(int index, long position, long bytes, boolean outside) {}

  /** A file inside of the file; the archive does not compress its bytes. */
  public record StoredFile(String name, long position, long bytes, int crc) {}

  /** The file inside of the file with this name. */
  public Optional<StoredFile> file(String name) {
    return files.stream().filter(f -> f.name().equals(name)).findFirst();
  }

  /** The signature with this key. */
  public Optional<Signature> signature(String key) {
    return signatures.stream().filter(s -> s.key().equals(key)).findFirst();
  }

  /** The tensor of an index of a subgraph. */
  public Tensor tensor(int subgraph, int index) {
    return subgraphs.get(subgraph).tensors().get(index);
  }

  /** The tensor of a signature's input. */
  public Optional<Tensor> input(Signature signature, String name) {
    return Optional.ofNullable(signature.inputs().get(name))
        .map(index -> tensor(signature.subgraph(), index));
  }

  /** The tensor of a signature's output. */
  public Optional<Tensor> output(Signature signature, String name) {
    return Optional.ofNullable(signature.outputs().get(name))
        .map(index -> tensor(signature.subgraph(), index));
  }

  /**
   * Where the bytes go: by type of the constants ({@code int8 constants}), {@code metadata}, {@code
   * associated files}, and {@code structure} for the rest. In a file without overlaps the sum is
   * its size.
   */
  public Map<String, Long> bytesByKind() {
    Map<Integer, String> kinds = new TreeMap<>();
    metadata.forEach((name, buffer) -> kinds.put(buffer, "metadata"));
    for (Subgraph subgraph : subgraphs) {
      for (Tensor tensor : subgraph.tensors()) {
        kinds.putIfAbsent(
            tensor.buffer(),
            tensor.type().name().toLowerCase(java.util.Locale.ROOT) + " constants");
      }
    }
    Map<String, Long> bytes = new TreeMap<>();
    long rest = fileBytes;
    for (Buffer buffer : buffers) {
      if (buffer.bytes() > 0) {
        bytes.merge(kinds.getOrDefault(buffer.index(), "unused"), buffer.bytes(), Long::sum);
        rest -= buffer.bytes();
      }
    }
    for (StoredFile file : files) {
      bytes.merge("associated files", file.bytes(), Long::sum);
      rest -= file.bytes();
    }
    bytes.put("structure", Math.max(rest, 0));
    return bytes;
  }
}
