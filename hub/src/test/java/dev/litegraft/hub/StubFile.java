package dev.litegraft.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of a {@link StubHub}'s model, and how the Hub lists it.
 *
 * @param lfs whether it is a large one, which the CDN has
 */
record StubFile(byte[] bytes, boolean lfs) {
  /** That of git's blob; of a large one, that of its bytes. */
  String hash() {
    byte[] head = ("blob " + bytes.length + "\0").getBytes(UTF_8);
    return lfs ? hex("SHA-256", bytes) : hex("SHA-1", head, bytes);
  }

  /** What git has of it. */
  private String blob() {
    return lfs ? hex("SHA-1", hash().getBytes(UTF_8)) : hash();
  }

  /**
   * As it stands among the siblings of a revision.
   *
   * @param blobs whether sizes and hashes are asked for
   */
  String sibling(String name, boolean blobs) {
    String entry = "{\"rfilename\": \"" + name + "\"";
    if (blobs) {
      entry += ", \"size\": " + bytes.length;
      entry += ", \"blobId\": \"" + blob() + "\"";
      entry += lfs ? pointer("sha256", ", \"pointerSize\": 134") : "";
    }
    return entry + "}";
  }

  /** As it stands in a tree. */
  String leaf(String path) {
    return "{\"type\": \"file\", \"path\": \""
        + path
        + "\", \"oid\": \""
        + blob()
        + "\", \"size\": "
        + bytes.length
        + (lfs ? pointer("oid", "") : "")
        + "}";
  }

  private String pointer(String hash, String more) {
    return ", \"lfs\": {\""
        + hash
        + "\": \""
        + hash()
        + "\", \"size\": "
        + bytes.length
        + more
        + "}";
  }

  private static String hex(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
