package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.facts.ModelFacts.Compressed;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A file inside of a {@code .tflite} that is compressed with gzip (RFC 1952), under a name that
 * says so. What it holds is known from the facts, and nothing is inflated beyond that.
 */
public final class GzipFile {
  /** The end of its name. */
  public static final String SUFFIX = ".gz";

  /** Deflate makes at most this many bytes of one. Source: zlib's technical details. */
  private static final long MOST_OF_A_BYTE = 1032;

  private GzipFile() {}

  /** What the facts say of a file. */
  public static Compressed facts(byte[] plain) {
    return new Compressed(plain.length, sha256(plain));
  }

  static void write(byte[] plain, OutputStream out) throws IOException {
    // Closing it would close the file that more is written to.
    OutputStream open =
        new FilterOutputStream(out) {
          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
          }

          @Override
          public void close() throws IOException {
            flush();
          }
        };
    try (OutputStream gzip = new GZIPOutputStream(open, 1 << 16)) {
      gzip.write(plain);
    }
  }

  /**
   * The plain bytes.
   *
   * @param said what the facts say of them
   * @throws InvalidFileException if they are others
   */
  static byte[] inflate(byte[] gzip, Compressed said, TfliteModel.StoredFile file, String where)
      throws IOException {
    if (said.bytes() > Math.min(TfliteReader.LARGEST_FILE, gzip.length * MOST_OF_A_BYTE)) {
      throw fault(
          " is said to hold " + said.bytes() + " bytes, too many for its " + gzip.length,
          file,
          where);
    }
    byte[] plain = new byte[(int) said.bytes()];
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip), 1 << 16)) {
      int length = in.readNBytes(plain, 0, plain.length);
      if (length < plain.length || in.read() >= 0) {
        throw fault(
            (length < plain.length ? " holds " + length : " holds more")
                + " bytes, where "
                + said.bytes()
                + " are said",
            file,
            where);
      }
    } catch (IOException e) {
      throw fault(" is no gzip: " + e.getMessage(), file, where);
    }
    String hash = sha256(plain);
    if (!hash.equals(said.sha256())) {
      throw fault(" has the sha256 " + hash + ", where " + said.sha256() + " is said", file, where);
    }
    return plain;
  }

  private static InvalidFileException fault(
      String what, TfliteModel.StoredFile file, String where) {
    return FileWindow.fault(
        "the file " + file.name() + " inside of it" + what, file.position(), where);
  }

  private static String sha256(byte[] bytes) {
    try {
      // Android 8 has no HexFormat.
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      StringBuilder digits = new StringBuilder(2 * hash.length);
      for (byte b : hash) {
        digits.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
      }
      return digits.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
