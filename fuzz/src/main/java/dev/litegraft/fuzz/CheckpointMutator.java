package dev.litegraft.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Damages a checkpoint's folder in place, where its files mean something: members of JSON files,
 * safetensors' headers, lines of vocabularies, and which files there are. Parts of other good
 * checkpoints are put in as well, which reaches what no damage does.
 */
final class CheckpointMutator {
  private final List<Path> bases = new ArrayList<>();

  /**
   * One to three damages.
   *
   * @param others a folder of good checkpoints, to take parts from
   */
  void damage(Path checkpoint, Path others, Random random) throws IOException {
    if (bases.isEmpty()) {
      try (Stream<Path> all = Files.list(others)) {
        all.filter(Files::isDirectory).sorted().forEach(bases::add);
      }
    }
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      List<Path> files = new ArrayList<>(Folders.files(checkpoint));
      files.removeIf(f -> f.toString().endsWith("expected.json"));
      if (files.isEmpty()) {
        return;
      }
      Path chosen = files.get(random.nextInt(files.size()));
      Path donor = bases.get(random.nextInt(bases.size()));
      if (random.nextInt(12) == 0) {
        FolderDamage.damage(checkpoint, chosen, donor, random);
      } else {
        Path file = checkpoint.resolve(chosen);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, damaged(bytes, chosen, donor, random));
      }
    }
  }

  /** One to three of a config's sizes, switches or absences: what a forward pass trips over. */
  void sizes(Path checkpoint, Random random) throws IOException {
    for (Path name : Folders.files(checkpoint)) {
      if (name.endsWith("config.json")) {
        Path file = checkpoint.resolve(name);
        Files.write(file, JsonDamage.sizes(Files.readAllBytes(file), random));
      }
    }
  }

  private static byte[] damaged(byte[] bytes, Path name, Path donor, Random random)
      throws IOException {
    String text = name.toString();
    if (random.nextInt(10) == 0) {
      return PlainDamage.bytes(bytes, random);
    }
    if (text.endsWith(".json")) {
      Path same = donor.resolve(name);
      byte[] other = Files.isRegularFile(same) ? Files.readAllBytes(same) : bytes;
      return JsonDamage.damaged(bytes, other, random);
    }
    if (text.endsWith(".safetensors")) {
      return SafetensorsDamage.damaged(bytes, random);
    }
    return text.endsWith(".txt")
        ? PlainDamage.lines(bytes, random)
        : PlainDamage.bytes(bytes, random);
  }
}
