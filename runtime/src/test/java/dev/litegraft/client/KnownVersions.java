package dev.litegraft.client;

import java.util.Map;

/** For tests: what is said of a client's operators. */
public final class KnownVersions {
  private KnownVersions() {}

  /** The newest version of each that it knows. */
  public static Map<String, Integer> of(Client client) {
    return Limits.of(client).operators().all();
  }
}
