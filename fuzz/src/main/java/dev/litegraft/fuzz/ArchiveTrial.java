package dev.litegraft.fuzz;

import dev.litegraft.tflite.TfliteModel.StoredFile;
import dev.litegraft.tflite.TfliteReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A good {@code .tflite} whose facts, tokenizer and labels are damaged, or come from another file:
 * templates, prompts, lengths and names are read from there. Every command that asks a text is run.
 */
final class ArchiveTrial implements Trial {
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("classify"),
          List.of("classify", "--labels", "a,b"),
          List.of("classify", "--pair", "x"),
          List.of("embed"),
          List.of("embed", "--prompt", "query"),
          List.of("rerank", "--query", "good"),
          List.of("answer", "--context", "good film"),
          List.of("redact"),
          List.of("inspect"));

  private final Path file;
  private final Map<Path, Map<String, byte[]>> known = new LinkedHashMap<>();

  ArchiveTrial(Path folder) {
    file = folder.resolve("archive-" + ProcessHandle.current().pid() + ".tflite");
  }

  @Override
  public String verdict(Path base, long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, byte[]> files = new LinkedHashMap<>(files(base));
    Map<String, byte[]> donor = files(sibling(base, random));
    List<String> names = new ArrayList<>(files.keySet());
    for (int n = 1 + random.nextInt(2); n > 0; n--) {
      String name = names.get(random.nextInt(names.size()));
      byte[] bytes = files.getOrDefault(name, new byte[0]);
      byte[] other = donor.getOrDefault(name, bytes);
      files.put(
          name,
          random.nextInt(12) == 0
              ? other
              : name.endsWith(".json")
                  ? JsonDamage.damaged(bytes, other, random)
                  : PlainDamage.lines(bytes, random));
    }
    Files.write(file, withArchive(base, files));
    String last = "";
    for (List<String> command : COMMANDS) {
      List<String> args = new ArrayList<>(List.of(command.get(0), file.toString()));
      args.addAll(command.subList(1, command.size()));
      if (!command.get(0).equals("inspect")) {
        args.add(CheckpointTrial.TEXT);
      }
      args.add("--json");
      Lines lines = Lines.of(args);
      if (!lines.isFine()) {
        return "fault exit " + lines.exitCode() + " of " + command + ": " + lines.error();
      }
      last = lines.exitCode() == 0 && !command.get(0).equals("inspect") ? command.get(0) : last;
    }
    return last.isEmpty() ? REFUSED : ANSWERED + " " + last;
  }

  private static Path sibling(Path base, Random random) throws IOException {
    try (Stream<Path> all = Files.list(base.toAbsolutePath().getParent())) {
      List<Path> files = all.filter(f -> f.toString().endsWith(".tflite")).sorted().toList();
      return files.get(random.nextInt(files.size()));
    }
  }

  /** What stands in the archive; what is compressed, as it is plain. */
  private Map<String, byte[]> files(Path base) throws IOException {
    Map<String, byte[]> files = known.get(base);
    if (files != null) {
      return files;
    }
    files = new LinkedHashMap<>();
    try (TfliteReader reader = TfliteReader.open(base)) {
      for (StoredFile stored : reader.model().files()) {
        byte[] bytes = reader.file(stored.name()).orElseThrow();
        files.put(stored.name(), bytes);
      }
    }
    known.put(base, files);
    return files;
  }

  private static byte[] withArchive(Path base, Map<String, byte[]> files) throws IOException {
    byte[] all = Files.readAllBytes(base);
    long end = all.length;
    try (TfliteReader reader = TfliteReader.open(base)) {
      for (StoredFile stored : reader.model().files()) {
        end = Math.min(end, stored.position() - 30 - stored.name().length());
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Arrays.copyOf(all, (int) end));
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> one : files.entrySet()) {
        ZipEntry entry = new ZipEntry(one.getKey());
        CRC32 crc = new CRC32();
        crc.update(one.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(one.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(one.getValue());
      }
    }
    return out.toByteArray();
  }

  @Override
  public void keep(Path folder) throws IOException {
    Files.copy(file, folder.resolve("archive.tflite"), StandardCopyOption.REPLACE_EXISTING);
  }
}
