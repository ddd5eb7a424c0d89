package dev.litegraft.tflite;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Appends files to a {@code .tflite} as a ZIP archive: entries are stored, not compressed, and
 * offsets count from the beginning of the {@code .tflite}. Times are the epoch of ZIP, so that the
 * same files give the same bytes.
 *
 * <p>Beyond 4 GB offsets are in ZIP64 records. Source: PKWARE's APPNOTE.
 */
final class StoredZip {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int EXTRA64_BYTES = 12;
  private static final int TRAILER_BYTES = 56 + 20 + 22;

  private static final short VERSION = 10;
  private static final short VERSION64 = 45;

  /** Bit 11: the name is UTF-8. */
  private static final short FLAGS = 1 << 11;

  /** 1 January 1980, the first day that ZIP knows. */
  private static final short DATE = 0x21;

  private static final long LIMIT = 0xffffffffL;

  private record Entry(byte[] name, int crc, long size, long offset) {
    boolean isFar() {
      return offset >= LIMIT;
    }
  }

  private final FileChannel channel;
  private long position;

  private StoredZip(FileChannel channel, long position) {
    this.channel = channel;
    this.position = position;
  }

  /** Writes the archive from {@code position} on; returns the position after it. */
  static long append(FileChannel channel, long position, List<AssociatedFile> files)
      throws IOException {
    return files.isEmpty() ? position : new StoredZip(channel, position).append(files);
  }

  private long append(List<AssociatedFile> files) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (AssociatedFile file : files) {
      entries.add(entry(file));
    }
    long directory = position;
    for (Entry entry : entries) {
      write(central(entry));
    }
    write(trailer(entries.size(), directory));
    return position;
  }

  /** Writes the bytes first and the header, which has their checksum, afterwards. */
  private Entry entry(AssociatedFile file) throws IOException {
    byte[] name = file.name().getBytes(StandardCharsets.UTF_8);
    long header = position;
    position += LOCAL_BYTES + name.length;
    long begin = position;
    CRC32 crc = new CRC32();
    try (OutputStream out = new BufferedOutputStream(new Summed(crc), 1 << 16)) {
      file.content().writeTo(out);
    }
    long size = position - begin;
    if (size >= LIMIT) {
      throw new IllegalArgumentException(file.name() + " has " + size + " bytes");
    }
    Entry entry = new Entry(name, (int) crc.getValue(), size, header);
    ByteBuffer local = buffer(LOCAL_BYTES + name.length).putInt(LOCAL);
    common(local, entry, VERSION).putShort((short) 0).put(name);
    writeAt(local, header);
    return entry;
  }

  /** The fields that local and central headers have in common, up to the length of the name. */
  private static ByteBuffer common(ByteBuffer out, Entry entry, short version) {
    return out.putShort(version)
        .putShort(FLAGS)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort(DATE)
        .putInt(entry.crc())
        .putInt((int) entry.size())
        .putInt((int) entry.size())
        .putShort((short) entry.name().length);
  }

  private static ByteBuffer central(Entry entry) {
    int extra = entry.isFar() ? EXTRA64_BYTES : 0;
    short version = entry.isFar() ? VERSION64 : VERSION;
    ByteBuffer out = buffer(CENTRAL_BYTES + entry.name().length + extra);
    out.putInt(CENTRAL).putShort(version);
    common(out, entry, version)
        .putShort((short) extra)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(0)
        .putInt((int) Math.min(entry.offset(), LIMIT))
        .put(entry.name());
    if (entry.isFar()) {
      out.putShort((short) 1).putShort((short) Long.BYTES).putLong(entry.offset());
    }
    return out;
  }

  private ByteBuffer trailer(int count, long directory) {
    long size = position - directory;
    ByteBuffer out = buffer(TRAILER_BYTES);
    if (directory >= LIMIT) {
      out.putInt(END64).putLong(44).putShort(VERSION64).putShort(VERSION64).putInt(0).putInt(0);
      out.putLong(count).putLong(count).putLong(size).putLong(directory);
      out.putInt(LOCATOR64).putInt(0).putLong(position).putInt(1);
    }
    out.putInt(END).putShort((short) 0).putShort((short) 0);
    out.putShort((short) count).putShort((short) count);
    out.putInt((int) size).putInt((int) Math.min(directory, LIMIT)).putShort((short) 0);
    return out.limit(out.position());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(ByteBuffer bytes) throws IOException {
    int size = bytes.position();
    writeAt(bytes, position);
    position += size;
  }

  private void writeAt(ByteBuffer bytes, long begin) throws IOException {
    bytes.flip();
    long at = begin;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private final class Summed extends OutputStream {
    private final CRC32 crc;

    Summed(CRC32 crc) {
      this.crc = crc;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      crc.update(bytes, offset, length);
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      while (rest.hasRemaining()) {
        position += channel.write(rest, position);
      }
    }
  }
}
