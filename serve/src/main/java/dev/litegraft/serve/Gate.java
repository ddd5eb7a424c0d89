package dev.litegraft.serve;

import com.sun.net.httpserver.HttpExchange;
import dev.litegraft.serve.Refusal.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who may ask. */
final class Gate {
  private static final String BEARER = "Bearer ";
  private static final Pattern HERE =
      Pattern.compile("(?i)(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

  private final Optional<byte[]> token;
  private final boolean onlyHere;

  /**
   * @param loopback whether the server listens to this machine alone
   */
  Gate(Optional<String> token, boolean loopback) {
    this.token = token.map(Gate::hash);
    this.onlyHere = loopback && token.isEmpty();
  }

  /** A page of a stranger's, whose name leads to this machine, must not ask a browser to ask. */
  void requireHost(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (onlyHere && (host == null || !HERE.matcher(host).matches())) {
      throw Refusal.of(
          Kind.FORBIDDEN,
          "without a token the server answers as localhost and 127.0.0.1 only; behind a proxy,"
              + " have it send one of these as Host, or use a token");
    }
  }

  /** Hashes are compared, so that the time says neither the length nor where a guess is wrong. */
  void requireToken(HttpExchange exchange) {
    if (token.isEmpty()) {
      return;
    }
    String sent = bearer(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!MessageDigest.isEqual(token.get(), hash(sent))) {
      throw Refusal.of(
          Kind.UNAUTHORIZED,
          sent.isEmpty()
              ? "a token is needed: Authorization: Bearer TOKEN"
              : "the token is not the server's");
    }
  }

  private static String bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : "";
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
