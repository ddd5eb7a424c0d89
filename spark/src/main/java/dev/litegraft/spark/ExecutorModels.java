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
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The models that are open in this process, each once, whatever the number of tasks. A task has a
 * model until it ends; of those that no task has, the ones that were used last stay open.
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

    /** The attempts of tasks that have it. */
    private final Set<Long> users = new HashSet<>();

    private long turn;

    private Entry(AutoCloseable model) {
      this.model = model;
    }
  }

  private static final Map<String, Entry> OPEN = new HashMap<>();
  private static final AtomicInteger OPENED = new AtomicInteger();
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
      Entry entry = OPEN.get(key);
      if (entry == null) {
        entry = new Entry(open(file, opener));
        OPEN.put(key, entry);
      }
      entry.turn = ++turns;
      TaskContext task = TaskContext.get();
      if (task != null && entry.users.add(task.taskAttemptId())) {
        Entry lent = entry;
        TaskCompletionListener ended = context -> giveBack(lent, context.taskAttemptId());
        task.addTaskCompletionListener(ended);
      }
      closeIdle(key);
      return type.cast(entry.model);
    }
  }

  /** How many models this process has opened, closed ones included. */
  static int opened() {
    return OPENED.get();
  }

  private static <M extends AutoCloseable> M open(ModelFile file, Opener<M> opener) {
    try {
      OPENED.incrementAndGet();
      return opener.of(file.open(tasksAtATime()));
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
      try {
        oldest.getValue().model.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // Models close without one.
      }
    }
  }
}
