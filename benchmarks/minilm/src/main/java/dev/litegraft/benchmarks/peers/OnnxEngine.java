package dev.litegraft.benchmarks.peers;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** An ONNX file in ONNX Runtime, as it is by default but for the number of threads. */
final class OnnxEngine implements RowEngine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxEngine(Path file, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = options(threads)) {
      session = environment.createSession(file.toString(), options);
    }
  }

  static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    return options;
  }

  @Override
  public String version() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public float[] answer(int[] ids) throws OrtException {
    int[] ones = new int[ids.length];
    Arrays.fill(ones, 1);
    Map<String, int[]> rows =
        Map.of("input_ids", ids, "attention_mask", ones, "token_type_ids", new int[ids.length]);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (String name : session.getInputNames()) {
        inputs.put(name, tensor(rows.getOrDefault(name, ids)));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        FloatBuffer numbers = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] values = new float[numbers.remaining()];
        numbers.get(values);
        return values;
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(int[] row) throws OrtException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(row.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(row);
    return OnnxTensor.createTensor(
        environment, bytes, new long[] {1, row.length}, OnnxJavaType.INT32);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
