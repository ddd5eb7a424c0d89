package dev.litegraft.lab.data;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file of rows: {@code .tsv}, {@code .csv} (RFC 4180) or {@code .jsonl}, by its name's end.
 *
 * <p>In TSV a quote is a character as any other, unless {@code quoted} says that cells may stand
 * between quotes.
 */
public final class DataFile {
  /** How rows are written. */
  public enum Format {
    TSV,
    CSV,
    JSONL
  }

  private static final int SHOWN = 60;
  private static final int BLOCK = 1 << 16;

  private final Path path;
  private final Format format;
  private final boolean quoted;
  private final List<String> columns;
  private final Predicate<DataRow> kept;

  /** How often the rows were halved: each time another bit of the hash decides. */
  private final int halvings;

  private DataFile(
      Path path,
      Format format,
      boolean quoted,
      List<String> columns,
      Predicate<DataRow> kept,
      int halvings) {
    this.kept = kept;
    this.halvings = halvings;
    this.path = path;
    this.format = format;
    this.quoted = quoted;
    this.columns = List.copyOf(columns);
  }

  /** {@link #of(Path, boolean)} with plain TSV. */
  public static DataFile of(Path path) throws IOException {
    return of(path, false);
  }

  /**
   * The rows of a file; its first row is read.
   *
   * @param quoted whether cells of TSV may stand between quotes, as those of CSV may
   * @throws InvalidInputException if it is no such file, or has no row
   */
  public static DataFile of(Path path, boolean quoted) throws IOException {
    if (Files.isDirectory(path)) {
      throw new InvalidInputException(
          "the data is a folder, where a file of rows is needed", path.toString(), "name a file");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new InvalidInputException(
          "the data is a device or pipe, and is read more than once",
          path.toString(),
          "write it to a file first");
    }
    Format format = format(path);
    List<String> columns;
    if (format == Format.JSONL) {
      try (JsonRows rows = new JsonRows(path)) {
        columns = first(rows, path);
      }
    } else {
      try (DelimitedRows rows = delimited(path, format, quoted)) {
        first(rows, path);
        columns = rows.columns();
      }
    }
    return new DataFile(path, format, quoted, columns, row -> true, 0);
  }

  private static List<String> first(RowReader rows, Path path) throws IOException {
    DataRow row = rows.next();
    if (row == null) {
      throw new InvalidInputException(
          "there is no row in it", path.toString(), "give at least one row");
    }
    return List.copyOf(row.values().keySet());
  }

  private static Format format(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".tsv") || name.endsWith(".tab")) {
      return Format.TSV;
    }
    if (name.endsWith(".csv")) {
      return Format.CSV;
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return Format.JSONL;
    }
    throw new InvalidInputException(
        "the name does not say how the rows are written",
        path.toString(),
        "give a file whose name ends with .tsv, .csv or .jsonl");
  }

  private static DelimitedRows delimited(Path path, Format format, boolean quoted)
      throws IOException {
    return format == Format.CSV
        ? new DelimitedRows(path, ',', true)
        : new DelimitedRows(path, '\t', quoted);
  }

  /** The rows from the first on. */
  public RowReader open() throws IOException {
    RowReader all = format == Format.JSONL ? new JsonRows(path) : delimited(path, format, quoted);
    return new RowReader() {
      @Override
      public @Nullable DataRow next() throws IOException {
        DataRow row = all.next();
        while (row != null && !kept.test(row)) {
          row = all.next();
        }
        return row;
      }

      @Override
      public void close() throws IOException {
        all.close();
      }
    };
  }

  /**
   * About half of the rows, by a hash of a text: rows of the same text stand in the same half, and
   * each row in one of the two, wherever it stands. A half can be halved again.
   *
   * @param column of the text
   * @param which 0 or 1
   */
  public DataFile half(String column, int which) {
    return new DataFile(
        path,
        format,
        quoted,
        columns,
        row -> kept.test(row) && bit(row.values().get(column), halvings) == which,
        halvings + 1);
  }

  /** A bit of a hash of what stands in a cell. */
  private static int bit(@Nullable Object cell, int index) {
    byte[] hash = digest().digest(String.valueOf(cell).getBytes(StandardCharsets.UTF_8));
    return hash[index / Byte.SIZE] >> index % Byte.SIZE & 1;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** The names of the columns; of JSON Lines those of the first row. */
  public List<String> columns() {
    return columns;
  }

  /**
   * A column that must be there.
   *
   * @param option which option names it
   * @throws InvalidInputException if it is not
   */
  public String require(String column, String option) {
    if (columns.contains(column)) {
      return column;
    }
    Optional<String> near = Nearest.to(column, columns);
    throw new InvalidInputException(
        "there is no column \"" + column + "\"; there are " + String.join(", ", columns),
        path.toString(),
        near.map(name -> option + " " + name).orElse("name one of them with " + option));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The hash of its bytes, in hexadecimal digits. */
  public String sha256() throws IOException {
    return sha256(path);
  }

  /** The hash of a file's bytes, in hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = digest();
      byte[] block = new byte[BLOCK];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  /**
   * The lines of a file of texts, one at a time, without a byte order mark and without their ends.
   *
   * @throws InvalidInputException if one is not UTF-8; names it
   */
  public static void lines(Path file, Consumer<String> listener) throws IOException {
    try (LineReader lines = LineReader.ofRows(file)) {
      for (String line = lines.nextOfRows(); line != null; line = lines.nextOfRows()) {
        listener.accept(line);
      }
    }
  }

  /** A text as short as a message may show it. */
  public static String cut(String text) {
    String line = text.replace('\n', ' ');
    return line.codePointCount(0, line.length()) <= SHOWN
        ? line
        : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "…";
  }
}
