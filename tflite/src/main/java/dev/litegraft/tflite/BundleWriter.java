package dev.litegraft.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.litegraft.error.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes a {@code .litertlm} of an embedder; see {@link Bundle} for the bytes. */
public final class BundleWriter {
  /** What readers of 0.17.1 note; they take every 1.x. */
  private static final int[] VERSION = {Bundle.MAJOR, 6, 0};

  /** What stands in a section: bytes, or a file that is copied. */
  private record Content(
      Bundle.Kind kind, Map<String, String> items, byte[] bytes, List<Path> file) {}

  private final List<Content> sections = new ArrayList<>();

  /**
   * @param begin ids that are put before every text
   * @param end ids that are put behind it
   * @param tokenizerJson {@code tokenizer.json} without padding and truncation, which LiteRT-LM
   *     would obey
   * @param embedder the model that gives each token its row
   * @param encoder the model that makes a vector of them
   */
  public BundleWriter(
      List<Integer> begin, List<Integer> end, byte[] tokenizerJson, Path embedder, Path encoder)
      throws IOException {
    add(Bundle.Kind.EMBEDDING_METADATA, Map.of(), metadata(begin, end));
    add(Bundle.Kind.TOKENIZER, Map.of(), packed(tokenizerJson));
    add(embedder, Bundle.EMBEDDER);
    add(encoder, Bundle.ENCODER);
  }

  private void add(Bundle.Kind kind, Map<String, String> items, byte[] bytes) {
    sections.add(new Content(kind, items, bytes, List.of()));
  }

  private void add(Path model, String type) {
    sections.add(
        new Content(
            Bundle.Kind.TFLITE, Map.of(Bundle.MODEL_TYPE, type), new byte[0], List.of(model)));
  }

  /**
   * Writes the file.
   *
   * @param target appears when it is complete, replacing what was there
   * @param check sees the complete file before it takes its place
   * @throws InvalidInputException if the target cannot be written, or the disk is full
   */
  public void write(Path target, FileCheck check) throws IOException {
    List<Bundle.Section> places = new ArrayList<>();
    long at = Bundle.ALIGNMENT;
    for (Content section : sections) {
      long bytes =
          section.file().isEmpty()
              ? section.bytes().length
              : java.nio.file.Files.size(section.file().get(0));
      places.add(new Bundle.Section(section.kind(), section.items(), at, at + bytes));
      at = aligned(at + bytes);
    }
    ByteBuffer head = head(places);
    long end = at;
    AtomicFile.writeChecked(
        target,
        channel -> {
          put(channel, head, 0);
          for (int i = 0; i < places.size(); i++) {
            copy(channel, sections.get(i), places.get(i));
          }
          put(channel, ByteBuffer.allocate(1), end - 1); // zeros between, and at the end
        },
        check);
  }

  private static long aligned(long position) {
    return (position + Bundle.ALIGNMENT - 1) / Bundle.ALIGNMENT * Bundle.ALIGNMENT;
  }

  private static ByteBuffer head(List<Bundle.Section> places) {
    byte[] header = header(places);
    ByteBuffer head =
        ByteBuffer.allocate(Bundle.HEADER + header.length).order(ByteOrder.LITTLE_ENDIAN);
    head.put(Bundle.MAGIC.getBytes(StandardCharsets.US_ASCII));
    for (int number : VERSION) {
      head.putInt(number);
    }
    head.putInt(0);
    head.putLong(head.capacity());
    head.put(header);
    return head.flip();
  }

  private static byte[] header(List<Bundle.Section> places) {
    FlatBufferBuilder b = new FlatBufferBuilder(1024);
    int entries = items(b, Map.of("Authors", "Litegraft"));
    b.startTable(1);
    b.addOffset(0, entries, 0);
    int system = b.endTable();
    int[] objects = new int[places.size()];
    for (int i = 0; i < objects.length; i++) {
      Bundle.Section place = places.get(i);
      int items = place.items().isEmpty() ? 0 : items(b, place.items());
      b.startTable(4);
      b.addOffset(0, items, 0);
      b.addLong(1, place.begin(), 0);
      b.addLong(2, place.end(), 0);
      b.addByte(3, (byte) place.kind().code(), 0);
      objects[i] = b.endTable();
    }
    int vector = b.createVectorOfTables(objects);
    b.startTable(1);
    b.addOffset(0, vector, 0);
    int metadata = b.endTable();
    b.startTable(2);
    b.addOffset(0, system, 0);
    b.addOffset(1, metadata, 0);
    b.finish(b.endTable());
    return b.sizedByteArray();
  }

  private static int items(FlatBufferBuilder b, Map<String, String> items) {
    List<Integer> pairs = new ArrayList<>();
    items.forEach(
        (key, text) -> {
          int textOffset = b.createString(text);
          b.startTable(1);
          b.addOffset(0, textOffset, 0);
          int value = b.endTable();
          int keyOffset = b.createString(key);
          b.startTable(3);
          b.addOffset(0, keyOffset, 0);
          b.addByte(1, (byte) Bundle.STRING_VALUE, 0);
          b.addOffset(2, value, 0);
          pairs.add(b.endTable());
        });
    return b.createVectorOfTables(pairs.stream().mapToInt(i -> i).toArray());
  }

  private static void copy(FileChannel channel, Content section, Bundle.Section place)
      throws IOException {
    if (section.file().isEmpty()) {
      put(channel, ByteBuffer.wrap(section.bytes()), place.begin());
      return;
    }
    try (FileChannel source = FileChannel.open(section.file().get(0))) {
      long done = 0;
      channel.position(place.begin());
      while (done < place.bytes()) {
        long n = source.transferTo(done, place.bytes() - done, channel);
        if (n <= 0) {
          throw new IOException("a part of the bundle has become shorter: " + section.file());
        }
        done += n;
      }
    }
  }

  private static void put(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** u64 length, then a zlib stream. */
  private static byte[] packed(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(plain.length)
            .array());
    Deflater best = new Deflater(Deflater.BEST_COMPRESSION);
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(out, best)) {
      zlib.write(plain);
    } finally {
      best.end();
    }
    return out.toByteArray();
  }

  /**
   * The Protocol Buffers message {@code EmbeddingMetadata}: 1 embedding_model_type (1
   * generic_model), 2 bos_token, 3 eos_token, each a TokenUnion (1 token_ids (1 ids, packed)).
   */
  private static byte[] metadata(List<Integer> begin, List<Integer> end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    field(out, 1, message(1, new byte[0]));
    if (!begin.isEmpty()) {
      field(out, 2, message(1, message(1, varints(begin))));
    }
    if (!end.isEmpty()) {
      field(out, 3, message(1, message(1, varints(end))));
    }
    return out.toByteArray();
  }

  private static byte[] message(int field, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    field(out, field, content);
    return out.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] content) {
    out.write((number << 3) | 2);
    out.writeBytes(varints(List.of(content.length)));
    out.writeBytes(content);
  }

  private static byte[] varints(List<Integer> numbers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int number : numbers) {
      int rest = number;
      while (rest >= 0x80) {
        out.write((rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      out.write(rest);
    }
    return out.toByteArray();
  }
}
