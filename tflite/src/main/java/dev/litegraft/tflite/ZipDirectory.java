package dev.litegraft.tflite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the associated files behind an untrusted FlatBuffer; see {@link StoredZip}. */
final class ZipDirectory {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int LOCATOR64_BYTES = 20;
  private static final int END64_BYTES = 56;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int ZIP64_EXTRA = 1;
  private static final int ALIGNMENT = 64;

  /** Tokenizer, labels and facts are some ten. */
  private static final int MOST_FILES = 1000;

  private final FileWindow file;

  private ZipDirectory(FileWindow file) {
    this.file = file;
  }

  /** The files; none if there is no archive at the end. */
  static List<TfliteModel.StoredFile> read(FileWindow file) throws IOException {
    return new ZipDirectory(file).read();
  }

  /**
   * Refuses a file that was cut within its archive: it would pass for one of another tool.
   *
   * @param end where the last weights end; the archive follows soon
   */
  static void requireNoneBegun(FileWindow file, long end) throws IOException {
    for (long at = end; at < Math.min(end + ALIGNMENT, file.size() - Integer.BYTES + 1); at++) {
      if (file.i32(at) == LOCAL) {
        throw file.fault("the archive behind the weights has no end: the file was cut off", at);
      }
    }
  }

  private List<TfliteModel.StoredFile> read() throws IOException {
    long end = end();
    if (end < 0) {
      return List.of();
    }
    int count = file.u16(end + 10);
    long size = file.u32(end + 12);
    long offset = file.u32(end + 16);
    long behind = end;
    long locator = end - LOCATOR64_BYTES;
    if (locator >= 0 && file.i32(locator) == LOCATOR64) {
      behind = file.i64(locator + 8);
      file.require("the end of the archive", behind, END64_BYTES);
      if (file.i32(behind) != END64) {
        throw file.fault("the archive has no end", behind);
      }
      size = file.i64(behind + 40);
      offset = file.i64(behind + 48);
    }
    // Some writers count from the beginning of the archive, not of the file.
    long base = behind - size - offset;
    if (base < 0 || size < 0 || offset < 0) {
      throw file.fault("the archive's directory is outside of the file", end);
    }
    if (count > MOST_FILES) {
      throw file.fault("the archive says that it holds " + count + " files", end);
    }
    List<Entry> entries = new ArrayList<>();
    long position = base + offset;
    for (int i = 0; i < count; i++) {
      file.require("an archive's entry", position, CENTRAL_BYTES);
      if (file.i32(position) != CENTRAL) {
        throw file.fault("the archive's directory is damaged", position);
      }
      Entry entry = entry(position, base);
      requireOwn(entry, entries);
      entries.add(entry);
      position +=
          CENTRAL_BYTES
              + file.u16(position + 28)
              + file.u16(position + 30)
              + file.u16(position + 32);
    }
    requireApart(entries);
    return entries.stream().map(Entry::file).toList();
  }

  /** A file, and where its own header begins. */
  private record Entry(TfliteModel.StoredFile file, long header) {
    long end() {
      return file.position() + file.bytes();
    }
  }

  /** Of two files of one name programs read one or the other. */
  private void requireOwn(Entry entry, List<Entry> before) {
    TfliteModel.StoredFile one = entry.file();
    for (Entry other : before) {
      TfliteModel.StoredFile two = other.file();
      if (one.name().equals(two.name()) && (one.crc() != two.crc() || one.bytes() != two.bytes())) {
        throw file.fault("two files " + one.name() + " are inside of it", entry.header());
      }
    }
  }

  private void requireApart(List<Entry> entries) {
    List<Entry> sorted = entries.stream().sorted(Comparator.comparingLong(Entry::header)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).header() < sorted.get(i - 1).end()) {
        throw file.fault(
            "the files "
                + sorted.get(i - 1).file().name()
                + " and "
                + sorted.get(i).file().name()
                + " inside of it overlap",
            sorted.get(i).header());
      }
    }
  }

  /** The position of the record that ends an archive; -1 if there is none. */
  private long end() throws IOException {
    long last = file.size() - END_BYTES;
    for (long at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
      if (file.i32(at) == END && at + END_BYTES + file.u16(at + 20) == file.size()) {
        return at;
      }
    }
    return -1;
  }

  private Entry entry(long position, long base) throws IOException {
    int nameBytes = file.u16(position + 28);
    file.spend(nameBytes + (long) CENTRAL_BYTES, position);
    String name = file.text(position + CENTRAL_BYTES, nameBytes);
    if (file.u16(position + 10) != 0 || (file.u16(position + 8) & 1) != 0) {
      throw file.fault(
          "the file " + name + " inside of it is compressed or encrypted, and must be stored",
          position);
    }
    long size = file.u32(position + 24);
    long header = base + localOffset(position, nameBytes);
    file.require("a file's header", header, LOCAL_BYTES);
    if (file.i32(header) != LOCAL) {
      throw file.fault("the file " + name + " inside of it has no header", header);
    }
    int localBytes = file.u16(header + 26);
    file.spend(localBytes, header);
    String local = file.text(header + LOCAL_BYTES, localBytes);
    if (!local.equals(name)) {
      throw file.fault("the file " + name + " inside of it calls itself " + local, header);
    }
    long begin = header + LOCAL_BYTES + localBytes + file.u16(header + 28);
    file.require("the file " + name + " inside of it", begin, size);
    return new Entry(
        new TfliteModel.StoredFile(name, begin, size, file.i32(position + 16)), header);
  }

  private long localOffset(long position, int nameBytes) throws IOException {
    long offset = file.u32(position + 42);
    if (offset != 0xffffffffL) {
      return offset;
    }
    long extra = position + CENTRAL_BYTES + nameBytes;
    long extraEnd = extra + file.u16(position + 30);
    while (extra + 12 <= extraEnd) {
      if (file.u16(extra) == ZIP64_EXTRA) {
        return file.i64(extra + 4);
      }
      extra += 4 + file.u16(extra + 2);
    }
    throw file.fault("an archive's entry has no offset", position);
  }
}
