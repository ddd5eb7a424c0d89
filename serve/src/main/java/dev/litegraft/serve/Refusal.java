package dev.litegraft.serve;

import java.util.Optional;

/** A request that is not answered, and why; each shape says it in its own words. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, and the usual status for it. */
  enum Kind {
    MALFORMED(400),
    /** A value that cannot be used; text-embeddings-inference says 422. */
    INVALID(400),
    /** More texts, or longer ones, than are taken; text-embeddings-inference says 413. */
    TOO_MUCH(400),
    /** A model of another kind than the path asks; text-embeddings-inference says 424. */
    WRONG_MODEL(400),
    /** No text at all. */
    EMPTY(400),
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NO_SUCH_PATH(404),
    NO_SUCH_MODEL(404),
    METHOD(405),
    SLOW(408),
    TOO_LARGE(413),
    MEDIA_TYPE(415),
    OVERLOADED(429),
    FAULT(500),
    NO_MEMORY(503),
    STOPPING(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  private final Kind kind;
  private final transient Optional<String> field;

  private Refusal(Kind kind, Optional<String> field, String message) {
    super(message, null, false, false);
    this.kind = kind;
    this.field = field;
  }

  static Refusal of(Kind kind, String message) {
    return new Refusal(kind, Optional.empty(), message);
  }

  /** A refusal for the value of a field of the body. */
  static Refusal ofField(String field, String message) {
    return ofField(Kind.INVALID, field, message);
  }

  static Refusal ofField(Kind kind, String field, String message) {
    return new Refusal(kind, Optional.of(field), message);
  }

  Kind kind() {
    return kind;
  }

  /** The field of the body that is at fault. */
  Optional<String> field() {
    return field;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}
