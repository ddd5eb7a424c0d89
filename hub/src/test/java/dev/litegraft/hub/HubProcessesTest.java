package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes over one cache, and one that is killed. */
class HubProcessesTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final int BYTES = 3_000_000;

  @TempDir Path root;
  private Path cache;
  private StubHub hub;

  @BeforeEach
  void start() throws IOException {
    cache = root.resolve("cache");
    hub = StubHub.ofUsualModel().withLarge(WEIGHTS, StubHub.noise(BYTES, 5));
  }

  @AfterEach
  void noTokenWasSeenByTheCdn() {
    hub.close();
    assertThat(hub.leaks).isEmpty();
  }

  private List<String> ofWeights() {
    String hash = hub.stored(WEIGHTS).hash();
    return hub.requests.stream().filter(r -> r.contains(hash)).toList();
  }

  private void assertWhole() throws IOException {
    Path snapshot = cache.resolve("models--org--model/snapshots").resolve(StubHub.COMMIT);
    assertThat(snapshot.resolve(WEIGHTS)).hasBinaryContent(hub.stored(WEIGHTS).bytes());
    assertThat(HubModelTest.names(snapshot)).hasSize(4);
    assertThat(HubModelTest.names(cache)).noneMatch(name -> name.endsWith(CacheFolder.PARTIAL));
    assertThat(cache.resolve("models--org--model/refs/main")).hasContent(StubHub.COMMIT);
  }

  @Test
  void ofTwoAtOnceOneDownloads() throws Exception {
    hub.blockPause = 10;
    List<Process> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(DownloadProcess.start(hub, cache, root.resolve("log" + i)));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(both.get(i).waitFor(600, TimeUnit.SECONDS)).isTrue();
      assertThat(root.resolve("log" + i)).isEmptyFile();
      assertThat(both.get(i).exitValue()).isZero();
    }
    assertWhole();
    assertThat(ofWeights()).hasSize(1);
  }

  @Test
  void twoThreadsOfOneProcessShareTheWork() throws Exception {
    hub.blockPause = 5;
    List<Throwable> faults = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  hub.model(cache).look().fetch();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      thread.setUncaughtExceptionHandler((t, e) -> faults.add(e));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(faults).isEmpty();
    assertWhole();
    assertThat(ofWeights()).hasSize(1);
  }

  @Test
  void afterAKillInTheMiddleNothingIsHalfWrittenAndTheNextRunGoesOn() throws Exception {
    hub.heldFrom = BYTES / 2;
    Process process = DownloadProcess.start(hub, cache, root.resolve("log"));
    Path partial =
        cache
            .resolve("models--org--model/blobs")
            .resolve(hub.stored(WEIGHTS).hash() + CacheFolder.PARTIAL);
    while (!(Files.exists(partial) && Files.size(partial) > BYTES / 4)) {
      assertThat(process.isAlive()).as("it comes to a quarter").isTrue();
      LockSupport.parkNanos(5_000_000);
    }
    process.destroyForcibly().waitFor();
    long left = Files.size(partial);
    assertThat(left).isBetween(BYTES / 4L, BYTES - 1L);
    assertThat(HubModelTest.names(cache)).noneMatch(name -> name.endsWith(WEIGHTS));
    assertThat(cache.resolve("models--org--model/refs")).doesNotExist();
    hub.heldFrom = Long.MAX_VALUE;
    hub.model(cache).look().fetch();
    assertWhole();
    assertThat(ofWeights()).hasSize(2);
    assertThat(ofWeights().get(1)).endsWith("bytes=" + left + "-");
  }
}
