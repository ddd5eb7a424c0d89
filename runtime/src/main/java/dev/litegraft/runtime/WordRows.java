package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.InterpreterOptions;
import org.bytedeco.tensorflowlite.SignatureRunner;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.jspecify.annotations.Nullable;

/**
 * The model of a LiteRT-LM bundle that gives a token its row, asked token by token as LiteRT-LM
 * asks it. For one thread at a time.
 */
final class WordRows implements AutoCloseable {
  // kTfLiteFloat32 and kTfLiteInt32
  private static final int FLOAT32 = 1;
  private static final int INT32 = 2;

  private final String where;
  private final BuiltinOpResolver resolver = new BuiltinOpResolver();
  private final InterpreterOptions options = new InterpreterOptions();
  private final InterpreterBuilder builder;
  private final Interpreter handle = new Interpreter((Pointer) null);
  private final TfLiteTensor token;
  private final TfLiteTensor row;
  private final SignatureRunner runner;

  /**
   * @throws InvalidFileException if it cannot be run, or takes something else than a token
   */
  WordRows(LiteRtModel model) {
    this.where = model.where();
    this.builder = new InterpreterBuilder(model.handle(), resolver, options);
    try {
      require(builder.apply(handle) == 0 && !handle.isNull(), "it cannot be built");
      require(handle.signature_keys().size() == 1, "it has not one signature");
      this.runner = present(handle.GetSignatureRunner((BytePointer) null));
      model.door().require(Optional.empty(), 1, false);
      require(runner.AllocateTensors() == 0, "there is no room for a token");
      require(runner.input_size() == 1 && runner.output_size() == 1, "it is no look-up");
      this.token = present(runner.input_tensor(name(runner.input_names().getString(0))));
      this.row = present(runner.output_tensor(name(runner.output_names().getString(0))));
      require(
          token.type() == INT32 && token.bytes() == Integer.BYTES && row.type() == FLOAT32,
          "it does not take one token in int32, and give its row in float32");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static BytePointer name(String text) {
    return LiteRt.name(text);
  }

  private <T extends Pointer> T present(@Nullable T pointer) {
    if (pointer == null || pointer.isNull()) {
      throw unusable("LiteRT does not find its parts");
    }
    return pointer;
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw unusable(what);
    }
  }

  private InvalidFileException unusable(String what) {
    return new InvalidFileException(
        "the bundle's embedder cannot be used: " + what, where, "make the file again");
  }

  /**
   * The rows of tokens, one behind the other.
   *
   * @param ids token ids, [t]
   * @return [t · d]
   * @throws InvalidFileException if LiteRT refuses one
   */
  float[] of(int[] ids) {
    int width = Math.toIntExact(row.bytes() / Float.BYTES);
    float[] rows = new float[ids.length * width];
    for (int i = 0; i < ids.length; i++) {
      new IntPointer(token.data().data()).put(ids[i]);
      require(runner.Invoke() == 0, "it refuses token " + ids[i]);
      new FloatPointer(row.data().data()).get(rows, i * width, width);
    }
    return rows;
  }

  @Override
  public void close() {
    for (Pointer pointer : List.of(handle, builder, options, resolver)) {
      pointer.close();
    }
  }
}
