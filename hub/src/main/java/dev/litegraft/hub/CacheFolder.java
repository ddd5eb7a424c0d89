package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A model's folder in the cache, which Python's huggingface_hub reads and writes, too:
 *
 * <pre>
 * models--org--name/blobs/HASH                  the bytes of a file
 * models--org--name/snapshots/COMMIT/NAME       a link to them, or the file itself
 * models--org--name/refs/REVISION               the commit of a branch or tag
 * models--org--name/trees/COMMIT.json           a listing that Python kept
 * models--org--name/.litegraft/COMMIT.json      one of ours
 * models--org--name/blobs/HASH.litegraft        what came of a file so far, of ours alone
 * .locks/models--org--name/litegraft.lock       held by whoever of us writes
 * </pre>
 *
 * <p>Source: file_download.py of huggingface_hub 1.33.
 */
final class CacheFolder {
  /** Of files that come. Python's end with {@code .incomplete}, which we leave alone. */
  static final String PARTIAL = ".litegraft";

  /** Up to here a file that is there is read again; of larger ones the size counts. */
  private static final long MOST_HASHED = 16L << 20;

  private static final long MOST_REF_BYTES = 100;
  private static final long MOST_LISTING_BYTES = 64L << 20;

  /** Where a file is. */
  enum Place {
    /** In the snapshot. */
    SNAPSHOT,
    /** Among the blobs, of another commit. */
    BLOB,
    /** Not here. */
    NOWHERE
  }

  private final Path cache;
  private final Path folder;
  private final boolean links;

  CacheFolder(Path cache, ModelName name, boolean links) {
    this.cache = cache;
    this.folder = cache.resolve(name.folder());
    this.links = links;
  }

  Path path() {
    return folder;
  }

  Path lockFile() {
    return cache.resolve(".locks").resolve(folder.getFileName()).resolve("litegraft.lock");
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /** The commit of a branch or tag, as of the last time that somebody asked the Hub. */
  Optional<String> commit(String revision) throws IOException {
    if (Listing.COMMIT.matcher(revision).matches()) {
      return Optional.of(revision);
    }
    Path ref = FileNames.below(folder.resolve("refs"), revision);
    if (!Files.isRegularFile(ref) || Files.size(ref) > MOST_REF_BYTES) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(ref, StandardCharsets.UTF_8).strip())
        .filter(commit -> Listing.COMMIT.matcher(commit).matches());
  }

  /** Says which commit a branch or tag is. Python asks that the commit's snapshot is there. */
  void refer(String revision, String commit) throws IOException {
    if (revision.equals(commit) || commit(revision).filter(commit::equals).isPresent()) {
      return;
    }
    write(FileNames.below(folder.resolve("refs"), revision), commit);
  }

