package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.FileBytes;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The directory of a zip file whose entries are stored as they are, as torch writes them. What it
 * says is checked against the entries' own heads, so that no byte belongs to two of them.
 *
 * <p>Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 to 4.3.16 and 4.5.3.
 */
final class ZipDirectory {
  static final int LOCAL_SIGNATURE = 0x04034b50;

  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int LOCATOR64_SIGNATURE = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64_BYTES = 20;
  private static final int MAX_COMMENT = 0xffff;
  private static final long IN_EXTRA = 0xffffffffL;
  private static final int ZIP64_FIELD = 1;
  private static final int ENCRYPTED = 1;

  /** 180,000 entries; the largest models' files have some thousands. */
  private static final int MAX_DIRECTORY_BYTES = 12 << 20;

  /**
   * An entry.
   *
   * @param begin the byte of the file at which its content begins
   * @param length of the content
   * @param crc32 of the content
   */
  record Entry(String name, long begin, long length, long crc32) {}

  /** What the directory says of an entry. */
  private record Listed(
      String name, int method, int flags, long head, long packed, long length, long crc32) {}

  /** Where the directory is. */
  private record Place(long begin, long length, long entries) {}

  private final FileBytes file;

  private ZipDirectory(FileBytes file) {
    this.file = file;
  }

  /**
   * The entries by name, in the directory's order.
   *
   * @throws InvalidCheckpointException if one is compressed, encrypted, twice there or lies in
   *     another, or its name leads elsewhere
   */
  static Map<String, Entry> read(FileBytes file) throws IOException {
    return new ZipDirectory(file).read();
  }

  /** The names of all entries, whichever way they are stored. */
  static List<String> names(FileBytes file) throws IOException {
    ZipDirectory directory = new ZipDirectory(file);
    return directory.listed(directory.place()).stream().map(Listed::name).toList();
  }

  private Map<String, Entry> read() throws IOException {
    Place place = place();
    List<Listed> listed = listed(place);
    listed.sort(Comparator.comparingLong(Listed::head));
    Map<String, Entry> entries = new LinkedHashMap<>();
    long free = 0;
    for (Listed each : listed) {
      if (each.head() < free) {
        throw invalid("the entry " + shown(each) + " lies in the one before it", each.head());
      }
      Entry entry = entry(each, place.begin());
      free = entry.begin() + entry.length();
      if (entries.put(entry.name(), entry) != null) {
        throw invalid("the entry " + shown(each) + " stands twice in the directory", each.head());
      }
    }
    return entries;
  }

