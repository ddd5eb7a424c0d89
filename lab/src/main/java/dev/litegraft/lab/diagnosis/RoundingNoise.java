package dev.litegraft.lab.diagnosis;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.verification.Storage;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Options;
import dev.litegraft.runtime.RawModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far answers may be apart because a file stores its weights in fewer bits: measured on this
 * very checkpoint and these very rows.
 */
final class RoundingNoise {
  /** Other roundings of the same weights are at most so much worse. */
  private static final double SLACK = 1.6;

  /** int4 keeps 15 values where int8 keeps 255. */
  private static final double COARSER = 17;

  private final Checkpoint checkpoint;
  private final PlainLayers layers;
  private final int threads;

  RoundingNoise(Checkpoint checkpoint, PlainLayers layers, int threads) {
    this.checkpoint = checkpoint;
    this.layers = layers;
    this.threads = threads;
  }

  /** The largest difference that the storage of weights explains. */
  double of(Storage storage, Subject subject, Variant own) throws IOException {
    return SLACK
        * switch (storage) {
          case F32 -> 0;
          case F16 -> halves(subject, own);
          case INT8 -> int8(subject, own);
          case INT4 -> COARSER * int8(subject, own);
        };
  }

  /** Weights rounded to f16, computed in f32. */
  private double halves(Subject subject, Variant own) {
    Variant rounded = own.with(new RoundedWeights(own.weights(), RoundedWeights.Type.FLOAT16));
    Subject.Screen all = subject.all();
    return Distance.of(
            subject.answers(own, all, layers).orElseThrow(),
            subject.answers(rounded, all, layers).orElseThrow(),
            subject.scale())
        .max();
  }

  /** Our own int8 file beside the reference. */
  private double int8(Subject subject, Variant own) throws IOException {
    Path temporary = Files.createTempFile("litegraft-", ".tflite");
    try {
      ConversionOptions plain = ConversionOptions.DEFAULT.withRecipe(Recipe.DYNAMIC_WI8_AFP32);
      ConversionOptions int8Options =
          checkpoint.adapterConfig().map(c -> plain.withAdapter(c.getParent())).orElse(plain);
      Converter.of(checkpoint.folder()).with(int8Options).withThreads(threads).convert(temporary);
      try (RawModel int8 = RawModel.open(temporary, Options.defaults().threads(threads))) {
        Subject ours = Subject.of(int8, subject.batches(), own.task());
        return ours.distance(subject.answers(own, subject.all(), layers), ours.all()).max();
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
