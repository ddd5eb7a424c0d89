package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.file.RunningHash;
import dev.litegraft.checkpoint.file.StoredTensor;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Hashes of tensors' bytes, several at once. */
final class TensorHashes {
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
    return tensor instanceof StoredTensor stored
        ? stored.sha256()
        : new RunningHash().whole(tensor.byteCount(), tensor::readBytes);
  }
}
