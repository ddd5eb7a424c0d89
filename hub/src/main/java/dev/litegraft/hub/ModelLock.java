package dev.litegraft.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One process of ours at a time writes into a model's folder. The locks of Python's are of another
 * kind, and see ours as little as ours see them: what both write is moved into its place whole.
 */
final class ModelLock implements AutoCloseable {
  private static final Map<Path, ReentrantLock> OF_THIS_PROCESS = new ConcurrentHashMap<>();

  private final ReentrantLock ours;
  private final FileChannel channel;
  private final @Nullable FileLock lock;

  private ModelLock(ReentrantLock ours, FileChannel channel, @Nullable FileLock lock) {
    this.ours = ours;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Waits until nobody else has it.
   *
   * @param file is made where it is not there, and stays
   */
  static ModelLock of(Path file, HubListener listener) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    ReentrantLock ours =
        OF_THIS_PROCESS.computeIfAbsent(file.toAbsolutePath(), path -> new ReentrantLock());
    ours.lock();
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new ModelLock(ours, channel, locked(channel, listener));
      } catch (Throwable t) {
        channel.close();
        throw t;
      }
    } catch (Throwable t) {
      ours.unlock();
      throw t;
    }
  }

  private static @Nullable FileLock locked(FileChannel channel, HubListener listener)
      throws IOException {
    try {
      FileLock free = channel.tryLock();
      if (free != null) {
        return free;
      }
    } catch (IOException e) {
      return null; // A file system without locks: the hashes tell what two at once made of it.
    }
    listener.note("another run downloads this model; waiting for it");
    return channel.lock();
  }

  @Override
  public void close() throws IOException {
    try {
      if (lock != null) {
        lock.release();
      }
      channel.close();
    } finally {
      ours.unlock();
    }
  }
}
