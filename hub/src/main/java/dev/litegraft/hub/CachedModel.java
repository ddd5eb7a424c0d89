package dev.litegraft.hub;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A model that is in the cache.
 *
 * @param name as it was asked for
 * @param folder where it is
 * @param bytes on the disk, what is not needed included
 * @param revisions its commits, those with a branch or tag first
 * @param unneeded what could go
 */
public record CachedModel(
    String name, Path folder, long bytes, List<Revision> revisions, List<Unneeded> unneeded) {
  /**
   * A commit of it.
   *
   * @param commit forty digits
   * @param refs the branches and tags that it is
   * @param files how many of its files are there
   * @param bytes of these files, which other commits may share
   * @param changed when the last of them came
   * @param path its snapshot
   */
  public record Revision(
      String commit, List<String> refs, int files, long bytes, Instant changed, Path path) {}

  /** Why something is not needed. */
  public enum Kind {
    /** A commit that its branch has left behind. */
    OLD_COMMIT("a commit that no branch or tag is any more"),
    /** The model was refused, looked at, or is not here yet. */
    WITHOUT_WEIGHTS("a commit whose weights are not here"),
    /** Bytes that no commit in the cache has. */
    LOOSE_BLOB("a file that no commit has"),
    /** A download that was cut off, and is not gone on with. */
    CUT_OFF("a download that broke off, a day ago or more");

    private final String sentence;

    Kind(String sentence) {
      this.sentence = sentence;
    }

    /** As people say it. */
    public String sentence() {
      return sentence;
    }
  }

  /**
   * What is not needed.
   *
   * @param kind why
   * @param name the commit's or the file's
   * @param bytes that it frees
   */
  public record Unneeded(Kind kind, String name, long bytes) {}

  /** How many bytes could be freed. */
  public long bytesUnneeded() {
    return unneeded.stream().mapToLong(Unneeded::bytes).sum();
  }
}
