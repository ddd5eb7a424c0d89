package dev.litegraft.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A zip file of torch without the numbers in it: its directory, its pickle and what else is small
 * are those of the file, and where numbers stand is a hole behind a head that was made up. What the
 * tensors are called, and of which sizes they are, stands in the pickle.
 *
 * <p>Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 to 4.3.16 and 4.5.3; {@code
 * torch/serialization.py}, which writes the pickle first.
 */
final class HollowArchive {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64_BYTES = 20;
  private static final long IN_EXTRA = 0xffffffffL;

  /** At most times the pickle at the one end of the file, and the directory at the other. */
  private static final int ENDS_BYTES = 1 << 18;

  private static final int MOST_DIRECTORY_BYTES = 12 << 20;
  private static final int MOST_ENTRY_BYTES = 64 << 20;

  /** What an entry's head has beside its name, at most: torch fills it up to the next 64 bytes. */
  private static final int EXTRA_BYTES = 1 << 10;

  /** Some bytes of a file; fewer where they cannot be had alone. */
  interface Part {
    byte[] of(long from, int count) throws IOException;
  }

  private record Entry(String name, long head, long length) {
    boolean isOfNumbers() {
      return name.matches("[^/]+/data/[^/]+");
    }
  }

  private record Directory(long begin, long length) {}

  private final long size;
  private final Part part;
  private final FileChannel out;
  private long startEnd;
  private long tailBegin;

  private HollowArchive(long size, Part part, FileChannel out) {
    this.size = size;
    this.part = part;
    this.out = out;
  }

  /**
   * Writes the file without its numbers.
   *
   * @param size of the whole file
   * @param out empty; holes are possible in it
   * @return false if the file is of another layout, or too odd to be shown without its numbers
   */
  static boolean write(long size, Part part, FileChannel out) throws IOException {
    return new HollowArchive(size, part, out).write();
  }

  private boolean write() throws IOException {
    Optional<ByteBuffer> start = read(0, (int) Math.min(size, ENDS_BYTES));
    if (start.isEmpty() || size < END_BYTES || start.get().getInt(0) != LOCAL) {
      return false;
    }
    startEnd = start.get().limit();
    tailBegin = size - startEnd;
    Optional<ByteBuffer> tail = read(tailBegin, (int) startEnd);
    Optional<Directory> directory = tail.flatMap(this::directory);
    if (directory.isEmpty()) {
      return false;
    }
    Optional<ByteBuffer> listed = listed(directory.get(), tail.get());
    Optional<List<Entry>> entries = listed.flatMap(HollowArchive::entries);
    if (entries.isEmpty()) {
      return false;
    }
    for (Entry entry : entries.get()) {
      if (!write(entry)) {
        return false;
      }
    }
    put(listed.get(), directory.get().begin());
    put(start.get(), 0);
    put(tail.get(), tailBegin);
    return true;
  }

  private Optional<ByteBuffer> listed(Directory directory, ByteBuffer tail) throws IOException {
    int length = (int) directory.length();
    long within = directory.begin() - tailBegin;
    return within < 0
        ? read(directory.begin(), length)
        : Optional.of(tail.slice((int) within, length).order(ByteOrder.LITTLE_ENDIAN));
  }

  private Optional<ByteBuffer> read(long from, int count) throws IOException {
    byte[] bytes = part.of(from, count);
    return bytes.length == count
        ? Optional.of(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN))
        : Optional.empty();
  }

  private void put(ByteBuffer bytes, long position) throws IOException {
    bytes.rewind();
    for (long at = position; bytes.hasRemaining(); ) {
      at += out.write(bytes, at);
    }
  }

  private Optional<Directory> directory(ByteBuffer tail) {
    int end = tail.limit() - END_BYTES;
    if (tail.getInt(end) != END) {
      return Optional.empty(); // With a comment, which torch does not write.
    }
    long begin = tail.getInt(end + 16) & IN_EXTRA;
    long length = tail.getInt(end + 12) & IN_EXTRA;
    int locator = end - LOCATOR64_BYTES;
    if (locator >= 0 && tail.getInt(locator) == LOCATOR64) {
      long end64 = tail.getLong(locator + 8) - tailBegin;
      if (end64 < 0 || end64 > locator - END64_BYTES || tail.getInt((int) end64) != END64) {
        return Optional.empty();
      }
      begin = tail.getLong((int) end64 + 48);
      length = tail.getLong((int) end64 + 40);
    }
    return begin < 0 || length < 0 || length > MOST_DIRECTORY_BYTES || begin > size - length
        ? Optional.empty()
        : Optional.of(new Directory(begin, length));
  }

  private static Optional<List<Entry>> entries(ByteBuffer directory) {
    List<Entry> entries = new ArrayList<>();
    int at = 0;
    while (at < directory.limit()) {
      if (directory.limit() - at < CENTRAL_BYTES || directory.getInt(at) != CENTRAL) {
        return Optional.empty();
      }
      int name = directory.getShort(at + 28) & 0xffff;
      int extra = directory.getShort(at + 30) & 0xffff;
      int next = at + CENTRAL_BYTES + name + extra + (directory.getShort(at + 32) & 0xffff);
      if (next > directory.limit()) {
        return Optional.empty();
      }
      byte[] letters = new byte[name];
      directory.get(at + CENTRAL_BYTES, letters);
      long[] sizes = {
        directory.getInt(at + 24) & IN_EXTRA,
        directory.getInt(at + 20) & IN_EXTRA,
        directory.getInt(at + 42) & IN_EXTRA
      };
      large(directory, at + CENTRAL_BYTES + name, extra, sizes);
      entries.add(new Entry(new String(letters, StandardCharsets.UTF_8), sizes[2], sizes[0]));
      at = next;
    }
    return Optional.of(entries);
  }

  /** Sizes and places that do not fit stand in an extra field. */
  private static void large(ByteBuffer directory, int from, int length, long[] sizes) {
    for (int at = from; at + 4 <= from + length; ) {
      int bytes = directory.getShort(at + 2) & 0xffff;
      int value = at + 4;
      int end = Math.min(value + bytes, from + length);
      if (directory.getShort(at) == 1) {
        for (int i = 0; i < sizes.length; i++) {
          if (sizes[i] == IN_EXTRA && value + Long.BYTES <= end) {
            sizes[i] = directory.getLong(value);
            value += Long.BYTES;
          }
        }
      }
      at += 4 + bytes;
    }
  }

  private boolean write(Entry entry) throws IOException {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    long most = LOCAL_BYTES + name.length + EXTRA_BYTES + entry.length();
    if (entry.head() < 0 || entry.length() < 0 || entry.head() > size - LOCAL_BYTES - name.length) {
      return false;
    }
    if (entry.isOfNumbers()) {
      ByteBuffer head =
          ByteBuffer.allocate(LOCAL_BYTES + name.length).order(ByteOrder.LITTLE_ENDIAN);
      head.putInt(0, LOCAL).putShort(26, (short) name.length).put(LOCAL_BYTES, name);
      put(head, entry.head());
      return true;
    }
    boolean here =
        entry.head() + most <= startEnd || (entry.head() >= tailBegin && entry.head() < size);
    if (here || most > MOST_ENTRY_BYTES) {
      return here;
    }
    Optional<ByteBuffer> all = read(entry.head(), (int) Math.min(most, size - entry.head()));
    if (all.isPresent()) {
      put(all.get(), entry.head());
    }
    return all.isPresent();
  }
}
