package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The proxies of {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code ALL_PROXY}, which Java does not
 * look at by itself; where none is set, Java's own setting holds. {@code NO_PROXY} names hosts,
 * with those below them, that are asked directly.
 */
final class Proxies extends ProxySelector {
  private final Map<String, String> environment;

  private Proxies(Map<String, String> environment) {
    this.environment = environment;
  }

  static Proxies of(Map<String, String> environment) {
    return new Proxies(environment);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = Objects.requireNonNullElse(uri.getHost(), "").toLowerCase(Locale.ROOT);
    if (host.equals("localhost")
        || host.startsWith("127.")
        || host.equals("[::1]")
        || skips(host)) {
      return List.of(Proxy.NO_PROXY);
    }
    String scheme = Objects.requireNonNullElse(uri.getScheme(), "https").toLowerCase(Locale.ROOT);
    for (String name : List.of(scheme + "_proxy", "all_proxy")) {
      String given = variable(name);
      if (!given.isEmpty()) {
        return List.of(proxy(given, name.toUpperCase(Locale.ROOT)));
      }
    }
    ProxySelector usual = ProxySelector.getDefault();
    List<Proxy> known = usual == null ? new ArrayList<>() : usual.select(uri);
    return known.isEmpty() ? List.of(Proxy.NO_PROXY) : known;
  }

  private boolean skips(String host) {
    for (String entry : variable("no_proxy").split(",", -1)) {
      String name = entry.strip().toLowerCase(Locale.ROOT);
      String suffix = name.startsWith(".") ? name : "." + name;
      if (name.equals("*") || (!name.isEmpty() && ("." + host).endsWith(suffix))) {
        return true;
      }
    }
    return false;
  }

  private String variable(String name) {
    String lower = environment.getOrDefault(name, "");
    return (lower.isBlank() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower)
        .strip();
  }

  private static Proxy proxy(String given, String variable) {
    try {
      URI uri = new URI(given.contains("://") ? given : "http://" + given);
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      boolean plain = scheme.equals("http") || scheme.equals("https");
      if (uri.getHost() != null && plain && uri.getRawUserInfo() == null) {
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("http") ? 80 : 443;
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
      }
    } catch (URISyntaxException e) {
      // Said below, without what may hold a password.
    }
    throw new HubException(
        Reason.REFUSED,
        "the proxy is none that can be used: http://HOST:PORT is, without a user's name",
        variable,
        "set it so, or unset it; a proxy that asks who you are needs one of your own between");
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // Whoever asked is told.
  }
}
