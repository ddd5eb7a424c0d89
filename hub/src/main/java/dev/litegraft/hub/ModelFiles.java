package dev.litegraft.hub;

import dev.litegraft.hub.CacheFolder.Place;
import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What of a model is needed, and where it is: the small files are in the cache, the weights there
 * or still on the Hub.
 */
public final class ModelFiles {
  /** So many at once: more do not come faster, and the Hub counts them. */
  private static final int AT_ONCE = 4;

  /** How the files are come by. */
  record Access(
      HubHttp http, Retries retries, CacheFolder cache, HubListener listener, boolean offline) {}

  /** What was asked for. */
  record Asked(ModelName name, String revision, String subfolder) {}

  private final Access access;
  private final Asked asked;
  private final Listing listing;
  private final Optional<String> renamed;
  private final Optional<String> note;
  private final NeededFiles needed;
  private final Set<HubFile> small = new LinkedHashSet<>();
  private List<HubFile> weights = List.of();

  ModelFiles(
      Access access,
      Asked asked,
      Listing listing,
      Optional<String> renamed,
      Optional<String> note) {
    this.access = access;
    this.asked = asked;
    this.listing = listing;
    this.renamed = renamed;
    this.note = note;
    this.needed = new NeededFiles(asked.name(), listing, asked.subfolder());
  }

  /** Fetches what says which weights are needed, and how the model is read. */
  void fetchSmall() throws IOException {
    small.addAll(needed.first());
    fetch(small, HubListener.NONE);
    small.addAll(needed.ofModules(this::content));
    fetch(small, HubListener.NONE);
    weights = needed.weights(this::content);
  }

  private byte[] content(HubFile file) throws IOException {
    return Files.readAllBytes(access.cache().pointer(listing.commit(), file));
  }

  /** The commit that was found, forty digits. */
  public String commit() {
    return listing.commit();
  }

  /** The model's name, as it was asked for. */
  public ModelName name() {
    return asked.name();
  }

  /** The branch, tag or commit, as it was asked for. */
  public String revision() {
    return asked.revision();
  }

  /** What the model is called now, if the Hub sent on to another name. */
  public Optional<String> renamed() {
    return renamed;
  }

  /** What a user should know of where the files are from. */
  public Optional<String> note() {
    return note;
  }

  /** The model that these files adapt, where they are those of an adapter alone. */
  public Optional<String> adapted() throws IOException {
    return needed.adapted(this::content);
  }

  /** The folder; it is whole after {@link #fetch}. */
  public Path folder() {
    Path snapshot = access.cache().snapshot(listing.commit());
    return asked.subfolder().isEmpty() ? snapshot : snapshot.resolve(asked.subfolder());
  }

  /** The names of the files that are needed, with their folders. */
  public List<String> names() {
    return Stream.concat(small.stream(), weights.stream()).map(HubFile::name).toList();
  }

  /** The folder of the model that was asked for, with a slash behind; empty for the whole. */
  public String subfolder() {
    return asked.subfolder();
  }

  /** How many files are needed. */
  public int count() {
    return small.size() + weights.size();
  }

  /** How many bytes they have. */
  public long bytes() {
    return bytes(small) + bytes(weights);
  }

  /** How many bytes the files have that are not needed. */
  public long bytesLeftOut() {
    return bytes(listing.files().values()) - bytes();
  }

  /** How many bytes of the weights are not here yet. */
  public long bytesMissing() throws IOException {
    return bytes(missing(weights).keySet());
  }

  private static long bytes(Iterable<HubFile> files) {
    long sum = 0;
    for (HubFile file : files) {
      sum += file.size();
    }
    return sum;
  }

  private Map<HubFile, Place> missing(Iterable<HubFile> files) throws IOException {
    Map<HubFile, Place> missing = new LinkedHashMap<>();
    for (HubFile file : files) {
      Place place = access.cache().find(listing.commit(), file);
      if (place != Place.SNAPSHOT) {
        missing.put(file, place);
      }
    }
    return missing;
  }

  /**
   * A folder that shows what the model is, without its weights: the small files, and safetensors
   * files of which only the header was fetched, or pickles without the numbers beside them, whose
   * tensors are holes. It opens as the model will; what its weights hold must not be asked.
   *
   * @param folder an empty one, on a file system whose files may have holes
   * @return whether the weights are shown: those of other containers are left out
   */
  public boolean preview(Path folder) throws IOException {
    Preview preview = new Preview(folder, asked.subfolder());
    for (HubFile file : small) {
      preview.copy(file, access.cache().pointer(listing.commit(), file));
    }
    boolean all = true;
    for (HubFile file : weights) {
      all &=
          file.name().endsWith(".safetensors")
              ? preview.hollow(file, n -> part(file, 0, n))
              : preview.hollowArchive(file, (from, n) -> part(file, from, n));
    }
    return all;
  }

  private byte[] part(HubFile file, long from, int count) throws IOException {
    if (access.offline()) {
      Set<HubFile> missing = missing(weights).keySet();
      if (missing.contains(file)) {
        throw absent(missing);
      }
    }
    return access.cache().find(listing.commit(), file) == Place.SNAPSHOT
        ? FileDownload.part(access.cache().pointer(listing.commit(), file), from, count)
        : FileDownload.part(access.http(), access.retries(), uri(file), from, count);
  }

