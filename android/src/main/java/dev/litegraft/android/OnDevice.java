package dev.litegraft.android;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.FileVerifier;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.tensorflow.lite.Interpreter;

/**
 * Opens a {@code .tflite} with the {@code org.tensorflow.lite.Interpreter} of an application.
 *
 * <pre>{@code
 * try (AssetFileDescriptor asset = context.getAssets().openFd("reviews.tflite");
 *     FileInputStream in = asset.createInputStream()) {
 *   RawModel model =
 *       OnDevice.open(in.getChannel(), asset.getStartOffset(), asset.getDeclaredLength());
 *   TextClassifier classifier = TextClassifier.of(model);
 *   Classification answer = classifier.classify("이 영화 정말 재미있어요");
 * }
 * }</pre>
 *
 * <p>Tokenizer, labels, limits and what is done with a text are read from the file itself. What is
 * opened here is answered by the classes that answer on a desktop: {@code TextClassifier}, {@code
 * TokenClassifier}, {@code TextEmbedder}, {@code Reranker}, {@code QuestionAnswerer}. They may be
 * shared between threads; one call runs at a time.
 */
public final class OnDevice {
  private static final int USUAL_THREADS = 2;

  private OnDevice() {}

  /** {@link #open(ByteBuffer, Interpreter.Options)} with two threads. */
  public static RawModel open(ByteBuffer file) throws IOException {
    return open(file, usual());
  }

  /**
   * Opens a file in memory.
   *
   * @param file what stands between position and limit; mapped or direct, and left as it is as long
   *     as the model is open
   * @param options of the interpreter
   * @throws InvalidFileException if it is no such file, is damaged, or has an operator that the
   *     application's library does not know
   */
  public static RawModel open(ByteBuffer file, Interpreter.Options options) throws IOException {
    ByteBuffer whole = direct(file);
    try (TfliteReader reader = TfliteReader.open(whole.duplicate())) {
      // Native code takes a file's word for its sizes and indices.
      FileVerifier verifier =
          FileVerifier.verify(reader, reader.where(), FileVerifier.Budget.USUAL);
      return RawModel.over(
          InterpreterEngine.of(whole, options, verifier, reader),
          reader,
          RuntimeOptions.defaults());
    }
  }

  /** {@link #open(FileChannel, long, long, Interpreter.Options)} with two threads. */
  public static RawModel open(FileChannel channel, long position, long length) throws IOException {
    return open(channel, position, length, usual());
  }

  /**
   * Maps a file, or a part of one: an asset that is stored in the application's package as it is.
   *
   * @param channel may be closed afterwards
   * @param position of the first byte of the {@code .tflite}
   * @param length of the {@code .tflite}
   * @throws InvalidFileException as {@link #open(ByteBuffer, Interpreter.Options)}
   */
  public static RawModel open(
      FileChannel channel, long position, long length, Interpreter.Options options)
      throws IOException {
    return open(channel.map(FileChannel.MapMode.READ_ONLY, position, length), options);
  }

  private static Interpreter.Options usual() {
    return new Interpreter.Options().setNumThreads(USUAL_THREADS);
  }

  /** The interpreter takes memory outside of the heap only. */
  private static ByteBuffer direct(ByteBuffer file) {
    if (file.isDirect()) {
      return file.slice().order(ByteOrder.nativeOrder());
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(file.remaining()).order(ByteOrder.nativeOrder());
    copy.put(file.duplicate());
    copy.rewind();
    return copy;
  }
}
