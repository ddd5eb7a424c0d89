package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * What the Hub's refusals mean for a user, and what he can do.
 *
 * <p>Source: hf_raise_for_status of huggingface_hub 1.33; the codes are those of {@code
 * X-Error-Code}.
 *
 * @param name the model that is asked for
 * @param revision of which branch, tag or commit
 * @param endpoint whose pages are named
 */
record HubFaults(ModelName name, String revision, Endpoint endpoint) {
  private static final String CODE = "X-Error-Code";
  private static final String MESSAGE = "X-Error-Message";
  private static final String CLOSED = "Access to this resource is disabled.";
  private static final String INVALID = "Invalid credentials in Authorization header";
  private static final long MOST_SECONDS = 86_400;
  private static final Pattern RESET = Pattern.compile(";\\s*t=(\\d{1,6})");
  private static final int TOO_MANY = 429;

  /** A part of a file is asked for that is beyond its end. */
  static final int NO_SUCH_RANGE = 416;

  /**
   * The fault of an answer.
   *
   * @param own whether the endpoint itself answered
   * @throws LaterException if it is none yet
   */
  HubException of(URI at, int status, HttpHeaders headers, boolean own, Optional<Token> token)
      throws LaterException {
    if (status == TOO_MANY || status == 408 || status == NO_SUCH_RANGE || status / 100 == 5) {
      throw new LaterException(status, pause(headers, Instant.now()));
    }
    String where = Endpoint.shown(at);
    String code = headers.firstValue(CODE).orElse("");
    String message = headers.firstValue(MESSAGE).orElse("");
    if (!own) {
      return new HubException(
          Reason.DAMAGED,
          "the server that has the file's bytes answered " + status,
          where,
          "try again in a few minutes; an address that the Hub gives is valid for a short time");
    }
    if (message.equals(CLOSED)) {
      return new HubException(
          Reason.DISABLED,
          "the Hub has closed the model " + name,
          where,
          "its page says why: " + page());
    }
    return switch (code) {
      case "RevisionNotFound" ->
          new HubException(
              Reason.NO_REVISION,
              "the model " + name + " has no branch, tag or commit \"" + revision + "\"",
              where,
              "its branches and tags are at " + page() + "/tree/main");
      case "EntryNotFound" ->
          new HubException(
              Reason.NO_FILE,
              "the model " + name + " has no such file any more",
              where,
              "try again; the model was changed in this moment, or a mirror is behind");
      case "GatedRepo" -> gated(where, token);
      case "RepoNotFound" -> missing(where, token);
      default -> other(where, status, message, token);
    };
  }

  private HubException other(String where, int status, String message, Optional<Token> token) {
    if (status == 401 && token.isPresent() && message.startsWith(INVALID)) {
      return new HubException(
          Reason.TOKEN,
          "the Hub does not know the token of " + token.get().origin(),
          where,
          "make a new one at " + endpoint.page("settings/tokens") + ", or take this one away");
    }
    if (status == 401 || status == 404) {
      return missing(where, token);
    }
    if (status == 403) {
      return new HubException(
          Reason.TOKEN,
          "the Hub forbids it" + said(message),
          where,
          token.isPresent()
              ? "the token of " + token.get().origin() + " needs the right to read " + name
              : "give a token that may read it: HF_TOKEN, or --token-file");
    }
    return new HubException(
        Reason.REFUSED,
        "the Hub answered " + status + said(message),
        where,
        "check HF_ENDPOINT and the name " + name);
  }

  private static String said(String message) {
    return message.isEmpty() ? "" : ": " + message;
  }

  private HubException gated(String where, Optional<Token> token) {
    return new HubException(
        Reason.GATED,
        "the model "
            + name
            + " is gated: its authors want to be asked"
            + token.map(t -> ", and the token of " + t.origin() + " has no leave yet").orElse(""),
        where,
        "ask for access at "
            + page()
            + (token.isPresent()
                ? "; a token with narrowed rights must name the model, too"
                : ", and give a token of "
                    + endpoint.page("settings/tokens")
                    + ": HF_TOKEN, or --token-file"));
  }

  private HubException missing(String where, Optional<Token> token) {
    return new HubException(
        Reason.NO_MODEL,
        "the Hub has no model "
            + name
            + ", or it is private"
            + token.map(t -> " and the token of " + t.origin() + " may not read it").orElse(""),
        where,
        "check the name at "
            + endpoint.page("models?search=" + Endpoint.part(afterSlash()))
            + (token.isPresent()
                ? ""
                : "; for a private model give a token: HF_TOKEN, --token-file"));
  }

  private String afterSlash() {
    return name.id().substring(name.id().indexOf('/') + 1);
  }

  private String page() {
    return endpoint.page(name.id());
  }

  /** Redirects without end. */
  HubException circle(URI at) {
    return new HubException(
        Reason.REFUSED,
        "the Hub sends on in a circle",
        Endpoint.shown(at),
        "check HF_ENDPOINT; try again in a few minutes");
  }

  /**
   * What a failure of the network means, after it came again and again.
   *
   * @param where the address that was asked
   */
  HubException unreachable(IOException failure, URI where) {
    String shown = Endpoint.shown(where);
    if (failure instanceof LaterException later) {
      boolean often = later.status() == TOO_MANY;
      long seconds = later.pause().toSeconds();
      return new HubException(
          often ? Reason.RATE_LIMITED : Reason.UNREACHABLE,
          often
              ? "the Hub wants no more requests for now (429)"
              : "the Hub answers " + later.status() + " again and again",
          shown,
          "try again in "
              + (seconds == 1 ? "a second" : seconds > 0 ? seconds + " seconds" : "a few minutes")
              + (often ? "; with a token more requests are allowed" : "")
              + "; what came is kept, and the rest follows");
    }
    if (failure instanceof SSLException) {
      return new HubException(
          Reason.UNREACHABLE,
          "the connection cannot be trusted: " + failure.getMessage(),
          shown,
          "check the machine's clock; behind a proxy that reads along, give Java its certificate:"
              + " LITEGRAFT_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE");
    }
    String what =
        failure instanceof ConnectException
            ? "the Hub cannot be reached"
            : failure instanceof HttpTimeoutException
                ? "the Hub does not answer: " + failure.getMessage()
                : "the connection broke off again and again: " + failure.getMessage();
    return new HubException(
        Reason.UNREACHABLE,
        what,
        shown,
        "check the network, HF_ENDPOINT and HTTPS_PROXY; what came is kept, and the rest follows");
  }

  /** How long a server wants to be left alone; zero if it does not say. */
  static Duration pause(HttpHeaders headers, Instant now) {
    Optional<String> after = headers.firstValue("Retry-After").map(String::strip);
    if (after.isPresent() && after.get().matches("\\d{1,9}")) {
      return Duration.ofSeconds(Math.min(MOST_SECONDS, Long.parseLong(after.get())));
    }
    if (after.isPresent()) {
      try {
        Instant then =
            ZonedDateTime.parse(after.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        long seconds = Duration.between(now, then).toSeconds() + 1;
        return Duration.ofSeconds(Math.max(0, Math.min(MOST_SECONDS, seconds)));
      } catch (DateTimeParseException e) {
        return Duration.ZERO;
      }
    }
    Matcher reset = RESET.matcher(headers.firstValue("RateLimit").orElse(""));
    return reset.find() ? Duration.ofSeconds(Long.parseLong(reset.group(1))) : Duration.ZERO;
  }
}
