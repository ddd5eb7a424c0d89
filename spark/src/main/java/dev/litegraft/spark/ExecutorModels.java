package dev.litegraft.spark;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.RawModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The models that are open in this process, each once, whatever the number of tasks. A task has a
 * model until it ends; of those that no task has, the ones that were used last stay open. Of a file
 * that was replaced the tasks that begin then have a model of their own, and the older one is
 * closed behind its last task.
 */
final class ExecutorModels {
  /** How many are open while nobody needs them. */
  private static final int IDLE = 2;

  /** How a model is opened for a purpose: a classifier, an embedder. */
  interface Opener<M extends AutoCloseable> {
    M of(RawModel model) throws IOException;
  }

  private static final class Entry {
    private final AutoCloseable model;
    private final String key;

    /** Of the file as it was when it was opened. */
    private final String stamp;

    /** The attempts of tasks that have it. */
    private final Set<Long> users = new HashSet<>();

    private long turn;

    private Entry(AutoCloseable model, String key, String stamp) {
      this.model = model;
      this.key = key;
      this.stamp = stamp;
    }
  }

  private static final Map<String, Entry> OPEN = new HashMap<>();

  /** Those whose files were replaced while tasks had them. */
  private static final List<Entry> OUTDATED = new ArrayList<>();

  private static final AtomicInteger OPENED = new AtomicInteger();
  private static final AtomicInteger CLOSED = new AtomicInteger();
  private static long turns;

  private ExecutorModels() {}

  /**
   * The model of a file, until the task that asks ends; outside of a task, as on a driver that
   * computes a constant, until another model is wanted.
   *
   * @param type what the opener makes
   */
  static <M extends AutoCloseable> M of(ModelFile file, Class<M> type, Opener<M> opener) {
    String key = type.getName() + " " + file.key();
    synchronized (OPEN) {
      TaskContext task = TaskContext.get();
      Entry entry = task == null ? null : held(key, task.taskAttemptId());
      if (entry == null) {
        entry = current(key, file, opener);
      }
      entry.turn = ++turns;
      if (task != null && entry.users.add(task.taskAttemptId())) {
        Entry lent = entry;
        TaskCompletionListener ended = context -> giveBack(lent, context.taskAttemptId());
        task.addTaskCompletionListener(ended);
      }
      closeIdle(key);
      return type.cast(entry.model);
    }
  }

  /** What a task has already, which it keeps even where the file was replaced meanwhile. */
  private static @Nullable Entry held(String key, long task) {
    return Stream.concat(OPEN.values().stream(), OUTDATED.stream())
        .filter(entry -> entry.key.equals(key) && entry.users.contains(task))
        .findFirst()
        .orElse(null);
  }

  private static Entry current(String key, ModelFile file, Opener<?> opener) {
    try {
      String stamp = file.stamp();
      Entry known = OPEN.get(key);
      if (known != null && known.stamp.equals(stamp)) {
        return known;
      }
      Entry fresh = new Entry(opener.of(file.open(tasksAtATime())), key, stamp);
      OPENED.incrementAndGet();
      OPEN.put(key, fresh);
      if (known != null && known.users.isEmpty()) {
        close(known);
      } else if (known != null) {
        OUTDATED.add(known);
      }
      return fresh;
    } catch (IOException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              "the file cannot be opened on this executor: " + e,
              file.path(),
              "distribution=broadcast, or the same path on each executor");
      fault.initCause(e);
      throw fault;
    }
  }

  /** How many models this process has opened, closed ones included. */
  static int opened() {
    return OPENED.get();
  }

  /** How many of them are open. */
  static int openNow() {
    return OPENED.get() - CLOSED.get();
  }

  /** As many interpreters there may be; each is made when a task finds the others lent. */
  private static int tasksAtATime() {
    SparkEnv env = SparkEnv.get();
    int processors = Runtime.getRuntime().availableProcessors();
    if (env == null) {
      return processors;
    }
    String master = env.conf().get("spark.master", "local");
    // There an executor without a number takes what the machine has; elsewhere it has one core.
    boolean takesAll = master.startsWith("local[") || master.startsWith("spark://");
    return env.conf().getInt("spark.executor.cores", takesAll ? processors : 1);
  }

  private static void giveBack(Entry entry, long task) {
    synchronized (OPEN) {
      entry.users.remove(task);
      if (entry.users.isEmpty() && OUTDATED.remove(entry)) {
        close(entry);
      }
    }
  }

  private static void closeIdle(String wanted) {
    List<Map.Entry<String, Entry>> idle =
        new ArrayList<>(
            OPEN.entrySet().stream()
                .filter(e -> e.getValue().users.isEmpty() && !e.getKey().equals(wanted))
                .sorted(Comparator.comparingLong(e -> e.getValue().turn))
                .toList());
    while (idle.size() > IDLE) {
      Map.Entry<String, Entry> oldest = idle.remove(0);
      OPEN.remove(oldest.getKey());
      close(oldest.getValue());
    }
  }

  private static void close(Entry entry) {
    try {
      entry.model.close();
      CLOSED.incrementAndGet();
    } catch (Exception e) {
      throw new IllegalStateException(e); // Models close without one.
    }
  }
}
