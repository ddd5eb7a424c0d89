package dev.litegraft.hub;

import dev.litegraft.hub.CachedModel.Kind;
import dev.litegraft.hub.CachedModel.Revision;
import dev.litegraft.hub.CachedModel.Unneeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Goes through a model's folder of the cache.
 *
 * @param model what was found
 * @param places where that is which is not needed
 */
record CacheScan(CachedModel model, Map<Unneeded, List<Path>> places) {
  private static final long MOST_REF_BYTES = 100;
  private static final Pattern WEIGHTS = Pattern.compile(".*\\.(safetensors|bin|pth)");

  /** The paths that go with something that is not needed. */
  List<Path> paths(Unneeded unneeded) {
    return places.getOrDefault(unneeded, List.of());
  }

  /**
   * Scans.
   *
   * @param cutOff what came of a download before that is given up
   */
  static CacheScan of(Path folder, Instant cutOff) throws IOException {
    Map<String, List<String>> refs = refs(folder.resolve("refs"));
    List<Revision> revisions = new ArrayList<>();
    Map<String, Set<Path>> held = new LinkedHashMap<>();
    for (Path snapshot : folders(folder.resolve("snapshots"))) {
      String commit = String.valueOf(snapshot.getFileName());
      Set<Path> blobs = blobs(snapshot, folder.resolve("blobs"));
      held.put(commit, blobs);
      long bytes = 0;
      Instant changed = Files.getLastModifiedTime(snapshot).toInstant();
      for (Path blob : blobs) {
        bytes += Files.size(blob);
        Instant came = Files.getLastModifiedTime(blob).toInstant();
        changed = came.isAfter(changed) ? came : changed;
      }
      revisions.add(
          new Revision(
              commit,
              refs.getOrDefault(commit, List.of()),
              blobs.size(),
              bytes,
              changed,
              snapshot));
    }
    revisions.sort(
        Comparator.comparing((Revision r) -> r.refs().isEmpty()).thenComparing(Revision::commit));
    Map<Unneeded, List<Path>> places = new LinkedHashMap<>();
    oldCommits(folder, revisions, held, places);
    loose(folder.resolve("blobs"), held, cutOff, places);
    String name = String.valueOf(folder.getFileName());
    return new CacheScan(
        new CachedModel(
            ModelName.ofFolder(name).orElse(name),
            folder,
            bytes(folder),
            List.copyOf(revisions),
            List.copyOf(places.keySet())),
        places);
  }

  /** Where a branch points, the commits without one were left behind; else one of them is meant. */
  private static void oldCommits(
      Path folder,
      List<Revision> revisions,
      Map<String, Set<Path>> held,
      Map<Unneeded, List<Path>> places)
      throws IOException {
    Set<Path> kept = new HashSet<>();
    for (Revision revision : revisions) {
      if (!revision.refs().isEmpty()) {
        kept.addAll(held.getOrDefault(revision.commit(), Set.of()));
      }
    }
    boolean branched = !revisions.isEmpty() && !revisions.get(0).refs().isEmpty();
    for (Revision revision : revisions) {
      boolean weightless = isWithoutWeights(folder, revision);
      if (revision.refs().isEmpty() && (branched || weightless)) {
        List<Path> paths = new ArrayList<>(List.of(revision.path()));
        long bytes = 0;
        for (Path blob : held.getOrDefault(revision.commit(), Set.of())) {
          if (kept.add(blob)) {
            bytes += onDisk(blob);
            paths.add(blob);
          }
        }
        paths.add(folder.resolve(".litegraft").resolve(revision.commit() + ".json"));
        Kind kind = weightless ? Kind.WITHOUT_WEIGHTS : Kind.OLD_COMMIT;
        places.put(new Unneeded(kind, revision.commit(), bytes), paths);
      }
    }
  }

  /** Of what we began to fetch: what Python has of a commit may be all that was wanted. */
  private static boolean isWithoutWeights(Path folder, Revision revision) throws IOException {
    if (!Files.isRegularFile(folder.resolve(".litegraft").resolve(revision.commit() + ".json"))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(revision.path())) {
      return files.map(Path::toString).noneMatch(f -> WEIGHTS.matcher(f).matches());
    }
  }

  private static void loose(
      Path blobs, Map<String, Set<Path>> held, Instant cutOff, Map<Unneeded, List<Path>> places)
      throws IOException {
    Set<Path> all = new HashSet<>();
    held.values().forEach(all::addAll);
    for (Path blob : list(blobs)) {
      String name = String.valueOf(blob.getFileName());
      boolean partial = name.endsWith(CacheFolder.PARTIAL) || name.endsWith(".incomplete");
      boolean whole = FileHash.ofBlob(name).kind() != FileHash.Kind.UNKNOWN;
      boolean still =
          Files.getLastModifiedTime(blob, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(cutOff);
      if (still && !all.contains(blob) && (partial || whole)) {
        places.put(
            new Unneeded(partial ? Kind.CUT_OFF : Kind.LOOSE_BLOB, name, onDisk(blob)),
            List.of(blob));
      }
    }
  }

  /** Branches and tags by their commits. */
  private static Map<String, List<String>> refs(Path folder) throws IOException {
    Map<String, List<String>> refs = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path ref : all.filter(CacheFolder::isPlainFile).sorted().toList()) {
          if (Files.size(ref) <= MOST_REF_BYTES) {
            String commit = new String(Files.readAllBytes(ref), StandardCharsets.ISO_8859_1);
            refs.computeIfAbsent(commit.strip(), c -> new ArrayList<>())
                .add(folder.relativize(ref).toString().replace('\\', '/'));
          }
        }
      }
    }
    return refs;
  }

  /** What a snapshot's files are: the blobs of the model that they link to, or themselves. */
  private static Set<Path> blobs(Path snapshot, Path folder) throws IOException {
    Set<Path> blobs = new HashSet<>();
    try (Stream<Path> all = Files.walk(snapshot)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path target =
            Files.isSymbolicLink(file)
                ? Objects.requireNonNull(file.getParent())
                    .resolve(Files.readSymbolicLink(file))
                    .normalize()
                : file;
        blobs.add(folder.normalize().equals(target.getParent()) ? target : file);
      }
    }
    return blobs;
  }

  /** What goes when a path does: of a link into the store that models share, nothing. */
  private static long onDisk(Path path) throws IOException {
    return CacheFolder.isPlainFile(path) ? Files.size(path) : 0;
  }

  private static long bytes(Path folder) throws IOException {
    long sum = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(CacheFolder::isPlainFile).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.sorted().toList();
    }
  }

  /** The folders in a folder, by name; none where there is no folder. */
  static List<Path> folders(Path folder) throws IOException {
    return list(folder).stream()
        .filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }
}
