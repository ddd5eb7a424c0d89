package dev.litegraft.runtime;

import dev.litegraft.client.Client;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** What clients answered, a line a checkpoint: {@code clients/table} makes a page of it. */
final class ClientTable {
  private static final Path FOLDER = Path.of("target", "clients");

  private ClientTable() {}

  /**
   * Notes that a client answered.
   *
   * @param name of the checkpoint
   * @param difference the largest, relative to the largest number or to 1
   */
  static void add(Client client, String name, Path file, float difference) throws IOException {
    String family;
    try (TfliteReader reader = TfliteReader.open(file)) {
      family = reader.facts().orElseThrow().family();
    }
    Files.createDirectories(FOLDER);
    Files.writeString(
        FOLDER.resolve(client.id() + ".tsv"),
        String.format(Locale.ROOT, "%s\t%s\t%.1e%n", family, name, difference),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
