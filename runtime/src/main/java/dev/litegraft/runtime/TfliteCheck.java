package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a path is a .tflite file at all, before native code sees it. */
final class TfliteCheck {
  private static final int HEADER = 8;

  private TfliteCheck() {}

  /**
   * @throws InvalidInputException if there is no such file, it is a folder, or it does not begin
   *     like a .tflite file
   */
  static void require(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new InvalidInputException("there is no such file", file.toString(), "look at the path");
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "this is a folder, where a .tflite file is needed",
          file.toString(),
          "make a file of a checkpoint folder with: litegraft convert DIR -o FILE");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = in.readNBytes(HEADER);
      String identifier =
          header.length == HEADER
              ? new String(header, HEADER / 2, HEADER / 2, StandardCharsets.ISO_8859_1)
              : "";
      if (!identifier.equals("TFL3")) {
        throw new InvalidInputException(
            header.length < HEADER
                ? "the file has " + header.length + " bytes and is no .tflite file"
                : "the file is no .tflite file: bytes 4 to 7 are not TFL3",
            file.toString(),
            "give a file that litegraft convert or another LiteRT exporter wrote");
      }
    }
  }
}
