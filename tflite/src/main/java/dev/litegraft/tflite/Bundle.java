package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A {@code .litertlm} file, as LiteRT-LM 0.17.1 reads it: several files in one, of which those of
 * an embedder are read here.
 *
 * <pre>
 * 0      "LITERTLM" · u32 major, minor, patch · 4 bytes of 0
 * 24     u64 end of the header
 * 32     header, a FlatBuffer without an identifier
 * 16384  the first section; each begins at a multiple of 16384
 *
 * root             0 system_metadata · 1 section_metadata
 * SystemMetadata   0 entries [KeyValuePair]
 * SectionMetadata  0 objects [SectionObject]
 * SectionObject    0 items [KeyValuePair] · 1 begin_offset u64 · 2 end_offset u64 · 3 data_type u8
 * KeyValuePair     0 key · 1 value_type u8 · 2 value;  StringValue (9)  0 value
 * </pre>
 *
 * <p>Source: {@code litertlm_header_schema.fbs} of LiteRT-LM, and what its npm package reads.
 */
public final class Bundle {
  static final String MAGIC = "LITERTLM";
  static final int MAJOR = 1;
  static final int HEADER_END = 24;
  static final int HEADER = 32;
  static final int ALIGNMENT = 16384;
  static final int STRING_VALUE = 9;

  /** The item that says which model a section is. */
  static final String MODEL_TYPE = "model_type";

  static final String EMBEDDER = "tf_lite_embedder";
  static final String ENCODER = "tf_lite_text_encoder";

  /** A tokenizer has at most this many bytes; Gemma's, the largest in use, has 34 MB. */
  private static final long LARGEST_TOKENIZER = 1 << 28;

  /** Deflate makes at most this many bytes of one. */
  private static final long MOST_OF_A_BYTE = 1032;

  /** What a section is. Source: {@code enum AnySectionDataType}. */
  public enum Kind {
    TFLITE(3, "model"),
    TOKENIZER(6, "tokenizer"),
    EMBEDDING_METADATA(8, "embedding metadata"),
    OTHER(-1, "of another kind");

    private final int code;
    private final String words;

    Kind(int code, String words) {
      this.code = code;
      this.words = words;
    }

    int code() {
      return code;
    }

