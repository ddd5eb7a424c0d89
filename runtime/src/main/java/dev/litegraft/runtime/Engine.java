package dev.litegraft.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Another program that runs the kernels of a {@code .tflite}, in place of the LiteRT that comes
 * with this module: a browser's, or that of a phone. Over {@link RawModel#over} all classes of this
 * package answer with it as they do with LiteRT.
 *
 * <p>It is called by one thread at a time.
 */
public interface Engine extends AutoCloseable {
  /**
   * An input or output.
   *
   * @param name in the signature
   * @param shape -1 where a dimension is unknown
   */
  record Tensor(String name, List<Integer> shape) {
    public Tensor {
      shape = List.copyOf(shape);
    }
  }

  /**
   * A signature.
   *
   * @param key absent in a file without signatures
   * @param inputs in the file's order, where their names say nothing
   */
  record Signature(Optional<String> key, List<Tensor> inputs, List<Tensor> outputs) {
    public Signature {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** The file's signatures: one at least. */
  List<Signature> signatures();

  /**
   * Runs a signature.
   *
   * @param key of the signature
   * @param inputs the numbers of each input, [1, t], by its name; as many as its shape says, or any
   *     number where that is unknown
   * @return the outputs, of all t tokens where they have an answer each
   */
  List<RawOutput> run(Optional<String> key, Map<String, int[]> inputs);

  /** Frees everything. */
  @Override
  void close();
}
