package dev.litegraft.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is in the cache, whoever brought it there, and what of it could go. */
public final class HubCache {
  /** So long nothing came of a download that is gone on with. */
  private static final Duration CUT_OFF = Duration.ofDays(1);

  private final Path folder;
  private final Instant now;

  private HubCache(Path folder, Instant now) {
    this.folder = folder;
    this.now = now;
  }

  /** The cache that the settings name. */
  public static HubCache of(HubSettings settings) {
    return of(settings.cache(), Instant.now());
  }

  static HubCache of(Path folder, Instant now) {
    return new HubCache(folder, now);
  }

  /** Its folder, whether it is there or not. */
  public Path folder() {
    return folder;
  }

  /**
   * The models in it, by name.
   *
   * @throws IOException if it cannot be read
   */
  public List<CachedModel> models() throws IOException {
    List<CachedModel> models = new ArrayList<>();
    for (Path each : CacheScan.folders(folder)) {
      if (ModelName.ofFolder(String.valueOf(each.getFileName())).isPresent()) {
        models.add(scan(each).model());
      }
    }
    return models;
  }

  private CacheScan scan(Path model) throws IOException {
    return CacheScan.of(model, now.minus(CUT_OFF));
  }

  /**
   * Deletes what a model does not need: of what was found before, what is still not needed now.
   *
   * @return how many bytes became free
   * @throws IOException if something cannot be deleted
   */
  public long prune(CachedModel found) throws IOException {
    Path lockFile =
        folder.resolve(".locks").resolve(found.folder().getFileName()).resolve("litegraft.lock");
    ModelLock lock = ModelLock.of(lockFile, HubListener.NONE);
    try {
      Set<String> shown =
          found.unneeded().stream().map(u -> u.kind() + u.name()).collect(Collectors.toSet());
      CacheScan scan = scan(found.folder());
      long freed = 0;
      for (CachedModel.Unneeded each : scan.model().unneeded()) {
        if (shown.contains(each.kind() + each.name())) {
          for (Path path : scan.paths(each)) {
            delete(path);
          }
          freed += each.bytes();
        }
      }
      return freed;
    } finally {
      lock.close();
    }
  }

  /** A file, a link, or a folder with all that is in it; what links lead to stays. */
  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> inside;
      try (Stream<Path> list = Files.list(path)) {
        inside = list.toList();
      }
      for (Path each : inside) {
        delete(each);
      }
    }
    Files.deleteIfExists(path);
  }
}
