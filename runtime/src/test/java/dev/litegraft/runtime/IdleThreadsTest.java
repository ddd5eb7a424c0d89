package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the threads of an interpreter do between calls, in a process that does nothing else. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "others tell the time of a process otherwise")
@Timeout(600)
class IdleThreadsTest {
  private static final long IDLE_MILLISECONDS = 1000;

  /** One thread that spins would take all of it; Java's own take a few. */
  private static final long MOST = IDLE_MILLISECONDS / 4;

  /**
   * What Java still compiles, or a slow machine, may take longer than one; who spins, takes all.
   */
  private static final int LOOKS = 30;

  @TempDir Path folder;

  /** Answers on two threads and waits, and prints how little processor time waiting took. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) throws IOException, InterruptedException {
      RuntimeOptions two = RuntimeOptions.defaults().withThreads(2);
      try (RawModel model = RawModel.open(Path.of(args[0]), two)) {
        for (int i = 0; i < 50; i++) {
          model.run(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, null, null);
        }
        long least = Long.MAX_VALUE;
        for (int look = 0; look < LOOKS && least >= MOST; look++) {
          model.run(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, null, null);
          Duration before = cpu();
          Thread.sleep(IDLE_MILLISECONDS);
          least = Math.min(least, cpu().minus(before).toMillis());
        }
        System.out.println(least);
      }
    }

    private static Duration cpu() {
      return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }
  }

  @Test
  void noneSpinsBetweenCalls() throws Exception {
    Path file =
        dev.litegraft.Converter.of(Path.of("..", "examples", "ko-movie-reviews"))
            .convert(folder.resolve("int8.tflite"))
            .target();
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    assertThat(Long.parseLong(printed)).isLessThan(MOST);
  }
}
