package dev.litegraft.checkpoint.file;

import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An open file of tensors, whichever container it is. Its directory was read and checked; its
 * tensors are read slice by slice, from any thread, until it is closed.
 */
public interface TensorFile extends AutoCloseable {
  /** The file. */
  Path path();

  /** The tensors by name, in the order of the file's directory; cannot be changed. */
  Map<String, RawTensorData> tensors();

  /** What a user should know of the file beside its tensors. */
  default List<String> notes() {
    return List.of();
  }

  /** Closes the file; its tensors cannot be read any more. */
  @Override
  void close() throws IOException;
}
