package dev.litegraft.runtime;

import org.bytedeco.tensorflowlite.global.tensorflowlite;

/** Which native runtime answers. */
public final class RuntimeVersion {
  private RuntimeVersion() {}

  /**
   * For example {@code LiteRT 2.21.0}.
   *
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static String text() {
    LiteRt.load();
    return "LiteRT " + tensorflowlite.TfLiteVersion().getString();
  }
}
