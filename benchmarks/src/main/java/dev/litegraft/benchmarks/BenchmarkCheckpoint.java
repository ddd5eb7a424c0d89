package dev.litegraft.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint with random weights that comparisons outside of this package are made with. */
public final class BenchmarkCheckpoint {
  /** BERT-base's layers, with two labels; its vocabulary of 1,000 costs room and no time. */
  public static final BenchmarkCheckpoint BERT_BASE =
      new BenchmarkCheckpoint(new SyntheticBert(EncoderSize.BASE));

  /** SmolLM2-135M's shape, with two labels. */
  public static final BenchmarkCheckpoint SMOLLM2_135M =
      new BenchmarkCheckpoint(SyntheticLlama.SMOLLM2_135M);

  private final SyntheticModel model;

  private BenchmarkCheckpoint(SyntheticModel model) {
    this.model = model;
  }

  /** How many token ids there are. */
  public int vocabulary() {
    return model.vocabulary();
  }

  /** The folder, in bf16, made where it is not there. */
  public Path folder() throws IOException {
    return BenchmarkFiles.usual().checkpoint(model, SyntheticCheckpoint.Type.BF16);
  }

  /** A BERT of two layers that is small enough for a test. */
  public static Path tinyBert(Path parent) throws IOException {
    return new BenchmarkFiles(parent)
        .checkpoint(
            new SyntheticBert(new EncoderSize(50, 16, 2, 2, 32)), SyntheticCheckpoint.Type.F32);
  }

  /** A Llama of two layers that is small enough for a test. */
  public static Path tinyLlama(Path parent) throws IOException {
    return new BenchmarkFiles(parent)
        .checkpoint(
            new SyntheticLlama("tiny-llama", 50, 16, 2, 4, 2, 4, 32, 10_000),
            SyntheticCheckpoint.Type.F32);
  }
}
