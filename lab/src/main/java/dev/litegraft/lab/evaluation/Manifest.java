package dev.litegraft.lab.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.Version;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.runtime.RuntimeVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * @param files each file, or folder, with the hash of the bytes that ran
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
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private static final List<String> OF_INT8 =
      List.of("avx512_vnni", "avx_vnni", "avx_vnni_int8", "amx_int8", "asimddp", "i8mm", "sve2");

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
    List<String> cpu = Files.isReadable(CPU) ? Files.readAllLines(CPU, UTF_8) : List.of();
    List<String> flags =
        value(cpu, "flags")
            .or(() -> value(cpu, "Features"))
            .map(text -> Arrays.asList(text.split(" +", -1)))
            .orElse(List.of());
    return new Manifest(
        Version.text(),
        RuntimeVersion.text(),
        System.getProperty("java.version", "?"),
        System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?"),
        value(cpu, "model name").orElse("unknown"),
        OF_INT8.stream().filter(flags::contains).toList(),
        threads,
        data.path().toString(),
        data.sha256(),
        hashes);
  }

  private static Optional<String> value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
