package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.data.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a result was made with: the answers of int8 files depend on the processor.
 *
 * @param litegraft the version
 * @param runtime the native runtime and its version
 * @param java the Java machine's version
 * @param system the operating system and architecture
 * @param processor its name, as far as the system tells it
 * @param int8Instructions those that multiply whole numbers, as far as the system tells them
 * @param threads that ran
 * @param data the data's file
 * @param dataSha256 the hash of its bytes
 * @param files each file, or folder, with the hash of the bytes that ran; queries and judgements,
 *     where there are any, with that of theirs
 */
public record Manifest(
    String litegraft,
    String runtime,
    String java,
    String system,
    String processor,
    List<String> int8Instructions,
    int threads,
    String data,
    String dataSha256,
    Map<String, String> files) {
  /**
   * Of these files.
   *
   * @param files each file that runs, by what the user named
   */
  static Manifest of(DataFile data, Map<Path, Path> files, int threads) throws IOException {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (Map.Entry<Path, Path> file : files.entrySet()) {
      hashes.put(file.getKey().toString(), DataFile.sha256(file.getValue()));
    }
    Machine machine = Machine.here();
    return new Manifest(
        machine.litegraft(),
        machine.runtime(),
        machine.java(),
        machine.system(),
        machine.processor(),
        machine.int8Instructions(),
        threads,
        data.path().toString(),
        data.sha256(),
        hashes);
  }
}
