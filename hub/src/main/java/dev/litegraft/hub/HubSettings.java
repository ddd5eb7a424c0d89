package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the Hub and the cache are, and who asks: as the environment says it to {@code
 * huggingface_hub}, variable by variable.
 *
 * <p>Source: constants.py and utils/_auth.py of huggingface_hub 1.33.
 */
public final class HubSettings {
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)})");
  private static final Pattern SECRET = Pattern.compile("[!-~]{1,4096}");
  private static final long MOST_TOKEN_BYTES = 1 << 16;
  private static final int USUAL_TIMEOUT = 10;

  private final Map<String, String> environment;
  private final @Nullable Path tokenFile;

  private HubSettings(Map<String, String> environment, @Nullable Path tokenFile) {
    this.environment = environment;
    this.tokenFile = tokenFile;
  }

  /** What the variables say; {@code System.getenv()} of a usual program. */
  public static HubSettings of(Map<String, String> environment) {
    return new HubSettings(Map.copyOf(environment), null);
  }

  /** The same with the token that stands in a file, whatever the environment says. */
  public HubSettings withTokenFile(Path file) {
    return new HubSettings(environment, file);
  }

  /**
   * The cache's folder: {@code HF_HUB_CACHE}, else {@code hub} in {@code HF_HOME}, else {@code
   * ~/.cache/huggingface/hub}.
   */
  public Path cache() {
    for (String name : new String[] {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
      if (has(name)) {
        return path(name, environment.get(name));
      }
    }
    return home().resolve("hub");
  }

  private Path home() {
    if (has("HF_HOME")) {
      return path("HF_HOME", environment.get("HF_HOME"));
    }
    return has("XDG_CACHE_HOME")
        ? path("XDG_CACHE_HOME", environment.get("XDG_CACHE_HOME")).resolve("huggingface")
        : path("HOME", "~/.cache/huggingface");
  }

  /** The Hub, or a mirror of it: {@code HF_ENDPOINT}. */
  Endpoint endpoint() {
    return Endpoint.of(environment.getOrDefault("HF_ENDPOINT", ""));
  }

  /** Whether the network may not be used: {@code HF_HUB_OFFLINE}. */
  public boolean offline() {
    return is("HF_HUB_OFFLINE") || is("TRANSFORMERS_OFFLINE");
  }

  /** Whether snapshots may be links to blobs: not with {@code HF_HUB_DISABLE_SYMLINKS}. */
  boolean links() {
    return !is("HF_HUB_DISABLE_SYMLINKS");
  }

  /** How long nothing may come: {@code HF_HUB_DOWNLOAD_TIMEOUT}, in seconds. */
  Duration timeout() {
    String seconds = environment.getOrDefault("HF_HUB_DOWNLOAD_TIMEOUT", "").strip();
    return Duration.ofSeconds(
        seconds.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(seconds) : USUAL_TIMEOUT);
  }

  /** What stands between: {@code HTTPS_PROXY} and its kin. */
  Proxies proxies() {
    return Proxies.of(environment);
  }

  /**
   * The token: that of {@link #withTokenFile}, of {@code HF_TOKEN}, or of the file that {@code
   * HF_TOKEN_PATH} names, which is {@code token} in {@code HF_HOME} else.
   *
   * @throws HubException if what should be a token cannot be one
   * @throws IOException if a file cannot be read
   */
  Optional<Token> token() throws IOException {
    if (tokenFile != null) {
      return Optional.of(
          ofFile(tokenFile)
              .orElseThrow(() -> unusable("the file holds no token", tokenFile.toString())));
    }
    if (is("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    for (String name : new String[] {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
      if (has(name)) {
        return Optional.of(token(environment.getOrDefault(name, ""), name));
      }
    }
    Path file =
        has("HF_TOKEN_PATH")
            ? path("HF_TOKEN_PATH", environment.get("HF_TOKEN_PATH"))
            : home().resolve("token");
    return Files.isRegularFile(file) ? ofFile(file) : Optional.empty();
  }

  private static Optional<Token> ofFile(Path file) throws IOException {
    if (Files.exists(file) && (!Files.isRegularFile(file) || Files.size(file) > MOST_TOKEN_BYTES)) {
      throw unusable(
          "the file of the token is none: a file of one line is needed", file.toString());
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(token(text, file.toString()));
  }

  private static Token token(String text, String origin) {
    String secret = text.replace("\r", "").replace("\n", "").strip();
    if (!SECRET.matcher(secret).matches()) {
      throw unusable("the token holds a character that no token has, or is too long", origin);
    }
    return new Token(secret, origin);
  }

  private static HubException unusable(String what, String where) {
    return new HubException(
        Reason.TOKEN, what, where, "give the token as the Hub's settings show it: hf_…");
  }

  private boolean has(String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private boolean is(String name) {
    return YES.contains(environment.getOrDefault(name, "").toUpperCase(Locale.ROOT));
  }

  /** A path with {@code ~} and variables in it, as Python expands them. */
  private Path path(String name, @Nullable String text) {
    String given = text == null ? "" : text;
    String user = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
    String expanded =
        given.equals("~") || given.startsWith("~/") ? user + given.substring(1) : given;
    expanded =
        VARIABLE
            .matcher(expanded)
            .replaceAll(
                found -> {
                  String variable = found.group(1) == null ? found.group(2) : found.group(1);
                  return Matcher.quoteReplacement(
                      environment.getOrDefault(variable, found.group()));
                });
    try {
      return Path.of(expanded).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new HubException(
          Reason.REFUSED,
          "the variable holds no path: " + e.getReason(),
          name,
          "set it to a folder, or unset it");
    }
  }
}
