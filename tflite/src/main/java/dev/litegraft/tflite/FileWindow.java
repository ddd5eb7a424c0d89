package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Little-endian numbers anywhere in a file of any size, read page by page; every access is checked.
 *
 * <p>What has been read is counted: FlatBuffers may point at one thing from many places, and a
 * small file that claims to hold millions of tensors must not become millions of objects. Not safe
 * for several threads.
 */
final class FileWindow {
  private static final int PAGE = 1 << 12;
  private static final int PAGES = 512;

  /** Bytes of tables, names and lists that are read at most. */
  private static final long MOST_READ = 32L << 20;

  /** How often the bytes of a small file may be read, because things are shared. */
  private static final long REUSE = 8;

  private static final long SMALL = 1 << 16;

  private final ByteSource source;
  private final long size;
  private final String where;
  private final Map<Long, ByteBuffer> pages =
      new LinkedHashMap<>(PAGES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
          return size() > PAGES;
        }
      };
  private long budget;
  private long currentIndex = -1;
  private @Nullable ByteBuffer current;

  FileWindow(ByteSource source, String where) throws IOException {
    this.source = source;
    this.size = source.size();
    this.where = where;
    this.budget = Math.min(MOST_READ, (size + SMALL) * REUSE);
  }

  long size() {
    return size;
  }

  /** Counts bytes that become objects. */
  void spend(long bytes, long position) {
    budget -= bytes;
    if (budget < 0) {
      throw fault("the tables of the file describe more than it can hold", position);
    }
  }

  /** Checks that {@code length} bytes stand at a position. */
  void require(String what, long position, long length) {
    if (!holds(position, length)) {
      throw fault(what + " has " + length + " bytes, and the file ends at byte " + size, position);
    }
  }

  /** Whether {@code length} bytes stand at a position. */
  boolean holds(long position, long length) {
    return position >= 0 && length >= 0 && length <= size && position <= size - length;
  }

  int u8(long position) throws IOException {
    require("a number", position, 1);
    return page(position).get((int) (position % PAGE)) & 0xff;
  }

  int u16(long position) throws IOException {
    return u8(position) | u8(position + 1) << 8;
  }

  int i32(long position) throws IOException {
    require("a number", position, Integer.BYTES);
    int within = (int) (position % PAGE);
    return within <= PAGE - Integer.BYTES
        ? page(position).getInt(within)
        : u16(position) | u16(position + 2) << 16;
  }

  long u32(long position) throws IOException {
    return Integer.toUnsignedLong(i32(position));
  }

  long i64(long position) throws IOException {
    return u32(position) | (long) i32(position + Integer.BYTES) << 32;
  }

  float f32(long position) throws IOException {
    return Float.intBitsToFloat(i32(position));
  }

  /** A copy of some bytes; the caller has bounded how many. */
  byte[] bytes(String what, long position, int length) throws IOException {
    require(what, position, length);
    byte[] bytes = new byte[length];
    if (length > PAGE) {
      read(source, position, ByteBuffer.wrap(bytes), where);
      return bytes;
    }
    // From the pages that are there: a call of the system for each name takes longest of all.
    for (int at = 0; at < length; ) {
      int within = (int) ((position + at) % PAGE);
      int some = Math.min(length - at, PAGE - within);
      page(position + at).get(within, bytes, at, some);
      at += some;
    }
    return bytes;
  }

  /** Text in UTF-8. */
  String text(long position, int length) throws IOException {
    return new String(bytes("a text", position, length), StandardCharsets.UTF_8);
  }

  InvalidFileException fault(String what, long position) {
    return fault(what, position, where);
  }

  static InvalidFileException fault(String what, long position, String where) {
    return new InvalidFileException(
        "no usable .tflite: " + what,
        where + ", byte " + position,
        "the file is damaged or incomplete: convert or download it again");
  }

  /** Fills {@code out} from a position; safe for several threads. */
  static void read(ByteSource source, long position, ByteBuffer out, String where)
      throws IOException {
    long at = position;
    while (out.hasRemaining()) {
      int n = source.read(out, at);
      if (n < 0) {
        throw fault("the file has become shorter while it was read", at, where);
      }
      at += n;
    }
  }

  private ByteBuffer page(long position) throws IOException {
    long index = position / PAGE;
    ByteBuffer page = current;
    if (page != null && index == currentIndex) {
      return page;
    }
    page = pages.get(index);
    if (page == null) {
      int length = (int) Math.min(PAGE, size - index * PAGE);
      page = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      read(source, index * PAGE, page, where);
      pages.put(index, page);
    }
    current = page;
    currentIndex = index;
    return page;
  }
}
