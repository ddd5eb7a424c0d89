package dev.litegraft.serve;

import dev.litegraft.serve.Refusal.Kind;
import org.jspecify.annotations.Nullable;

/**
 * In which words a request is refused. Source: {@code router/src/http/server.rs} of
 * text-embeddings-inference 1.9; OpenAI's, Jina's and Cohere's references of their interfaces.
 */
enum Shape {
  /** {@code {"error", "error_type"}}. */
  TEI {
    @Override
    int status(Kind kind) {
      return switch (kind) {
        case INVALID -> 422;
        case TOO_MUCH -> 413;
        case WRONG_MODEL, FAULT -> 424;
        default -> kind.status();
      };
    }

    @Override
    byte[] body(Refusal refusal) {
      return JsonBody.of(
          json -> {
            json.writeStringField("error", refusal.message());
            json.writeStringField("error_type", errorType(refusal.kind()));
          });
    }

    private String errorType(Kind kind) {
      return switch (kind) {
        case OVERLOADED -> "Overloaded";
        case EMPTY -> "Empty";
        case NO_MEMORY, STOPPING -> "Unhealthy";
        case WRONG_MODEL, FAULT -> "Backend";
        default -> "Validation";
      };
    }
  },

  /** {@code {"error": {"message", "type", "param", "code"}}}. */
  OPENAI {
    @Override
    byte[] body(Refusal refusal) {
      return JsonBody.of(
          json -> {
            json.writeObjectFieldStart("error");
            json.writeStringField("message", refusal.message());
            json.writeStringField("type", type(refusal.kind()));
            json.writeStringField("param", refusal.field().orElse(null));
            json.writeStringField("code", code(refusal.kind()));
            json.writeEndObject();
          });
    }

    private String type(Kind kind) {
      return switch (kind) {
        case OVERLOADED -> "rate_limit_error";
        case FAULT, NO_MEMORY, STOPPING -> "server_error";
        default -> "invalid_request_error";
      };
    }

    private @Nullable String code(Kind kind) {
      return switch (kind) {
        case UNAUTHORIZED -> "invalid_api_key";
        case NO_SUCH_MODEL -> "model_not_found";
        case OVERLOADED -> "rate_limit_exceeded";
        default -> null;
      };
    }
  },

  /** Jina's {@code detail} and Cohere's {@code message}, which says the same. */
  RERANK {
    @Override
    byte[] body(Refusal refusal) {
      return JsonBody.of(
          json -> {
            json.writeStringField("message", refusal.message());
            json.writeStringField("detail", refusal.message());
          });
    }
  };

  /** The status of a refusal. */
  int status(Kind kind) {
    return kind.status();
  }

  /** The JSON of a refusal. */
  abstract byte[] body(Refusal refusal);
}
