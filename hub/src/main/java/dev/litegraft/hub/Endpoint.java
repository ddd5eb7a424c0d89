package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * The Hub's address, or a mirror's: the only one that is asked, and that sees the token. Where it
 * sends on for a file's bytes is followed, encrypted and without the token.
 *
 * @param base without a slash at its end
 */
record Endpoint(URI base) {
  private static final String USUAL = "https://huggingface.co";
  private static final String UNRESERVED = "-._~";

  /**
   * The endpoint of an address; the Hub itself for an empty text.
   *
   * @throws HubException if it is no address of a server
   */
  static Endpoint of(String text) {
    String given = text.isBlank() ? USUAL : text.strip();
    while (given.endsWith("/")) {
      given = given.substring(0, given.length() - 1);
    }
    try {
      URI uri = new URI(given);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (uri.getHost() != null
          && (scheme.equals("https") || scheme.equals("http"))
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return new Endpoint(uri);
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new HubException(
        Reason.REFUSED,
        "the Hub's address is \"" + given + "\", where https://HOST is needed",
        "HF_ENDPOINT",
        "unset HF_ENDPOINT for " + USUAL + ", or set it to the address of a mirror");
  }

  /** The address of a path whose parts are encoded already. */
  URI at(String path) {
    return URI.create(base + path);
  }

  /** {@code /api/models/org/name} and what follows. */
  URI api(ModelName name, String rest) {
    return at("/api/models/" + path(name.id()) + rest);
  }

  /** A file of a commit. */
  URI file(ModelName name, String commit, String file) {
    return at("/" + path(name.id()) + "/resolve/" + part(commit) + "/" + path(file));
  }

  /** The page that a user opens. */
  String page(String path) {
    return base + "/" + path;
  }

  /** Whether an address is the endpoint's own. */
  boolean isOwn(URI uri) {
    return lower(base.getScheme()).equals(lower(uri.getScheme()))
        && lower(base.getHost()).equals(lower(uri.getHost()))
        && port(base) == port(uri);
  }

  /** Whether nobody between can read along: encrypted, or on this machine. */
  boolean isPrivate() {
    return lower(base.getScheme()).equals("https") || isLoopback(base);
  }

  /**
   * Where an answer sends on.
   *
   * @param bytes whether a file's bytes are asked for, which may stand elsewhere
   * @throws HubException if that is not followed
   */
  URI next(URI from, String location, boolean bytes) {
    URI to;
    try {
      to = from.resolve(new URI(location));
    } catch (URISyntaxException e) {
      throw refused("the Hub sends on to what is no address", from);
    }
    if (isOwn(to)) {
      return to;
    }
    if (!bytes) {
      throw refused(
          "the Hub sends on to another server, " + lower(to.getHost()) + ", which is not asked",
          from);
    }
    boolean encrypted = lower(to.getScheme()).equals("https");
    boolean near = lower(to.getScheme()).equals("http") && isLoopback(base) && isLoopback(to);
    if (to.getHost() == null || to.getRawUserInfo() != null || !(encrypted || near)) {
      throw refused(
          "the file's bytes are said to be at " + shown(to) + ", which is not encrypted", from);
    }
    return to;
  }

  private static HubException refused(String what, URI from) {
    return new HubException(
        Reason.REFUSED,
        what,
        shown(from),
        "check HF_ENDPOINT; if it is right, tell whoever runs that server");
  }

  private static boolean isLoopback(URI uri) {
    String host = lower(uri.getHost());
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }

  /** An address without its query, which may hold a signature. */
  static String shown(URI uri) {
    String text = uri.toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query);
  }

  private static String lower(String text) {
    return Objects.requireNonNullElse(text, "").toLowerCase(Locale.ROOT);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : lower(uri.getScheme()).equals("https") ? 443 : 80;
  }

  /** A text as one part of a path. */
  static String part(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0;
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return encoded.toString();
  }

  /** A text as a path: its slashes stay. */
  static String path(String text) {
    String[] parts = text.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part(parts[i]);
    }
    return String.join("/", parts);
  }
}
