package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the Hub what a model holds. */
final class HubApi {
  private static final int MOST_BYTES = 64 << 20;
  private static final int MOST_PAGES = 1000;
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");
  private static final Pattern MODEL = Pattern.compile(".*/api/models/([^/]+/[^/]+)/revision/.*");

  /**
   * What the Hub said.
   *
   * @param renamed what the model is called now, if not as it was asked for
   */
  record Found(Listing listing, Optional<String> renamed) {}

  private final HubHttp http;
  private final Retries retries;
  private final ModelName name;

  HubApi(HubHttp http, Retries retries, ModelName name) {
    this.http = http;
    this.retries = retries;
    this.name = name;
  }

  /**
   * The files of a branch, tag or commit. The Hub says all of it at once; a mirror that leaves out
   * sizes and hashes is asked page by page.
   *
   * @throws HubException if the Hub refuses, or its answer makes no sense
   */
  Found listing(String revision) throws IOException {
    URI uri = http.endpoint().api(name, "/revision/" + Endpoint.part(revision) + "?blobs=true");
    List<String> paths = new ArrayList<>();
    Object model = json(uri, new ArrayList<>(), paths);
    String commit = HubJson.text(HubJson.at(model, "sha"));
    Object siblings = HubJson.at(model, "siblings");
    Optional<Listing> whole = ofSiblings(siblings, commit, Endpoint.shown(uri));
    Listing listing = whole.isPresent() ? whole.get() : pages(commit);
    return new Found(listing, renamed(paths));
  }

  /** Where the Hub sent on to another name, that name. */
  private Optional<String> renamed(List<String> paths) {
    Matcher now = MODEL.matcher(paths.get(paths.size() - 1));
    return now.matches() && !now.group(1).equalsIgnoreCase(Endpoint.path(name.id()))
        ? Optional.of(now.group(1))
        : Optional.empty();
  }

  private static Optional<Listing> ofSiblings(
      @Nullable Object siblings, String commit, String where) {
    Listing.Collector files = new Listing.Collector(where);
    if (!(siblings instanceof List<?> list)) {
      return Optional.empty();
    }
    for (Object sibling : list) {
      long size = HubJson.number(HubJson.at(sibling, "size"));
      String git = HubJson.text(HubJson.at(sibling, "blobId"));
      if (size < 0 || git.isEmpty()) {
        return Optional.empty();
      }
      String lfs = HubJson.text(HubJson.at(HubJson.at(sibling, "lfs"), "sha256"));
      files.add(HubJson.text(HubJson.at(sibling, "rfilename")), size, lfs, git);
    }
    return Optional.of(files.of(commit));
  }

  private Listing pages(String commit) throws IOException {
    URI first =
        http.endpoint()
            .api(name, "/tree/" + Endpoint.part(commit) + "?recursive=true&expand=false");
    Listing.Collector files = new Listing.Collector(Endpoint.shown(first));
    Optional<URI> next = Optional.of(first);
    for (int page = 0; next.isPresent(); page++) {
      if (page == MOST_PAGES) {
        throw senseless(first, "it has more than " + MOST_PAGES + " pages");
      }
      List<HttpHeaders> headers = new ArrayList<>();
      if (!(json(next.get(), headers, new ArrayList<>()) instanceof List<?> entries)) {
        throw senseless(first, "it is no list");
      }
      for (Object entry : entries) {
        if (HubJson.text(HubJson.at(entry, "type")).equals("file")) {
          Object lfs = HubJson.at(entry, "lfs");
          String sha256 = HubJson.text(HubJson.at(lfs, "oid"));
          files.add(
              HubJson.text(HubJson.at(entry, "path")),
              HubJson.number(HubJson.at(lfs == null ? entry : lfs, "size")),
              sha256.startsWith("sha256:") ? sha256.substring("sha256:".length()) : sha256,
              HubJson.text(HubJson.at(entry, "oid")));
        }
      }
      next = headers.get(0).allValues("Link").stream().flatMap(this::next).findFirst();
    }
    return files.of(commit);
  }

  /** The next page: its path and query, at the endpoint, whichever host a mirror's answer names. */
  private Stream<URI> next(String link) {
    Matcher next = NEXT.matcher(link);
    int path = next.find() ? next.group(1).indexOf("/api/models/") : -1;
    try {
      return path < 0
          ? Stream.empty()
          : Stream.of(http.endpoint().at(next.group(1).substring(path)));
    } catch (IllegalArgumentException e) {
      throw senseless(http.endpoint().base(), "its next page has no address");
    }
  }

  private @Nullable Object json(URI uri, List<HttpHeaders> headers, List<String> paths)
      throws IOException {
    byte[] answer =
        retries.of(
            uri,
            () -> 0,
            () -> {
              headers.clear();
              paths.clear();
              return http.document(uri, MOST_BYTES, headers, paths);
            });
    try {
      return HubJson.parse(answer);
    } catch (IOException e) {
      throw senseless(uri, "it is no JSON");
    }
  }

  private static HubException senseless(URI uri, String why) {
    return new HubException(
        Reason.REFUSED,
        "the answer is no listing of a model: " + why,
        Endpoint.shown(uri),
        "check HF_ENDPOINT: it must be the Hub, or a mirror with its interface");
  }
}
