package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.client.Client;
import dev.litegraft.client.Obstacle;
import dev.litegraft.client.Suitability;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which programs run a file, why others do not, and what would help. */
final class ClientsView {
  /** They make tokens or vectors in their own way: not every model can be converted for them. */
  private static final Set<Client> PARTICULAR = Set.of(Client.MEDIAPIPE, Client.LITERTLM);

  private ClientsView() {}

  static Table table(List<Suitability> clients) {
    Table table = new Table("runs in", "", "because", "what helps");
    for (Suitability client : clients) {
      if (client.runs()) {
        table.row(client.client().version(), yes(client.client()), notes(client), "");
      }
      String name = client.client().version();
      String no = "no";
      for (Obstacle obstacle : client.obstacles()) {
        table.row(name, no, obstacle.what(), obstacle.remedy());
        name = "";
        no = "";
      }
    }
    return table;
  }

  private static String yes(Client client) {
    return client.evidence() == Client.Evidence.RUN ? "yes" : "yes, as read";
  }

  private static String notes(Suitability client) {
    return String.join("; ", client.notes());
  }

  /** {@code LiteRT.js 2.5.3; for tensorflow-lite 2.16.1 convert with --for android}. */
  static String line(List<Suitability> clients) {
    Stream<String> running =
        clients.stream().filter(Suitability::runs).map(client -> client.client().version());
    Stream<String> others =
        clients.stream()
            .filter(client -> !client.runs() && !PARTICULAR.contains(client.client()))
            .map(client -> "not in " + client.client().version() + " (--for " + id(client) + ")");
    return Stream.concat(running, others).collect(Collectors.joining(", "));
  }

  private static String id(Suitability client) {
    return client.client().id();
  }

  static void write(JsonGenerator json, List<Suitability> clients) throws IOException {
    json.writeArrayFieldStart("runs_in");
    for (Suitability client : clients) {
      json.writeStartObject();
      json.writeStringField("client", client.client().id());
      json.writeStringField("version", client.client().version());
      json.writeStringField("evidence", client.client().evidence().name().toLowerCase(Locale.ROOT));
      json.writeBooleanField("runs", client.runs());
      json.writeArrayFieldStart("obstacles");
      for (Obstacle obstacle : client.obstacles()) {
        json.writeStartObject();
        json.writeStringField("what", obstacle.what());
        json.writeStringField("remedy", obstacle.remedy());
        json.writeEndObject();
      }
      json.writeEndArray();
      JsonLine.strings(json, "notes", client.notes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