  private URI uri(HubFile file) {
    return access.http().endpoint().file(asked.name(), listing.commit(), file.name());
  }

  /**
   * Fetches what is missing, and says in the cache which commit the revision is.
   *
   * @return the folder, in which now every needed file is, each as the listing says
   * @throws HubException if a file cannot be had, or is not what the listing says
   * @throws IOException if the cache cannot be written
   */
  public Path fetch() throws IOException {
    return fetch(access.listener());
  }

  /** As {@link #fetch()}, telling {@code listener} how far it is. */
  public Path fetch(HubListener listener) throws IOException {
    Set<HubFile> all = new LinkedHashSet<>(small);
    all.addAll(weights);
    fetch(all, listener);
    if (!access.offline()) {
      try {
        access.cache().keep(listing);
        access.cache().refer(asked.revision(), listing.commit());
      } catch (IOException e) {
        // A cache that nobody may write to is whole all the same.
        if (Files.isWritable(access.cache().path())) {
          throw e;
        }
      }
    }
    return folder();
  }

  private void fetch(Set<HubFile> files, HubListener listener) throws IOException {
    if (missing(files).isEmpty()) {
      return;
    }
    if (access.offline()) {
      throw absent(missing(files).keySet());
    }
    CacheFolder cache = access.cache();
    ModelLock lock = ModelLock.of(cache.lockFile(), access.listener());
    try {
      cache.prepare(listing.commit());
      cache.keep(listing);
      Map<HubFile, Place> missing = missing(files); // Another run may have brought some.
      requireRoom(missing);
      Counter counter = new Counter(listener, bytes(files), bytes(files) - bytes(missing.keySet()));
      Map<FileHash, HubFile> wanted = new LinkedHashMap<>();
      List<HubFile> twins = new ArrayList<>();
      for (Map.Entry<HubFile, Place> entry : missing.entrySet()) {
        HubFile file = entry.getKey();
        if (entry.getValue() == Place.BLOB || wanted.putIfAbsent(file.hash(), file) != null) {
          twins.add(file);
        }
      }
      download(new ArrayList<>(wanted.values()), counter);
      for (HubFile file : twins) {
        cache.share(listing.commit(), file, wanted.getOrDefault(file.hash(), file));
        counter.add(file.size());
      }
    } finally {
      lock.close();
    }
  }

  private HubException absent(Set<HubFile> files) {
    HubFile first = files.iterator().next();
    return new HubException(
        Reason.OFFLINE,
        "the cache lacks "
            + (files.size() == 1 ? first.name() : files.size() + " files: " + first.name() + ", …")
            + " of "
            + asked.name()
            + ", and the Hub "
            + (note.isPresent() ? "cannot be asked" : "may not be asked: HF_HUB_OFFLINE is set"),
        folder().toString(),
        "run it once with the network; what is there already is not fetched again");
  }

  private void requireRoom(Map<HubFile, Place> missing) throws IOException {
    long needs = 0;
    for (HubFile file : missing.keySet()) {
      Path partial = access.cache().partial(file);
      needs += file.size() - (Files.isRegularFile(partial) ? Files.size(partial) : 0);
    }
    long room = Files.getFileStore(access.cache().path()).getUsableSpace();
    if (needs > room) {
      throw new HubException(
          Reason.NO_ROOM,
          "the files need " + needs + " bytes, and the disk has room for " + room,
          access.cache().path().toString(),
          "free some (`litegraft models --prune` may), or set HF_HUB_CACHE to another disk");
    }
  }

  /** Tells the listener what all files together have. */
  private static final class Counter {
    private final HubListener listener;
    private final long total;
    private final AtomicLong done;

    Counter(HubListener listener, long total, long done) {
      this.listener = listener;
      this.total = total;
      this.done = new AtomicLong(done);
    }

    void add(long bytes) {
      listener.at(done.addAndGet(bytes), total);
    }
  }

  private void download(List<HubFile> files, Counter counter) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    files.sort(Comparator.comparingLong(HubFile::size).reversed());
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(AT_ONCE, files.size()),
            task -> {
              Thread thread = new Thread(task, "litegraft-download");
              thread.setDaemon(true);
              return thread;
            });
    try {
      ExecutorCompletionService<HubFile> running = new ExecutorCompletionService<>(threads);
      for (HubFile file : files) {
        running.submit(() -> downloaded(file, counter));
      }
      for (int i = 0; i < files.size(); i++) {
        HubFile file = running.take().get();
        access.cache().install(listing.commit(), file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the download was interrupted");
    } catch (ExecutionException e) {
      throw thrown(e);
    } finally {
      stop(threads);
    }
  }

  /** The partial files are nobody's any more before the lock is given back. */
  private static void stop(ExecutorService threads) {
    threads.shutdownNow();
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      try {
        boolean ended = threads.awaitTermination(1, java.util.concurrent.TimeUnit.SECONDS);
        assert ended || !threads.isTerminated();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private HubFile downloaded(HubFile file, Counter counter) throws IOException {
    new FileDownload(
            access.http(),
            access.retries(),
            uri(file),
            listing.commit(),
            file,
            access.cache().partial(file),
            counter::add)
        .run();
    return file;
  }

  private static IOException thrown(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return cause instanceof IOException e ? e : new IOException("the download failed", failure);
  }
}
