package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.file.StoredTensor;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Hashes of tensors' bytes, several at once, in blocks that fit a processor's cache. */
final class TensorHashes {
  private static final int BLOCK_BYTES = 1 << 18;

  private TensorHashes() {}

  /** Hashes tensors from now on while they are read, so that they need not be read once more. */
  static void whileRead(Collection<RawTensorData> tensors) {
    for (RawTensorData tensor : tensors) {
      if (tensor instanceof StoredTensor stored) {
        stored.hashWhileRead();
      }
    }
  }

  static Map<String, String> sha256(Collection<RawTensorData> tensors, int threads)
      throws IOException {
    // The largest first, so that no thread begins the embedding table when the others are done.
    List<RawTensorData> queue = new ArrayList<>(tensors);
    queue.sort(Comparator.comparingLong(RawTensorData::byteCount).reversed());
    Map<String, String> hashes = new ConcurrentHashMap<>();
    ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, threads));
    try {
      List<Future<?>> running = new ArrayList<>();
      for (RawTensorData tensor : queue) {
        running.add(
            pool.submit(
                () -> {
                  hashes.put(tensor.name(), sha256(tensor));
                  return null;
                }));
      }
      for (Future<?> hash : running) {
        await(hash);
      }
    } finally {
      pool.shutdownNow();
    }
    Map<String, String> inOrder = new LinkedHashMap<>();
    tensors.forEach(t -> inOrder.put(t.name(), hashes.getOrDefault(t.name(), "")));
    return inOrder;
  }

  private static void await(Future<?> hash) throws IOException {
    try {
      hash.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the checkpoint was hashed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static String sha256(RawTensorData tensor) throws IOException {
    if (tensor instanceof StoredTensor stored) {
      return stored.sha256();
    }
    MessageDigest digest = newDigest();
    byte[] block = new byte[BLOCK_BYTES];
    long size = tensor.byteCount();
    for (long at = 0; at < size; at += block.length) {
      int n = (int) Math.min(block.length, size - at);
      tensor.readBytes(at, ByteBuffer.wrap(block, 0, n));
      digest.update(block, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
