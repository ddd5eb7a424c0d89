package dev.litegraft.benchmarks.peers;

import java.nio.file.Path;

/** The engines. */
enum PeerKind {
  LITEGRAFT {
    @Override
    Engine open(Path file, int threads) throws Exception {
      return new LitegraftEngine(file, threads);
    }
  },
  ONNXRUNTIME {
    @Override
    Engine open(Path file, int threads) throws Exception {
      return new OnnxEngine(file, threads);
    }
  },
  PYTORCH {
    @Override
    Engine open(Path file, int threads) throws Exception {
      return new TorchEngine(file, threads);
    }
  },
  LITEGRAFT_TEXTS {
    @Override
    Engine open(Path file, int threads) {
      return TextEngines.litegraft(file, threads);
    }
  },
  LANGCHAIN4J {
    @Override
    Engine open(Path file, int threads) throws Exception {
      return TextEngines.langChain4j(threads);
    }
  };

  /**
   * Opens a file.
   *
   * @throws Exception of the engine
   */
  abstract Engine open(Path file, int threads) throws Exception;

  /** Whether it answers rows of tokens. */
  boolean answersRows() {
    return this == LITEGRAFT || this == ONNXRUNTIME || this == PYTORCH;
  }

  /** What results call it. */
  String word() {
    return switch (this) {
      case LITEGRAFT, LITEGRAFT_TEXTS -> "litegraft";
      case ONNXRUNTIME -> "onnxruntime";
      case PYTORCH -> "pytorch";
      case LANGCHAIN4J -> "langchain4j";
    };
  }
}
