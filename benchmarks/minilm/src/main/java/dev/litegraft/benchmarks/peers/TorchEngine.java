package dev.litegraft.benchmarks.peers;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A TorchScript archive in PyTorch, through DJL. */
final class TorchEngine implements RowEngine {
  private final Model model;
  private final Predictor<NDList, NDList> predictor;

  TorchEngine(Path file, int threads) throws IOException {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    model = Model.newInstance("peer", Device.cpu(), "PyTorch");
    try {
      model.load(file.toAbsolutePath().getParent(), String.valueOf(file.getFileName()));
    } catch (MalformedModelException e) {
      throw new IOException(e);
    }
    predictor = model.newPredictor(new NoopTranslator());
  }

  @Override
  public String version() {
    return "PyTorch " + Engine.getEngine("PyTorch").getVersion();
  }

  @Override
  public float[] answer(int[] ids) throws TranslateException {
    long[] wide = Arrays.stream(ids).asLongStream().toArray();
    try (NDList inputs = new NDList(model.getNDManager().create(wide, new Shape(1, wide.length)));
        NDList outputs = predictor.predict(inputs)) {
      return outputs.get(0).toFloatArray();
    }
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
  }
}
