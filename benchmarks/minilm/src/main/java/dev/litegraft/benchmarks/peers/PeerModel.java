package dev.litegraft.benchmarks.peers;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.benchmarks.BenchmarkCheckpoint;
import dev.litegraft.benchmarks.minilm.RebuiltCheckpoint;
import dev.litegraft.benchmarks.onnx.FusedBert;
import dev.litegraft.benchmarks.onnx.FusedLlama;
import dev.litegraft.benchmarks.torch.TorchModels;
import dev.litegraft.facts.Pooling;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models, and the engines' files of each, made of its checkpoint. */
enum PeerModel {
  /** The real all-MiniLM-L6-v2, of LangChain4j's jar. */
  MINILM("MiniLM-L6", 30_522) {
    @Override
    Path checkpoint() throws IOException {
      Path checkpoint = folder().resolve("checkpoint");
      RebuiltCheckpoint.write(RebuiltCheckpoint.resource("/all-minilm-l6-v2.onnx"), checkpoint);
      return checkpoint;
    }

    @Override
    ConversionOptions options() {
      return ConversionOptions.defaults().withPooling(Pooling.MEAN).withNormalize(true);
    }
  },

  /** BERT-base's shape with two labels. */
  BERT_BASE("BERT-base", BenchmarkCheckpoint.BERT_BASE.vocabulary()) {
    @Override
    Path checkpoint() throws IOException {
      return BenchmarkCheckpoint.BERT_BASE.folder();
    }
  },

  /** SmolLM2-135M's shape with two labels. */
  SMOLLM2_135M("135M", BenchmarkCheckpoint.SMOLLM2_135M.vocabulary()) {
    @Override
    Path checkpoint() throws IOException {
      return BenchmarkCheckpoint.SMOLLM2_135M.folder();
    }

    @Override
    void writeOnnx(Path file, boolean int8) throws IOException {
      FusedLlama.write(checkpoint(), file, int8);
    }
  };

  private final String word;
  private final int vocabulary;

  PeerModel(String word, int vocabulary) {
    this.word = word;
    this.vocabulary = vocabulary;
  }

  /** What results call it. */
  String word() {
    return word;
  }

  int vocabulary() {
    return vocabulary;
  }

  /** Where files are. */
  static Path folder() throws IOException {
    return Files.createDirectories(Path.of("benchmarks/minilm/target/files"));
  }

  abstract Path checkpoint() throws IOException;

  ConversionOptions options() {
    return ConversionOptions.defaults();
  }

  void writeOnnx(Path file, boolean int8) throws IOException {
    FusedBert.write(checkpoint(), file, int8);
  }

  /** An engine's file, made anew. */
  Path file(PeerKind kind, boolean int8) throws IOException {
    Recipe recipe = int8 ? Recipe.DYNAMIC_WI8_AFP32 : Recipe.F32;
    String name = "peer-" + word + "-" + recipe.canonicalName();
    switch (kind) {
      case LITEGRAFT, LITEGRAFT_TEXTS -> {
        Path file = folder().resolve(name + ".tflite");
        Converter.of(checkpoint()).withOptions(options().withRecipe(recipe)).convert(file);
        return file;
      }
      case ONNXRUNTIME -> {
        Path file = folder().resolve(name + ".onnx");
        writeOnnx(file, int8);
        return file;
      }
      case PYTORCH -> {
        Path file = folder().resolve(name + ".pt");
        TorchModels.write(checkpoint(), file, int8);
        return file;
      }
      case LANGCHAIN4J -> {
        return Path.of("");
      }
    }
    throw new IllegalStateException(kind.word());
  }
}
