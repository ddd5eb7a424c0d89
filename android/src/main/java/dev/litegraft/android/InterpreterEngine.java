package dev.litegraft.android;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.runtime.Engine;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.tflite.FileVerifier;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.Interpreter;

/** Android's interpreter of one file. */
final class InterpreterEngine implements Engine {
  private static final String OTHER_RECIPE =
      "convert the model for it: litegraft convert DIR -o FILE --for android --recipe f32";

  private final Interpreter interpreter;
  private final FileVerifier verifier;
  private final TfliteModel model;
  private final String where;
  private final Set<String> verified = new HashSet<>();

  private InterpreterEngine(
      Interpreter interpreter, FileVerifier verifier, TfliteModel model, String where) {
    this.interpreter = interpreter;
    this.verifier = verifier;
    this.model = model;
    this.where = where;
  }

  /**
   * An interpreter of a file.
   *
   * @throws InvalidFileException if the library does not know one of its operators
   */
  static InterpreterEngine of(
      ByteBuffer file, Interpreter.Options options, FileVerifier verifier, TfliteReader reader) {
    if (reader.model().signatures().isEmpty()) {
      throw new InvalidFileException(
          "the file has no signatures", reader.where(), "make it again with litegraft convert");
    }
    try {
      return new InterpreterEngine(
          new Interpreter(file, options), verifier, reader.model(), reader.where());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw refused("opening the file", e, reader.where());
    }
  }

  private static InvalidFileException refused(String doing, RuntimeException e, String where) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").trim();
    InvalidFileException fault =
        new InvalidFileException(
            "the application's TensorFlow Lite refuses it, " + doing + ": " + message,
            where,
            OTHER_RECIPE);
    fault.initCause(e);
    return fault;
  }

  @Override
  public List<Signature> signatures() {
    List<Signature> signatures = new ArrayList<>();
    for (TfliteModel.Signature one : model.signatures()) {
      signatures.add(
          new Signature(
              Optional.of(one.key()),
              tensors(one.subgraph(), one.inputs()),
              tensors(one.subgraph(), one.outputs())));
    }
    return signatures;
  }

  private List<Tensor> tensors(int subgraph, Map<String, Integer> named) {
    List<Tensor> tensors = new ArrayList<>();
    named.forEach(
        (name, index) ->
            tensors.add(new Tensor(name, model.tensor(subgraph, index).shapeSignature())));
    return tensors;
  }

  @Override
  public List<RawOutput> run(Optional<String> signature, Map<String, int[]> inputs) {
    String key = signature.orElseThrow();
    TfliteModel.Signature named = model.signature(key).orElseThrow();
    int tokens = inputs.values().iterator().next().length;
    verify(named, tokens);
    Map<String, Object> in = new HashMap<>();
    inputs.forEach((name, numbers) -> in.put(name, row(name, key, numbers)));
    Map<String, Object> out = new HashMap<>();
    Map<String, ByteBuffer> read = new HashMap<>();
    for (String name : named.outputs().keySet()) {
      ByteBuffer room = room(named, name, tokens);
      read.put(name, room);
      out.put(name, room);
    }
    try {
      interpreter.runSignature(in, out, key);
    } catch (LitegraftException e) {
      throw e;
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw refused("running " + tokens + " tokens", e, where);
    }
    List<RawOutput> outputs = new ArrayList<>();
    for (Map.Entry<String, ByteBuffer> one : read.entrySet()) {
      ByteBuffer bytes = one.getValue();
      bytes.rewind();
      float[] values = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(values);
      outputs.add(new RawOutput(one.getKey(), shape(named, one.getKey(), tokens), values));
    }
    return outputs;
  }

  /** Once for each length, before memory is taken for it. */
  private void verify(TfliteModel.Signature signature, int tokens) {
    if (!verified.add(signature.key() + " " + tokens)) {
      return;
    }
    Map<Integer, int[]> dims = new HashMap<>();
    for (int input : signature.inputs().values()) {
      TfliteModel.Tensor tensor = model.tensor(signature.subgraph(), input);
      if (tensor.isDynamic()) {
        dims.put(input, tensor.shape().size() == 1 ? new int[] {tokens} : new int[] {1, tokens});
      }
    }
    verifier.verify(signature.subgraph(), dims);
  }

  private Object row(String name, String key, int[] numbers) {
    if (interpreter.getInputTensorFromSignature(name, key).dataType() != DataType.INT64) {
      return new int[][] {numbers};
    }
    long[] wide = new long[numbers.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = numbers[i];
    }
    return new long[][] {wide};
  }

  private List<Integer> shape(TfliteModel.Signature signature, String output, int tokens) {
    List<Integer> shape = new ArrayList<>();
    TfliteModel.Tensor tensor = model.output(signature, output).orElseThrow();
    for (int dimension : tensor.shapeSignature()) {
      shape.add(dimension < 0 ? tokens : dimension);
    }
    return shape;
  }

  private ByteBuffer room(TfliteModel.Signature signature, String output, int tokens) {
    int count = 1;
    for (int dimension : shape(signature, output, tokens)) {
      count *= dimension;
    }
    return ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    interpreter.close();
  }
}
