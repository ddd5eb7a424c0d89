package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.tensorflowlite.FlatBufferModel;

/** A .tflite file, mapped into memory by LiteRT after its verifier has read it. */
final class LiteRtModel implements AutoCloseable {
  private final FlatBufferModel handle;
  private final Path file;

  private LiteRtModel(FlatBufferModel handle, Path file) {
    this.handle = handle;
    this.file = file;
  }

  /**
   * Verifies and maps a file. Loading an unverified broken file kills the JVM.
   *
   * @throws InvalidInputException if LiteRT's verifier refuses the file
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library
   */
  static LiteRtModel open(Path file) {
    LiteRt.load();
    // A String would be converted with the platform's charset; LiteRT passes bytes to open().
    try (BytePointer path =
        new BytePointer(
            file.toAbsolutePath().toString(), java.nio.charset.StandardCharsets.UTF_8)) {
      FlatBufferModel handle = FlatBufferModel.VerifyAndBuildFromFile(path);
      if (handle == null || handle.isNull() || !handle.initialized()) {
        throw new InvalidInputException(
            "LiteRT's verifier refuses the file: its tables are damaged",
            file.toString(),
            "make the file again, or copy it again from where it came from");
      }
      return new LiteRtModel(handle, file);
    }
  }

  FlatBufferModel handle() {
    return handle;
  }

  Path file() {
    return file;
  }

  @Override
  public void close() {
    handle.close();
  }
}
