package dev.litegraft.runtime;

import dev.litegraft.tflite.BuiltinCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file that names operators and calls none: a client looks each of them up as it loads the file,
 * and refuses one that it does not know in this version. Slots are those of {@code TfliteFormat}.
 */
final class OperatorFile {
  private OperatorFile() {}

  /** Writes it. */
  static Path write(Path file, Map<String, Integer> versions) throws IOException {
    FlatTable number = new FlatTable().set(0, new int[] {1}).set(1, (byte) 0).set(2, 0).set(3, "x");
    FlatTable graph =
        new FlatTable()
            .set(0, List.of(number))
            .set(1, new int[] {0})
            .set(2, new int[] {0})
            .set(3, new ArrayList<FlatTable>())
            .set(4, "main");
    List<FlatTable> codes = new ArrayList<>();
    versions.forEach(
        (name, version) -> codes.add(CraftedModel.code(BuiltinCodes.of(name)).set(2, version)));
    FlatTable model =
        new FlatTable()
            .set(0, 3)
            .set(1, codes)
            .set(2, List.of(graph))
            .set(4, List.of(new FlatTable()));
    return Files.write(file, model.file("TFL3"));
  }
}
