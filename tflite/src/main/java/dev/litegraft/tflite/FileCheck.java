package dev.litegraft.tflite;

import java.io.IOException;
import java.nio.file.Path;

/** Judges a file that is complete, but not yet in its place. */
@FunctionalInterface
public interface FileCheck {
  /** Lets every file pass. */
  FileCheck NONE = complete -> {};

  /**
   * Looks at the file. Whatever is thrown keeps it from its place: it is deleted, and what was
   * there before stays.
   *
   * @param complete the file, under a hidden name beside its place
   */
  void check(Path complete) throws IOException;
}
