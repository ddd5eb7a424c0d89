package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model holds as of one commit. It never changes, and is kept beside the snapshot: without
 * the network it says whether a snapshot is whole.
 *
 * @param commit forty digits
 * @param files by name, those whose names can be paths
 */
record Listing(String commit, Map<String, HubFile> files) {
  static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  private static final int MOST_FILES = 200_000;
  private static final String FORMAT = "format_version";

  /** Collects the files of an answer, page by page. */
  static final class Collector {
    private final Map<String, HubFile> files = new LinkedHashMap<>();
    private final String where;
    private int seen;

    Collector(String where) {
      this.where = where;
    }

    /**
     * Adds a file. One whose name no path can be on every system is passed over: what a model is
     * read from has plain names.
     *
     * @param lfs the SHA-256 of a large file; empty for one in Git
     * @param git the name in Git of the file, or of a pointer to it
     * @throws HubException if the name leads out of the folder, stands twice, or hash or size are
     *     missing
     */
    void add(String name, long size, String lfs, String git) {
      if (++seen > MOST_FILES) {
        throw fault("the listing has more than " + MOST_FILES + " files");
      }
      if (FileNames.isHostile(name)) {
        throw fault("the listing has a file whose name leads out of its folder: \"" + name + "\"");
      }
      Optional<FileHash> hash =
          lfs.isEmpty()
              ? FileHash.of(FileHash.Kind.GIT, git)
              : FileHash.of(FileHash.Kind.SHA256, lfs);
      if (size < 0 || hash.isEmpty()) {
        throw fault("the listing says no size or no hash of " + name);
      }
      if (FileNames.isPlain(name) && files.put(name, new HubFile(name, size, hash.get())) != null) {
        throw fault("the listing names a file twice: " + name);
      }
    }

    private HubException fault(String what) {
      return new HubException(
          Reason.REFUSED,
          what,
          where,
          "if HF_ENDPOINT is a mirror, try the Hub itself; else tell the model's authors");
    }

    Listing of(String commit) {
      if (!COMMIT.matcher(commit).matches()) {
        throw fault("the listing is of no commit: \"" + commit + "\"");
      }
      return new Listing(commit, Map.copyOf(files));
    }
  }

  /**
   * A listing that was kept, ours or one of huggingface_hub's {@code trees}.
   *
   * <p>Source: _tree_cache.py of huggingface_hub 1.33, format 1.
   *
   * @return empty if it is none that can be used
   */
  static Optional<Listing> ofKept(byte[] json, String commit, Path where) {
    try {
      Object kept = HubJson.parse(json);
      if (HubJson.number(HubJson.at(kept, FORMAT)) != 1
          || !(HubJson.at(kept, "files") instanceof Map<?, ?> files)) {
        return Optional.empty();
      }
      Collector collector = new Collector(where.toString());
      for (Map.Entry<?, ?> file : files.entrySet()) {
        Object lfs = HubJson.at(file.getValue(), "lfs_sha256");
        collector.add(
            String.valueOf(file.getKey()),
            HubJson.number(HubJson.at(file.getValue(), lfs == null ? "size" : "lfs_size")),
            HubJson.text(lfs),
            HubJson.text(HubJson.at(file.getValue(), "blob_id")));
      }
      return Optional.of(collector.of(commit));
    } catch (IOException | HubException e) {
      return Optional.empty();
    }
  }

  /** The listing as {@link #ofKept} reads it. */
  String kept() {
    return HubJson.object(
        json -> {
          json.writeNumberField(FORMAT, 1);
          json.writeObjectFieldStart("files");
          for (HubFile file : files.values().stream().sorted(Listing::byName).toList()) {
            boolean large = file.hash().kind() == FileHash.Kind.SHA256;
            json.writeObjectFieldStart(file.name());
            json.writeNumberField("size", file.size());
            if (large) {
              json.writeStringField("lfs_sha256", file.hash().hex());
              json.writeNumberField("lfs_size", file.size());
            } else {
              json.writeStringField("blob_id", file.hash().hex());
            }
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }

  private static int byName(HubFile a, HubFile b) {
    return a.name().compareTo(b.name());
  }

  /** A file by its name; null if there is none. */
  @Nullable HubFile find(String name) {
    return files.get(name);
  }
}
