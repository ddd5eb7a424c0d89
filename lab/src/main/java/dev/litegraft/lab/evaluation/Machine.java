package dev.litegraft.lab.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.Version;
import dev.litegraft.runtime.RuntimeVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What runs here: without it a time says nothing, and answers of int8 files depend on it.
 *
 * @param litegraft the version
 * @param runtime the native runtime and its version
 * @param java the Java machine's version
 * @param system the operating system and architecture
 * @param processor its name, as far as the system tells it
 * @param processors how many there are
 * @param int8Instructions those that multiply whole numbers, as far as the system tells them
 */
public record Machine(
    String litegraft,
    String runtime,
    String java,
    String system,
    String processor,
    int processors,
    List<String> int8Instructions) {
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private static final List<String> OF_INT8 =
      List.of("avx512_vnni", "avx_vnni", "avx_vnni_int8", "amx_int8", "asimddp", "i8mm", "sve2");

  public Machine {
    int8Instructions = List.copyOf(int8Instructions);
  }

  /**
   * This one.
   *
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for it
   */
  public static Machine here() throws IOException {
    List<String> cpu = Files.isReadable(CPU) ? Files.readAllLines(CPU, UTF_8) : List.of();
    List<String> flags =
        value(cpu, "flags")
            .or(() -> value(cpu, "Features"))
            .map(text -> Arrays.asList(text.split(" +", -1)))
            .orElse(List.of());
    return new Machine(
        Version.text(),
        RuntimeVersion.text(),
        System.getProperty("java.version", "?"),
        System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?"),
        processor(cpu),
        Runtime.getRuntime().availableProcessors(),
        OF_INT8.stream().filter(flags::contains).toList());
  }

  /**
   * Its name; on Arm, where Linux tells none, its maker's and its own number; as Windows has it.
   */
  private static String processor(List<String> cpu) {
    return value(cpu, "model name")
        .or(
            () ->
                value(cpu, "CPU part")
                    .map(
                        part ->
                            "maker "
                                + value(cpu, "CPU implementer").orElse("?")
                                + ", part "
                                + part))
        .or(() -> Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")))
        .orElse("unknown");
  }

  private static Optional<String> value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
