package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * The front door: a model of the Hub by its name.
 *
 * <pre>{@code
 * HubModel model = HubModel.of(new ModelName("org/name"), HubSettings.of(System.getenv()));
 * Path folder = model.look().fetch();
 * }</pre>
 */
public final class HubModel {
  private static final String MAIN = "main";

  private final ModelName name;
  private final HubSettings settings;
  private final String revision;
  private final String subfolder;
  private final HubListener listener;
  private final Pause pause;

  private HubModel(
      ModelName name,
      HubSettings settings,
      String revision,
      String subfolder,
      HubListener listener,
      Pause pause) {
    this.name = name;
    this.settings = settings;
    this.revision = revision;
    this.subfolder = subfolder;
    this.listener = listener;
    this.pause = pause;
  }

  /** A model, of its branch {@code main}. */
  public static HubModel of(ModelName name, HubSettings settings) {
    return new HubModel(name, settings, MAIN, "", HubListener.NONE, Pause.REAL);
  }

  /**
   * The same of another branch, tag or commit; {@code refs/pr/N} for what somebody proposes.
   *
   * @throws HubException if it cannot be the name of one
   */
  public HubModel withRevision(String other) {
    if (!FileNames.isPlain(other) || other.startsWith("-")) {
      throw new HubException(
          Reason.NO_REVISION,
          "\"" + other + "\" cannot be a branch, tag or commit",
          "the revision of " + name,
          "the model's page lists them under \"Files\": main, v1.0, refs/pr/2, or 40 digits");
    }
    return new HubModel(name, settings, other, subfolder, listener, pause);
  }

  /**
   * The same of a folder of the model.
   *
   * @throws HubException if it leads out of it
   */
  public HubModel withSubfolder(String folder) {
    String plain = folder.replaceAll("/+$", "");
    if (!FileNames.isPlain(plain)) {
      throw new HubException(
          Reason.NO_FILE,
          "\"" + folder + "\" cannot be a folder of a model",
          "the subfolder of " + name,
          "the model's page lists its folders under \"Files\"");
    }
    return new HubModel(name, settings, revision, plain + "/", listener, pause);
  }

  /** The same, telling {@code other} how far it is. */
  public HubModel withListener(HubListener other) {
    return new HubModel(name, settings, revision, subfolder, other, pause);
  }

  /** The same, waiting otherwise. */
  HubModel withPause(Pause other) {
    return new HubModel(name, settings, revision, subfolder, listener, other);
  }

  /**
   * Looks what the model holds, chooses what is needed, and fetches the small files of it.
   *
   * @throws HubException if the Hub refuses, cannot be reached and the cache does not have the
   *     model, or nothing can be converted
   * @throws IOException if the cache cannot be read or written
   */
  public ModelFiles look() throws IOException {
    Endpoint endpoint = settings.endpoint();
    HubFaults faults = new HubFaults(name, revision, endpoint);
    HubHttp http =
        new HubHttp(endpoint, settings.token(), settings.timeout(), settings.proxies(), faults);
    Retries retries = new Retries(pause, faults);
    CacheFolder cache = new CacheFolder(settings.cache(), name, settings.links());
    Source source = source(new HubApi(http, retries, name), cache);
    ModelFiles files =
        new ModelFiles(
            new ModelFiles.Access(http, retries, cache, listener, !source.online()),
            new ModelFiles.Asked(name, revision, subfolder),
            source.listing(),
            source.renamed(),
            source.note());
    files.fetchSmall();
    return files;
  }

  /**
   * Where a listing is from.
   *
   * @param online whether the Hub can be asked for what is missing
   */
  private record Source(
      Listing listing, Optional<String> renamed, Optional<String> note, boolean online) {}

  private Source source(HubApi api, CacheFolder cache) throws IOException {
    Optional<Listing> fixed =
        Listing.COMMIT.matcher(revision).matches() ? cache.listing(revision) : Optional.empty();
    if (fixed.isPresent()) {
      // A commit does not change: what it holds need not be asked twice.
      return new Source(fixed.get(), Optional.empty(), Optional.empty(), !settings.offline());
    }
    if (settings.offline()) {
      return cached(cache, Optional.empty())
          .orElseThrow(
              () ->
                  new HubException(
                      Reason.OFFLINE,
                      "the cache does not have "
                          + name
                          + " ("
                          + revision
                          + "), and HF_HUB_OFFLINE forbids to ask the Hub",
                      cache.path().toString(),
                      "unset HF_HUB_OFFLINE once, or download the model where there is a network and"
                          + " copy its folder of the cache"));
    }
    try {
      HubApi.Found found = api.listing(revision);
      return new Source(found.listing(), found.renamed(), Optional.empty(), true);
    } catch (HubException e) {
      boolean away = e.reason() == Reason.UNREACHABLE || e.reason() == Reason.RATE_LIMITED;
      Optional<Source> known = away ? cached(cache, Optional.of(e.what())) : Optional.empty();
      return known.orElseThrow(() -> e);
    }
  }

  /** What the cache has of the revision, as of when somebody asked last. */
  private Optional<Source> cached(CacheFolder cache, Optional<String> why) throws IOException {
    Optional<String> commit = cache.commit(revision);
    if (commit.isEmpty() || !Files.isDirectory(cache.snapshot(commit.get()))) {
      return Optional.empty();
    }
    Optional<Listing> kept = cache.listing(commit.get());
    String note =
        why.map(reason -> reason + ": the cache's commit " + commit.get() + " is used").orElse("");
    if (kept.isEmpty()) {
      note +=
          (note.isEmpty() ? "" : "; ")
              + "the cache has no listing of "
              + commit.get()
              + ": files that were never downloaded are not missed";
    }
    return Optional.of(
        new Source(
            kept.isPresent() ? kept.get() : cache.found(commit.get()),
            Optional.empty(),
            note.isEmpty() ? Optional.empty() : Optional.of(note),
            false));
  }
}
