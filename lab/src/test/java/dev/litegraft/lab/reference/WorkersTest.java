package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void everyTaskRunsOnce() {
    for (int threads = 1; threads <= 4; threads++) {
      AtomicIntegerArray runs = new AtomicIntegerArray(1000);

      new Workers(threads).forEach(1000, runs::incrementAndGet);

      for (int i = 0; i < 1000; i++) {
        assertThat(runs.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void noThreadSharesItsScratch() {
    Set<Thread> owners = ConcurrentHashMap.newKeySet();

    new Workers(3)
        .forEach(
            500,
            () -> new Thread[1],
            (scratch, i) -> {
              if (scratch[0] == null) {
                scratch[0] = Thread.currentThread();
                owners.add(scratch[0]);
              }
              assertThat(scratch[0]).isSameAs(Thread.currentThread());
            });

    assertThat(owners).hasSizeBetween(1, 3);
  }

  @Test
  void aTaskMayStartTasks() {
    AtomicIntegerArray runs = new AtomicIntegerArray(1);
    Workers workers = new Workers(4);

    workers.forEach(20, i -> workers.forEach(20, j -> runs.incrementAndGet(0)));

    assertThat(runs.get(0)).isEqualTo(400);
  }

  @Test
  void aFailureReachesTheCallerAsItWasThrown() {
    IllegalStateException failure = new IllegalStateException("task 7");

    assertThatThrownBy(
            () ->
                new Workers(2)
                    .forEach(
                        100,
                        i -> {
                          if (i == 7) {
                            throw failure;
                          }
                        }))
        .isSameAs(failure);
  }
}