  private Place place() throws IOException {
    int tail = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT);
    ByteBuffer end = at(file.size() - tail, tail);
    int found = tail - END_BYTES;
    while (found >= 0
        && !(end.getInt(found) == END_SIGNATURE
            && found + END_BYTES + unsigned(end, found + 20) == tail)) {
      found--;
    }
    if (found < 0) {
      throw invalid("the zip file is cut off: its directory is not there", file.size());
    }
    long position = file.size() - tail + found;
    Place place =
        new Place(
            end.getInt(found + 16) & IN_EXTRA,
            end.getInt(found + 12) & IN_EXTRA,
            unsigned(end, found + 10));
    long before = position;
    if (position >= LOCATOR64_BYTES) {
      ByteBuffer locator = at(position - LOCATOR64_BYTES, LOCATOR64_BYTES);
      if (locator.getInt(0) == LOCATOR64_SIGNATURE) {
        before = locator.getLong(8);
        place = place64(before, position - LOCATOR64_BYTES);
      }
    }
    if (place.begin() < 0
        || place.length() < 0
        || place.length() > MAX_DIRECTORY_BYTES
        || place.begin() > before - place.length()) {
      throw invalid("the zip file's directory is said to be where it cannot be", position);
    }
    return place;
  }

  private Place place64(long position, long limit) throws IOException {
    if (position < 0 || position > limit - END64_BYTES) {
      throw invalid("the zip64 end of the directory is said to be where it cannot be", limit);
    }
    ByteBuffer end = at(position, END64_BYTES);
    if (end.getInt(0) != END64_SIGNATURE) {
      throw invalid("the zip64 end of the directory is not where it is said to be", position);
    }
    return new Place(end.getLong(48), end.getLong(40), end.getLong(32));
  }

  private List<Listed> listed(Place place) throws IOException {
    ByteBuffer directory = at(place.begin(), (int) place.length());
    List<Listed> listed = new ArrayList<>();
    while (directory.hasRemaining()) {
      int at = directory.position();
      if (directory.remaining() < CENTRAL_BYTES || directory.getInt(at) != CENTRAL_SIGNATURE) {
        throw invalid("the zip file's directory is damaged", place.begin() + at);
      }
      int nameBytes = unsigned(directory, at + 28);
      int extraBytes = unsigned(directory, at + 30);
      int all = CENTRAL_BYTES + nameBytes + extraBytes + unsigned(directory, at + 32);
      if (directory.remaining() < all) {
        throw invalid("the zip file's directory is damaged", place.begin() + at);
      }
      ByteBuffer extra =
          directory
              .slice(at + CENTRAL_BYTES + nameBytes, extraBytes)
              .order(ByteOrder.LITTLE_ENDIAN);
      listed.add(listed(directory, at, nameBytes, extra, place.begin() + at));
      directory.position(at + all);
    }
    if (listed.size() != place.entries()) {
      throw invalid(
          "the zip file's directory has "
              + listed.size()
              + " entries, but is said to have "
              + Long.toUnsignedString(place.entries()),
          place.begin());
    }
    return listed;
  }

  private Listed listed(ByteBuffer directory, int at, int nameBytes, ByteBuffer extra, long place) {
    byte[] name = new byte[nameBytes];
    directory.get(at + CENTRAL_BYTES, name);
    ByteBuffer large = zip64(extra, place);
    long length = size(directory, at + 24, large, place);
    long packed = size(directory, at + 20, large, place);
    long head = size(directory, at + 42, large, place);
    return new Listed(
        plainName(new String(name, StandardCharsets.UTF_8), place),
        unsigned(directory, at + 10),
        unsigned(directory, at + 8),
        head,
        packed,
        length,
        directory.getInt(at + 16) & IN_EXTRA);
  }

  /** The extra field with the sizes that do not fit; empty without one. */
  private ByteBuffer zip64(ByteBuffer extra, long place) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int bytes = extra.getShort() & 0xffff;
      if (bytes > extra.remaining()) {
        throw invalid("an extra field of the zip file's directory is cut off", place);
      }
      if (id == ZIP64_FIELD) {
        return extra.slice(extra.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + bytes);
    }
    return ByteBuffer.allocate(0);
  }

  private long size(ByteBuffer directory, int at, ByteBuffer large, long place) {
    long value = directory.getInt(at) & IN_EXTRA;
    if (value == IN_EXTRA) {
      if (large.remaining() < Long.BYTES) {
        throw invalid("a size of the zip file's directory is missing", place);
      }
      value = large.getLong();
    }
    if (value < 0 || value > file.size()) {
      throw invalid(
          "an entry of the zip file is said to have "
              + Long.toUnsignedString(value)
              + " bytes or to begin there, but the file has "
              + file.size(),
          place);
    }
    return value;
  }

  /** Nothing is unpacked; a name that leads elsewhere was still not written by torch. */
  private String plainName(String name, long place) {
    boolean plain =
        !name.isEmpty()
            && name.length() <= 1024
            && !name.startsWith("/")
            && name.chars().noneMatch(c -> c < ' ' || c == '\\' || c == 0x7f || c == 0xfffd)
            && !List.of(name.split("/", -1)).contains("..");
    if (!plain) {
      throw invalid(
          "an entry of the zip file is named "
              + PickleReader.shown(name)
              + ", which leads elsewhere",
          place);
    }
    return name;
  }

  /** Compares an entry with its own head. */
  private Entry entry(Listed listed, long limit) throws IOException {
    if (listed.method() != 0 || listed.packed() != listed.length()) {
      throw new InvalidCheckpointException(
          "the entry "
              + shown(listed)
              + " of the zip file is compressed (method "
              + listed.method()
              + "), where torch stores entries as they are",
          where(listed.head()),
          "download the file again as its author saved it; somebody packed this one anew");
    }
    if ((listed.flags() & ENCRYPTED) != 0) {
      throw invalid("the entry " + shown(listed) + " of the zip file is encrypted", listed.head());
    }
    if (listed.head() > limit - LOCAL_BYTES) {
      throw invalid("the entry " + shown(listed) + " lies in the directory", listed.head());
    }
    ByteBuffer head = at(listed.head(), LOCAL_BYTES);
    int nameBytes = unsigned(head, 26);
    long begin = listed.head() + LOCAL_BYTES + nameBytes + unsigned(head, 28);
    if (head.getInt(0) != LOCAL_SIGNATURE
        || unsigned(head, 8) != 0
        || begin > limit - listed.length()
        || !named(listed, nameBytes)) {
      throw invalid(
          "the entry " + shown(listed) + " is not where the directory says", listed.head());
    }
    return new Entry(listed.name(), begin, listed.length(), listed.crc32());
  }

  private boolean named(Listed listed, int nameBytes) throws IOException {
    byte[] name = new byte[nameBytes];
    at(listed.head() + LOCAL_BYTES, nameBytes).get(name);
    return new String(name, StandardCharsets.UTF_8).equals(listed.name());
  }

  private ByteBuffer at(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (!file.fill(bytes, position)) {
      throw invalid("the zip file is cut off", position);
    }
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xffff;
  }

  private static String shown(Listed entry) {
    return PickleReader.shown(entry.name());
  }

  private String where(long position) {
    return file.path() + ", byte " + position;
  }

  private InvalidCheckpointException invalid(String what, long position) {
    return new InvalidCheckpointException(
        what, where(position), "download the file again; it is damaged, or was made by hand");
  }
}
