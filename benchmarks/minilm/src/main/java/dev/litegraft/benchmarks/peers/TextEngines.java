package dev.litegraft.benchmarks.peers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.litegraft.Version;
import dev.litegraft.langchain4j.LitegraftEmbeddingModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Embedders of texts behind LangChain4j's interface: its own in-process one, and ours. */
final class TextEngines {
  private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

  private TextEngines() {}

  /** Ours. */
  static TextEngine litegraft(Path file, int threads) {
    LitegraftEmbeddingModel model =
        LitegraftEmbeddingModel.builder().file(file.toString()).threads(threads).build();
    return new TextEngine("Litegraft " + Version.text(), model, model::close);
  }

  /** LangChain4j's class around its own int8 file, with so many threads. */
  private static final class InProcess extends AbstractInProcessEmbeddingModel {
    private final OnnxBertBiEncoder encoder;

    InProcess(OnnxBertBiEncoder encoder) {
      super(null);
      this.encoder = encoder;
    }

    @Override
    protected OnnxBertBiEncoder model() {
      return encoder;
    }
  }

  static TextEngine langChain4j(int threads) throws IOException, OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OnnxBertBiEncoder encoder =
        new OnnxBertBiEncoder(
            environment,
            environment.createSession(resource(MODEL), OnnxEngine.options(threads)),
            new ByteArrayInputStream(resource(TOKENIZER)),
            PoolingMode.MEAN);
    return new TextEngine(
        "LangChain4j's all-minilm-l6-v2-q (ONNX Runtime " + environment.getVersion() + ")",
        new InProcess(encoder),
        () -> {});
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = TextEngines.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is in no jar of the class path");
      }
      return in.readAllBytes();
    }
  }
}
