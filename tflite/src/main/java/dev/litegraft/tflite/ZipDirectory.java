package dev.litegraft.tflite;

import java.io.IOException;
import java.util.ArrayList;
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
    List<TfliteModel.StoredFile> files = new ArrayList<>();
    long position = base + offset;
    for (int i = 0; i < count; i++) {
      file.require("an archive's entry", position, CENTRAL_BYTES);
      if (file.i32(position) != CENTRAL) {
        throw file.fault("the archive's directory is damaged", position);
      }
      files.add(entry(position, base));
      position +=
          CENTRAL_BYTES
              + file.u16(position + 28)
              + file.u16(position + 30)
              + file.u16(position + 32);
    }
    return files;
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

  private TfliteModel.StoredFile entry(long position, long base) throws IOException {
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
    long begin = header + LOCAL_BYTES + file.u16(header + 26) + file.u16(header + 28);
    file.require("the file " + name + " inside of it", begin, size);
    return new TfliteModel.StoredFile(name, begin, size, file.i32(position + 16));
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
