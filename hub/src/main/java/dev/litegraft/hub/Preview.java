package dev.litegraft.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A model without its weights: see {@link ModelFiles#preview}. */
record Preview(Path folder, String base) {
  /** Source: the safetensors format: eight bytes say how long the header behind them is. */
  private static final int LENGTH_BYTES = 8;

  private static final int FIRST_BYTES = 1 << 18;
  private static final int MOST_BYTES = 100_000_000 + LENGTH_BYTES;

  /** The first bytes of a file, which may end before. */
  interface Beginning {
    byte[] of(int count) throws IOException;
  }

  private Path place(HubFile file) throws IOException {
    Path place = FileNames.below(folder, file.name().substring(base.length()));
    Files.createDirectories(Objects.requireNonNull(place.getParent()));
    return place;
  }

  /**
   * Adds a file of torch without its numbers.
   *
   * @return false if it is of a layout that does not show what it holds
   */
  boolean hollowArchive(HubFile file, HollowArchive.Part part) throws IOException {
    Path place = place(file);
    boolean shown;
    try (FileChannel channel =
        FileChannel.open(
            place,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      shown = HollowArchive.write(file.size(), part, channel);
    }
    if (!shown) {
      Files.delete(place);
    }
    return shown;
  }

  /** Adds a small file. */
  void copy(HubFile file, Path cached) throws IOException {
    Files.copy(cached, place(file));
  }

  /**
   * Adds a safetensors file of which only the header is there.
   *
   * @return false if it has no header that could be shown, so that the whole file must tell why
   */
  boolean hollow(HubFile file, Beginning beginning) throws IOException {
    byte[] bytes = beginning.of((int) Math.min(file.size(), FIRST_BYTES));
    if (bytes.length < LENGTH_BYTES) {
      return false;
    }
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (header < 0 || header > Math.min(MOST_BYTES, file.size()) - LENGTH_BYTES) {
      return false;
    }
    int end = (int) header + LENGTH_BYTES;
    if (end > bytes.length) {
      bytes = beginning.of(end);
    }
    if (bytes.length < end) {
      return false;
    }
    try (FileChannel channel =
        FileChannel.open(
            place(file),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(bytes, 0, end), 0);
      if (file.size() > end) {
        channel.write(ByteBuffer.allocate(1), file.size() - 1);
      }
    }
    return true;
  }
}