    static Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return OTHER;
    }
  }

  /**
   * A part of the file.
   *
   * @param items what is said of it
   * @param begin its first byte
   * @param end behind its last byte
   */
  public record Section(Kind kind, Map<String, String> items, long begin, long end) {
    public Section {
      items = Map.copyOf(items);
    }

    /** How many bytes it has. */
    public long bytes() {
      return end - begin;
    }

    /** For example {@code model tf_lite_embedder}. */
    @Override
    public String toString() {
      return items.containsKey(MODEL_TYPE) ? kind.words + " " + items.get(MODEL_TYPE) : kind.words;
    }
  }

  private final ByteSource source;
  private final String where;
  private final List<Section> sections;
  private final long fileBytes;

  private Bundle(ByteSource source, String where, List<Section> sections) throws IOException {
    this.source = source;
    this.where = where;
    this.sections = List.copyOf(sections);
    this.fileBytes = source.size();
  }

  /** Whether a file is one, by its first bytes. */
  public static boolean isOne(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      return isMagic(in.readNBytes(MAGIC.length()));
    }
  }

  static boolean isOne(ByteSource source) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(MAGIC.length());
    int n = 1;
    while (head.hasRemaining() && n > 0) {
      n = source.read(head, head.position());
    }
    return !head.hasRemaining() && isMagic(head.array());
  }

  private static boolean isMagic(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1).equals(MAGIC);
  }

  /**
   * Reads the header.
   *
   * @throws InvalidFileException if it is damaged, or newer
   */
  static Bundle read(ByteSource source, String where) throws IOException {
    FileWindow file = new FileWindow(source, where);
    file.require("the header", 0, HEADER);
    int major = file.i32(MAGIC.length());
    if (major != MAJOR) {
      throw new InvalidFileException(
          "the bundle has version " + major + ", and version " + MAJOR + " is known",
          where,
          "use a newer Litegraft");
    }
    file.require("the header", HEADER, Math.max(0, file.i64(HEADER_END) - HEADER));
    TableView root = TableView.at(file, HEADER + file.u32(HEADER));
    Optional<TableView> metadata = root.table(1);
    List<Section> sections = new ArrayList<>();
    if (metadata.isPresent()) {
      for (TableView object : metadata.get().tables("the sections", 0)) {
        sections.add(section(file, object));
      }
    }
    return new Bundle(source, where, sections);
  }

  private static Section section(FileWindow file, TableView object) throws IOException {
    Map<String, String> items = new LinkedHashMap<>();
    for (TableView item : object.tables("a section's items", 0)) {
      Optional<TableView> value = item.table(2);
      if (value.isPresent() && item.u8(1) == STRING_VALUE) {
        items.put(item.text("a key", 0), value.get().text("a value", 0));
      }
    }
    long begin = object.i64(1);
    long end = object.i64(2);
    file.require("a section", begin, end - begin);
    return new Section(Kind.of(object.u8(3)), items, begin, end);
  }

  /** What is in it. */
  public List<Section> sections() {
    return sections;
  }

  /** How many bytes the whole file has. */
  public long fileBytes() {
    return fileBytes;
  }

  /**
   * The section of the model that gives each token its row.
   *
   * @throws InvalidFileException if there is none
   */
  public Section embedder() {
    return model(EMBEDDER);
  }

  /**
   * The section of the model that makes a vector of the rows.
   *
   * @throws InvalidFileException if there is none
   */
  public Section encoder() {
    return model(ENCODER);
  }

  private Section model(String type) {
    return sections.stream()
        .filter(section -> section.kind() == Kind.TFLITE)
        .filter(section -> type.equals(section.items().get(MODEL_TYPE)))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidFileException(
                    "the LiteRT-LM bundle has no "
                        + type
                        + ", as embedders have it; found: "
                        + found(),
                    where,
                    "use LiteRT-LM for bundles of language models"));
  }

  private String found() {
    return sections.stream().map(Section::toString).collect(Collectors.joining(", "));
  }

  /**
   * The model that gives each token its row; it is closed with the bundle.
   *
   * @throws InvalidFileException if there is none, or it is damaged
   */
  public TfliteReader openEmbedder() throws IOException {
    return TfliteReader.part(source(embedder()), where);
  }

  ByteSource source(Section section) {
    return ByteSource.part(source, section.begin(), section.bytes());
  }

  /**
   * {@code tokenizer.json}, if there is one.
   *
   * @throws InvalidFileException if it is damaged
   */
  public Optional<byte[]> tokenizer() throws IOException {
    Optional<Section> section =
        sections.stream().filter(s -> s.kind() == Kind.TOKENIZER).findFirst();
    return section.isEmpty() ? Optional.empty() : Optional.of(inflated(section.get()));
  }

  private byte[] inflated(Section section) throws IOException {
    FileWindow file = new FileWindow(source, where);
    long plain = section.bytes() < Long.BYTES ? -1 : file.i64(section.begin());
    long stored = section.bytes() - Long.BYTES;
    if (plain < 0 || plain > LARGEST_TOKENIZER || plain > stored * MOST_OF_A_BYTE) {
      throw damaged("its size cannot be " + plain, section);
    }
    byte[] packed =
        file.bytes("the tokenizer", section.begin() + Long.BYTES, Math.toIntExact(stored));
    byte[] out = new byte[(int) plain];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      int count = 0;
      while (count < out.length && !inflater.finished()) {
        int n = inflater.inflate(out, count, out.length - count);
        if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          break;
        }
        count += n;
      }
      if (count < out.length) {
        throw damaged("it ends after " + count + " of " + plain + " bytes", section);
      }
      return out;
    } catch (DataFormatException e) {
      throw damaged(String.valueOf(e.getMessage()), section);
    } finally {
      inflater.end();
    }
  }

  private InvalidFileException damaged(String what, Section section) {
    return FileWindow.fault(
        "the bundle's tokenizer cannot be read: " + what, section.begin(), where);
  }
}
