package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives behind the weights that no program writes: each is refused by name, or read right. */
class HostileArchiveTest {
  @TempDir Path folder;

  private byte[] model = new byte[0];

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("good.tflite");
    TfliteWriter.of(TfliteWriter.Options.of("archive")).write(file, List.of(Graphs.classifier()));
    model = Files.readAllBytes(file);
  }

  /** An entry whose headers may say anything. */
  private static final class Entry {
    private final String name;
    private final byte[] bytes;
    private String localName;
    private int flags;
    private int method;
    private int crc;
    private long size;
    private long offset = -1;
    private byte[] extra = {};

    Entry(String name, String text) {
      this.name = name;
      this.localName = name;
      this.bytes = text.getBytes(StandardCharsets.UTF_8);
      CRC32 sum = new CRC32();
      sum.update(bytes);
      crc = (int) sum.getValue();
      size = bytes.length;
    }
  }

  private byte[] archive(List<Entry> entries, int count, byte[] comment) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(model);
    List<Integer> headers = new ArrayList<>();
    for (Entry e : entries) {
      headers.add(out.size());
      byte[] name = e.localName.getBytes(StandardCharsets.UTF_8);
      ByteBuffer local = little(30 + name.length).putInt(0x04034b50).putShort((short) 20);
      local.putShort((short) e.flags).putShort((short) e.method).putInt(0).putInt(e.crc);
      local.putInt((int) e.size).putInt((int) e.size).putShort((short) name.length);
      out.write(bytes(local.putShort((short) 0).put(name)));
      out.write(e.bytes);
    }
    int directory = out.size();
    for (int i = 0; i < entries.size(); i++) {
      Entry e = entries.get(i);
      byte[] name = e.name.getBytes(StandardCharsets.UTF_8);
      ByteBuffer central = little(46 + name.length + e.extra.length).putInt(0x02014b50);
      central.putShort((short) 20).putShort((short) 20).putShort((short) e.flags);
      central.putShort((short) e.method).putInt(0).putInt(e.crc).putInt((int) e.size);
      central.putInt((int) e.size).putShort((short) name.length);
      central.putShort((short) e.extra.length).putShort((short) 0).putShort((short) 0);
      central.putShort((short) 0).putInt(0);
      central.putInt((int) (e.offset < 0 ? headers.get(i) : e.offset)).put(name).put(e.extra);
      out.write(bytes(central));
    }
    int size = out.size() - directory;
    ByteBuffer end = little(22 + comment.length).putInt(0x06054b50).putInt(0);
    end.putShort((short) count).putShort((short) count).putInt(size).putInt(directory);
    out.write(bytes(end.putShort((short) comment.length).put(comment)));
    return out.toByteArray();
  }

  private byte[] archive(Entry... entries) throws IOException {
    return archive(List.of(entries), entries.length, new byte[0]);
  }

  private static byte[] bytes(ByteBuffer written) {
    byte[] bytes = new byte[written.flip().remaining()];
    written.get(bytes);
    return bytes;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String read(byte[] file, String name) throws IOException {
    try (TfliteReader reader = TfliteReader.open(ByteBuffer.wrap(file))) {
      return new String(reader.file(name).orElseThrow(), StandardCharsets.UTF_8);
    }
  }

  private static void assertRefused(byte[] file, String what) {
    assertThatThrownBy(() -> read(file, "a.txt"))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining(what);
  }

  @Test
  void whatIsOddIsReadRight() throws IOException {
    assertThat(read(archive(new Entry("a.txt", "one")), "a.txt")).isEqualTo("one");
    String far = "../../etc/passwd";
    byte[] names = archive(new Entry("/abs", "x"), new Entry(far, "y"), new Entry("a.txt", "one"));
    assertThat(read(names, far)).as("a name, and never a path").isEqualTo("y");
    byte[] twice = archive(new Entry("a.txt", "one"), new Entry("a.txt", "one"));
    assertThat(read(twice, "a.txt")).isEqualTo("one");
    byte[] comment =
        "PK\005\006 is no end of an archive that has none".getBytes(StandardCharsets.UTF_8);
    assertThat(read(archive(List.of(new Entry("a.txt", "one")), 1, comment), "a.txt"))
        .isEqualTo("one");
    byte[] few =
        archive(List.of(new Entry("a.txt", "one"), new Entry("b.txt", "two")), 1, new byte[0]);
    assertThat(read(few, "a.txt")).isEqualTo("one");
  }

  @Test
  void twoFilesOfOneNameAreRefused() throws IOException {
    assertRefused(
        archive(new Entry("a.txt", "one"), new Entry("a.txt", "two")),
        "two files a.txt are inside of it");
  }

  @Test
  void filesThatOverlapAreRefused() throws IOException {
    Entry second = new Entry("b.txt", "one");
    Entry inside = new Entry("a.txt", "................................................");
    // The second one's header stands inside of the first one's bytes.
    byte[] name = "b.txt".getBytes(StandardCharsets.UTF_8);
    ByteBuffer.wrap(inside.bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4, 0x04034b50)
        .putShort(4 + 26, (short) name.length)
        .putShort(4 + 28, (short) 0);
    System.arraycopy(name, 0, inside.bytes, 4 + 30, name.length);
    second.offset = model.length + 30L + 5 + 4;
    assertRefused(archive(inside, second), "inside of it overlap");
  }

  @Test
  void whatIsCompressedOrEncryptedIsRefused() throws IOException {
    Entry deflated = new Entry("a.txt", "one");
    deflated.method = 8;
    assertRefused(archive(deflated), "is compressed or encrypted");
    Entry encrypted = new Entry("a.txt", "one");
    encrypted.flags = 1;
    assertRefused(archive(encrypted), "is compressed or encrypted");
  }

  @Test
  void aWrongChecksumIsRefused() throws IOException {
    Entry entry = new Entry("a.txt", "one");
    entry.crc ^= 1;
    assertRefused(archive(entry), "does not match its checksum");
  }

  @Test
  void aFileThatCallsItselfOtherwiseIsRefused() throws IOException {
    Entry entry = new Entry("a.txt", "one");
    entry.localName = "b.txt";
    assertRefused(archive(entry), "the file a.txt inside of it calls itself b.txt");
  }

  @Test
  void sizesAndPlacesOutsideOfTheFileAreRefused() throws IOException {
    Entry large = new Entry("a.txt", "one");
    large.size = 1 << 20;
    assertRefused(archive(large), "the file ends at byte");
    Entry largest = new Entry("a.txt", "one");
    largest.size = 0xffffffffL;
    assertRefused(archive(largest), "the file ends at byte");
    Entry far = new Entry("a.txt", "one");
    far.offset = 0x7fffffff;
    assertRefused(archive(far), "the file ends at byte");
    Entry other = new Entry("a.txt", "one");
    other.offset = 4;
    assertRefused(archive(other), "has no header");
  }

  @Test
  void placesOf64BitsAreChecked() throws IOException {
    Entry nowhere = new Entry("a.txt", "one");
    nowhere.offset = 0xffffffffL;
    assertRefused(archive(nowhere), "has no offset");
    Entry far = new Entry("a.txt", "one");
    far.offset = 0xffffffffL;
    far.extra = bytes(little(12).putShort((short) 1).putShort((short) 8).putLong(1L << 62));
    assertRefused(archive(far), "the file ends at byte");
    Entry near = new Entry("a.txt", "one");
    near.offset = 0xffffffffL;
    near.extra = bytes(little(12).putShort((short) 1).putShort((short) 8).putLong(model.length));
    assertThat(read(archive(near), "a.txt")).isEqualTo("one");
  }

  @Test
  void moreFilesThanThereAreAreRefused() throws IOException {
    assertRefused(
        archive(List.of(new Entry("a.txt", "one")), 2, new byte[0]),
        "an archive's entry has 46 bytes");
    assertRefused(
        archive(List.of(new Entry("a.txt", "one")), 0xffff, new byte[0]),
        "says that it holds 65535");
  }
}
