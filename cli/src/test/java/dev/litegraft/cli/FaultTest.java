package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.error.NativeRuntimeException;
import dev.litegraft.error.ParityException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/** What a failure amounts to: its exit code, and three lines that say what to do. */
class FaultTest {
  @Test
  void exitCodesAreThoseOfTheContract() {
    assertThat(Fault.of(new ParityException("a", "b", "c")).exitCode()).isEqualTo(4);
    assertThat(Fault.of(new NativeRuntimeException("a", "b", "c")).exitCode()).isEqualTo(5);
    assertThat(Fault.of(new UnsatisfiedLinkError("no library")).exitCode()).isEqualTo(5);
    assertThat(Fault.of(new IOException("disk")).exitCode()).isEqualTo(3);
    assertThat(Fault.of(new IllegalStateException("bug")).exitCode()).isEqualTo(1);
  }

  @Test
  void anUncheckedIoExceptionIsItsCause() {
    Fault fault = Fault.of(new UncheckedIOException(new NoSuchFileException("/a/b")));
    assertThat(fault.what()).isEqualTo("there is no such file or folder");
    assertThat(fault.where()).isEqualTo("/a/b");
    assertThat(fault.exitCode()).isEqualTo(3);
  }

  @Test
  void aDeniedAccessNamesTheFile() {
    Fault fault = Fault.of(new AccessDeniedException("/root/x"));
    assertThat(fault.what()).isEqualTo("access is denied");
    assertThat(fault.where()).isEqualTo("/root/x");
  }

  @Test
  void aFaultOfOursNamesTheLineAndAsksForAReport() {
    Fault fault = Fault.of(new IllegalStateException("bug"));
    assertThat(fault.what()).isEqualTo("a fault of Litegraft's: IllegalStateException: bug");
    assertThat(fault.where()).contains("FaultTest");
    assertThat(fault.remedy()).contains("--debug");
  }

  @Test
  void usedUpMemorySaysHowToGiveMore() {
    assertThat(Fault.of(new OutOfMemoryError()).remedy()).contains("LITEGRAFT_JAVA_OPTS=-Xmx4g");
  }
}
