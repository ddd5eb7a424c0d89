package dev.litegraft.cli;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.error.NativeRuntimeException;
import dev.litegraft.error.ParityException;
import dev.litegraft.hub.HubException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * What went wrong, as it is told: three lines and an exit code.
 *
 * @param what what is wrong
 * @param where the file, tensor, byte or option
 * @param remedy what to try
 * @param exitCode see {@link ExitCode}
 */
record Fault(String what, String where, String remedy, int exitCode) {
  private static final String REPORT =
      "run it again with --debug, and report what it prints with the checkpoint's config.json";

  Fault {
    what = Printable.line(what);
    where = Printable.line(where);
    remedy = Printable.line(remedy);
  }

  /** The fault that a failure amounts to. */
  static Fault of(Throwable failure) {
    if (failure instanceof UncheckedIOException e && e.getCause() != null) {
      return of(e.getCause());
    }
    if (failure instanceof LitegraftException e) {
      return new Fault(e.what(), e.where(), e.remedy(), exitCode(e));
    }
    if (failure instanceof HubException e) {
      return new Fault(e.what(), e.where(), e.remedy(), ExitCode.INPUT);
    }
    if (failure instanceof FileSystemException e) {
      return ofFile(e);
    }
    if (failure instanceof IOException e) {
      return new Fault(
          "reading or writing failed: " + message(e),
          origin(e),
          "check the disk, its free space and its permissions",
          ExitCode.INPUT);
    }
    if (failure instanceof OutOfMemoryError) {
      return new Fault(
          "the memory of " + (Runtime.getRuntime().maxMemory() >> 20) + " MB is used up",
          "the heap of the Java virtual machine",
          "give it more: LITEGRAFT_JAVA_OPTS=-Xmx4g litegraft …",
          ExitCode.FAULT);
    }
    if (failure instanceof UnsatisfiedLinkError) {
      return new Fault(
          "the native runtime cannot be loaded: " + message(failure),
          System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          "use a 64-bit JDK on Linux, macOS or Windows, and check that the temporary folder may"
              + " hold executable files",
          ExitCode.NATIVE);
    }
    return new Fault(
        "a fault of Litegraft's: " + failure.getClass().getSimpleName() + ": " + message(failure),
        origin(failure),
        REPORT,
        ExitCode.FAULT);
  }

  private static int exitCode(LitegraftException e) {
    if (e instanceof InvalidInputException) {
      return ExitCode.INPUT;
    }
    if (e instanceof ParityException) {
      return ExitCode.PARITY;
    }
    return e instanceof NativeRuntimeException ? ExitCode.NATIVE : ExitCode.FAULT;
  }

  private static Fault ofFile(FileSystemException e) {
    String where = String.valueOf(e.getFile());
    if (e instanceof NoSuchFileException) {
      return new Fault("there is no such file or folder", where, "check the path", ExitCode.INPUT);
    }
    if (e instanceof AccessDeniedException) {
      return new Fault(
          "access is denied",
          where,
          "check the permissions of the file and of its folder",
          ExitCode.INPUT);
    }
    String reason = e.getReason();
    return new Fault(
        reason == null ? e.getClass().getSimpleName() : reason,
        where,
        "check the path, its permissions and the free space of the disk",
        ExitCode.INPUT);
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? "no details" : message;
  }

  /** The innermost line of ours that led here. */
  private static String origin(Throwable failure) {
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().startsWith("dev.litegraft.")) {
        return frame.toString();
      }
    }
    return failure.getStackTrace().length > 0 ? failure.getStackTrace()[0].toString() : "unknown";
  }
}
