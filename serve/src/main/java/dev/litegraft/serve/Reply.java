package dev.litegraft.serve;

import java.util.Map;

/**
 * An answer that is whole before its first byte is sent.
 *
 * @param status of HTTP
 * @param type of its content
 * @param body belongs to the reply
 * @param headers others than that of the type
 */
record Reply(int status, String type, byte[] body, Map<String, String> headers) {
  private static final String JSON = "application/json";

  static Reply json(byte[] body) {
    return new Reply(200, JSON, body, Map.of());
  }

  static Reply json(byte[] body, Map<String, String> headers) {
    return new Reply(200, JSON, body, headers);
  }

  static Reply text(String type, byte[] body) {
    return new Reply(200, type, body, Map.of());
  }

  static Reply refused(Shape shape, Refusal refusal, Map<String, String> headers) {
    return new Reply(shape.status(refusal.kind()), JSON, shape.body(refusal), headers);
  }
}
