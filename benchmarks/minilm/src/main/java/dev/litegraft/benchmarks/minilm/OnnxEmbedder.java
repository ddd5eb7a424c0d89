package dev.litegraft.benchmarks.minilm;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** ONNX Runtime on one thread: the mean of the tokens' vectors, of length 1. */
final class OnnxEmbedder implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxEmbedder(byte[] onnx) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(onnx, options);
    }
  }

  /** The vector of a row of tokens, all of which are attended. */
  float[] embed(int[] ids) throws OrtException {
    long[][] row = {Arrays.stream(ids).asLongStream().toArray()};
    long[][] ones = {new long[ids.length]};
    Arrays.fill(ones[0], 1);
    try (OnnxTensor tokens = OnnxTensor.createTensor(environment, row);
        OnnxTensor mask = OnnxTensor.createTensor(environment, ones);
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][ids.length])) {
      Map<String, OnnxTensor> all =
          Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", types);
      Map<String, OnnxTensor> inputs = new HashMap<>(all);
      inputs.keySet().retainAll(session.getInputNames());
      try (OrtSession.Result result = session.run(inputs)) {
        return pooled((float[][][]) result.get(0).getValue());
      }
    }
  }

  private static float[] pooled(float[][][] hidden) {
    double[] sum = new double[hidden[0][0].length];
    for (float[] token : hidden[0]) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += token[i];
      }
    }
    double square = Arrays.stream(sum).map(x -> x * x).sum();
    float[] vector = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      vector[i] = (float) (sum[i] / Math.sqrt(square));
    }
    return vector;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
