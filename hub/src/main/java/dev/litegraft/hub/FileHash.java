package dev.litegraft.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a file's bytes must give. A large one is known by its SHA-256 (Git LFS), a small one by its
 * name in Git: the SHA-1 of {@code blob LENGTH}, a NUL and the bytes. It is also the file's name
 * among the cache's blobs.
 *
 * @param kind which of the two
 * @param hex lower-case digits
 */
record FileHash(Kind kind, String hex) {
  enum Kind {
    SHA256("SHA-256", 64),
    GIT("SHA-1", 40),
    /** Of a file in a cache that says no hash of it. */
    UNKNOWN("SHA-256", 0);

    private final String algorithm;
    private final Pattern digits;

    Kind(String algorithm, int length) {
      this.algorithm = algorithm;
      this.digits = Pattern.compile("[0-9a-f]{" + length + "}");
    }
  }

  /** Any bytes give it. */
  static final FileHash UNKNOWN = new FileHash(Kind.UNKNOWN, "");

  private static final int BLOCK = 1 << 16;

  /** The hash that the name of a blob is, if it is one. */
  static FileHash ofBlob(String name) {
    return of(Kind.SHA256, name).or(() -> of(Kind.GIT, name)).orElse(UNKNOWN);
  }

  /** The hash that a text is, if it is one of this kind. */
  static Optional<FileHash> of(Kind kind, String text) {
    String hex = text.toLowerCase(Locale.ROOT);
    return kind.digits.matcher(hex).matches()
        ? Optional.of(new FileHash(kind, hex))
        : Optional.empty();
  }

  /** A digest to be fed with a file of so many bytes. */
  MessageDigest digest(long size) {
    try {
      MessageDigest digest = MessageDigest.getInstance(kind.algorithm);
      if (kind == Kind.GIT) {
        digest.update(("blob " + size + "\0").getBytes(UTF_8));
      }
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + kind.algorithm, e);
    }
  }

  /** The hash of a file of so many bytes. */
  String of(Path file, long size) throws IOException {
    MessageDigest digest = digest(size);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] block = new byte[BLOCK];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public String toString() {
    return kind.algorithm + " " + hex;
  }
}
