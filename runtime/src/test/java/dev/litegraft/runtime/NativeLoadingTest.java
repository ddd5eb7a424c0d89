package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The library is loaded on a thread of its own, while others use its bindings. */
@Timeout(600)
class NativeLoadingTest {
  /** Initializes a class of the bindings at the moment when the library is being loaded. */
  static final class Meanwhile {
    private Meanwhile() {}

    public static void main(String[] args) throws Exception {
      Thread loading = new Thread(LiteRt::load);
      loading.start();
      while (loading.isAlive() && !isLoading(loading)) {
        Thread.onSpinWait();
      }
      Class.forName(Pointer.class.getName());
      loading.join();
      System.out.print("both");
    }

    private static boolean isLoading(Thread thread) {
      return Arrays.stream(thread.getStackTrace())
          .anyMatch(frame -> frame.getMethodName().equals("loadLibrary"));
    }
  }

  @Test
  void aClassOfTheBindingsCanBeInitializedMeanwhile() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Meanwhile.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(500, TimeUnit.SECONDS)).as("neither waits for the other").isTrue();
      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("both");
    } finally {
      process.destroyForcibly();
    }
  }
}