  /** A file of small size, which is there whole or not at all. */
  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Path temporary =
        file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + PARTIAL + ".tmp");
    try {
      Files.writeString(temporary, text, StandardCharsets.UTF_8);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The listing of a commit, if we or Python kept it. */
  Optional<Listing> listing(String commit) throws IOException {
    for (Path file :
        List.of(ownListing(commit), folder.resolve("trees").resolve(commit + ".json"))) {
      if (Files.isRegularFile(file) && Files.size(file) <= MOST_LISTING_BYTES) {
        Optional<Listing> kept = Listing.ofKept(Files.readAllBytes(file), commit, file);
        if (kept.isPresent()) {
          return kept;
        }
      }
    }
    return Optional.empty();
  }

  Path ownListing(String commit) {
    return folder.resolve(".litegraft").resolve(commit + ".json");
  }

  /** Keeps a listing, for when there is no network. */
  void keep(Listing listing) throws IOException {
    if (!Files.isRegularFile(ownListing(listing.commit()))) {
      write(ownListing(listing.commit()), listing.kept());
    }
  }

  /** What a snapshot holds, where nobody kept what it should hold. */
  Listing found(String commit) throws IOException {
    Path snapshot = snapshot(commit);
    Map<String, HubFile> files = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(snapshot)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        String name = snapshot.relativize(file).toString().replace('\\', '/');
        FileHash hash =
            Files.isSymbolicLink(file)
                ? FileHash.ofBlob(String.valueOf(Files.readSymbolicLink(file).getFileName()))
                : FileHash.UNKNOWN;
        files.put(name, new HubFile(name, Files.size(file), hash));
      }
    }
    return new Listing(commit, files);
  }

  private Path blob(HubFile file) {
    return folder.resolve("blobs").resolve(file.hash().hex());
  }

  /** What came of a file so far. */
  Path partial(HubFile file) {
    return folder.resolve("blobs").resolve(file.hash().hex() + PARTIAL);
  }

  /** A file in a snapshot, whether it is there or not. */
  Path pointer(String commit, HubFile file) {
    return FileNames.below(snapshot(commit), file.name());
  }

  /**
   * Looks where a file is.
   *
   * @throws HubException if another one is in its place
   */
  Place find(String commit, HubFile file) throws IOException {
    Path pointer = pointer(commit, file);
    if (Files.isRegularFile(pointer)) {
      if (!isSame(pointer, file)) {
        throw new HubException(
            Reason.DAMAGED,
            "the file in the cache is not the Hub's, which has "
                + file.size()
                + " bytes and "
                + file.hash(),
            pointer.toString(),
            "delete it"
                + (Files.isSymbolicLink(pointer) ? ", and what it links to," : "")
                + " to download it again; or give the folder, if what is there is meant");
      }
      return Place.SNAPSHOT;
    }
    boolean known = file.hash().kind() != FileHash.Kind.UNKNOWN;
    return known && Files.isRegularFile(blob(file)) && isSame(blob(file), file)
        ? Place.BLOB
        : Place.NOWHERE;
  }

  private static boolean isSame(Path path, HubFile file) throws IOException {
    return Files.size(path) == file.size()
        && (file.size() > MOST_HASHED
            || file.hash().kind() == FileHash.Kind.UNKNOWN
            || file.hash().of(path, file.size()).equals(file.hash().hex()));
  }

  /** Makes the folders that files come into; backups are told that it is a cache. */
  void prepare(String commit) throws IOException {
    Files.createDirectories(folder.resolve("blobs"));
    Files.createDirectories(snapshot(commit));
    Path tag = cache.resolve("CACHEDIR.TAG");
    if (!Files.exists(tag)) {
      write(
          tag,
          """
          Signature: 8a477f597d28d172789f06886806bc55
          # This file says that the folder is a cache: https://bford.info/cachedir/
          # It was made by litegraft, in the layout of huggingface_hub.
          """);
    }
  }

  /** Puts a file that came whole, and was checked, into its place. */
  void install(String commit, HubFile file) throws IOException {
    Files.move(partial(file), blob(file), StandardCopyOption.ATOMIC_MOVE);
    if (!link(commit, file)) {
      Path pointer = pointer(commit, file);
      Files.createDirectories(Objects.requireNonNull(pointer.getParent()));
      Files.move(blob(file), pointer, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Makes what is in the cache already, as a blob or as another file, a file of a snapshot. */
  void share(String commit, HubFile file, HubFile twin) throws IOException {
    if (Files.isRegularFile(blob(file)) && link(commit, file)) {
      return;
    }
    Path pointer = pointer(commit, file);
    Files.createDirectories(Objects.requireNonNull(pointer.getParent()));
    Path source = Files.isRegularFile(blob(file)) ? blob(file) : pointer(commit, twin);
    Files.copy(source, partial(file), StandardCopyOption.REPLACE_EXISTING);
    Files.move(partial(file), pointer, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether there could be a link, and is one now. */
  private boolean link(String commit, HubFile file) throws IOException {
    if (!links) {
      return false;
    }
    Path pointer = pointer(commit, file);
    Path parent = Objects.requireNonNull(pointer.getParent());
    Files.createDirectories(parent);
    Path target = parent.relativize(blob(file));
    try {
      if (Files.isSymbolicLink(pointer) && !Files.exists(pointer)) {
        Files.delete(pointer); // What it led to is gone.
      }
      Files.createSymbolicLink(pointer, target);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isRegularFile(pointer) && Files.isSameFile(pointer, blob(file))) {
        return true; // Python was faster.
      }
      throw e;
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Whether a path is a file without following links. */
  static boolean isPlainFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }
}
