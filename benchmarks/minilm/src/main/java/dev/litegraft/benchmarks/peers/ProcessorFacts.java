package dev.litegraft.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux says of a processor whose name says little. */
final class ProcessorFacts {
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private ProcessorFacts() {}

  /** {@code , family 26, model 2}; nothing where the system does not tell it. */
  static String model() throws IOException {
    if (!Files.isReadable(CPU)) {
      return "";
    }
    List<String> lines = Files.readAllLines(CPU, UTF_8);
    return said(lines, "cpu family", ", family ") + said(lines, "model\t", ", model ");
  }

  /**
   * The instructions that engines see: those of the processor, less what {@code cpuid_without.c}
   * takes out of CPUID.
   *
   * @param words its {@code CPUID_WITHOUT}
   */
  static List<String> seen(List<String> int8Instructions, String words) {
    boolean avx512 = words.contains("avx512");
    boolean amx = avx512 || words.contains("amx");
    boolean vnni = avx512 || words.contains("vnni");
    return int8Instructions.stream()
        .filter(name -> !(amx && name.startsWith("amx")) && !(vnni && name.contains("vnni")))
        .toList();
  }

  private static String said(List<String> lines, String key, String word) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> word + line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
