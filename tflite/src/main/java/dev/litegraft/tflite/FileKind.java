package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Says what a file is that is no {@code .tflite}, by its first bytes. */
final class FileKind {
  private static final int HEAD = 64;
  private static final String CONVERT = "convert it first: litegraft convert DIR -o FILE.tflite";

  /** First bytes, as Latin-1, and what they mean. */
  private static final Map<String, String> STARTS =
      Map.of(
          "PK\003\004", "a ZIP archive (a PyTorch checkpoint, a .keras or a .task file is one)",
          "\211PNG", "a PNG picture",
          "GGUF", "a GGUF model",
          "\211HDF", "an HDF5 file (a Keras .h5)",
          "\037\213", "a gzip archive",
          "\200\002", "a Python pickle (an old PyTorch checkpoint)",
          "version https://git-lfs", "a Git LFS pointer, not the file itself",
          "%PDF", "a PDF document");

  private FileKind() {}

  /**
   * Checks the file identifier.
   *
   * @throws InvalidFileException naming what the file is instead, where that is known
   */
  static void require(FileWindow file, String where) throws IOException {
    int length = (int) Math.min(file.size(), HEAD);
    String head = new String(file.bytes("the file", 0, length), StandardCharsets.ISO_8859_1);
    if (head.startsWith(TfliteFormat.IDENTIFIER, Integer.BYTES)) {
      return;
    }
    if (length == 0) {
      throw new InvalidFileException("the file is empty, and it must be a .tflite", where, CONVERT);
    }
    String kind =
        STARTS.entrySet().stream()
            .filter(start -> head.startsWith(start.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseGet(() -> unnamed(head));
    throw new InvalidFileException(
        "the file is no .tflite: bytes 4 to 7 are not "
            + TfliteFormat.IDENTIFIER
            + "; it is "
            + kind,
        where,
        kind.startsWith("a Git LFS") ? "fetch the file: git lfs pull" : CONVERT);
  }

  private static String unnamed(String head) {
    boolean safetensors =
        head.length() > 9 && head.charAt(8) == '{' && head.startsWith("\0\0\0", 5);
    if (safetensors) {
      return "a safetensors file";
    }
    if (head.startsWith("{") || head.startsWith("[")) {
      return "a JSON file";
    }
    return "of an unknown kind";
  }
}
