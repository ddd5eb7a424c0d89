package dev.litegraft.client;

import java.util.List;

/**
 * Whether a client runs a file.
 *
 * @param obstacles each keeps it from running; empty: it runs
 * @param notes what a user of a file that runs should know
 */
public record Suitability(Client client, List<Obstacle> obstacles, List<String> notes) {
  public Suitability {
    obstacles = List.copyOf(obstacles);
    notes = List.copyOf(notes);
  }

  /** Whether the client runs the file, by all that is known of both. */
  public boolean runs() {
    return obstacles.isEmpty();
  }
}
