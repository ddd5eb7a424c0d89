package dev.litegraft.lab.diagnosis;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.Search.Candidate;
import dev.litegraft.lab.diagnosis.Subject.Distance;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.Task;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Options;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the setting that explains why a file does not answer like a checkpoint.
 *
 * <p>The file is asked some token sequences; then the checkpoint's model is run in the reference,
 * as it is and as each hypothesis would have it, and the hypothesis under which both agree is the
 * diagnosis. Works for any file that takes ids and a mask.
 */
public final class Diagnosis {
  /**
   * f32 kernels and the reference differ by 1e-6 to 1e-5 of the logits' size; a wrong setting by
   * more than 1e-3.
   */
  private static final double FLOAT_FLOOR = 5e-5;

  /** Beyond the differences that quantization makes in our own file of the same checkpoint. */
  private static final double QUANTIZED_SLACK = 1.6;

  private static final double HEAD_SLACK = 20;

  /** Numbers of a model from which on the probes are few. */
  private static final long LARGE = 30_000_000;

  /** When no further pairs of faults are begun. */
  private static final long SECONDS_FOR_PAIRS = 100;

  private final Path folder;
  private final Path file;
  private final int threads;
  private final Search.Listener listener;

  private Diagnosis(Path folder, Path file, int threads, Search.Listener listener) {
    this.folder = folder;
    this.file = file;
    this.threads = threads;
    this.listener = listener;
  }

  /** Of a checkpoint and a file that should be its model. */
  public static Diagnosis of(Path folder, Path file) {
    return new Diagnosis(
        folder, file, Runtime.getRuntime().availableProcessors(), (tried, about) -> {});
  }

  /** The same with this many threads. */
  public Diagnosis withThreads(int count) {
    return new Diagnosis(folder, file, count, listener);
  }

  /** Told how many models were tried, of about how many. */
  public interface Progress {
    void tried(int count, int ofAbout);
  }

  /** The same, telling {@code progress}. */
  public Diagnosis with(Progress progress) {
    return new Diagnosis(folder, file, threads, progress::tried);
  }

  /**
   * Runs the search.
   *
   * @throws InvalidInputException if the checkpoint or the file cannot be used
   * @throws IOException if one of them cannot be read
   */
  public DiagnosisReport run() throws IOException {
    long begin = System.nanoTime();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        TfliteReader reader = TfliteReader.open(file);
        RawModel model = RawModel.open(file, Options.defaults().threads(threads))) {
      Case known = new Case(checkpoint, reader, model);
      return known.run(begin);
    }
  }

  /** Everything that is open during a diagnosis. */
  private final class Case {
    private final Checkpoint checkpoint;
    private final TfliteReader reader;
    private final RawModel model;
    private final Variant own;
    private final Probes probes;
    private final List<Probes.Batch> batches;
    private final boolean tokenTypes;
    private final PlainLayers layers = PlainLayers.of(threads);

    Case(Checkpoint checkpoint, TfliteReader reader, RawModel model) {
      this.checkpoint = checkpoint;
      this.reader = reader;
      this.model = model;
      Architectures.Found found = Architectures.of(checkpoint.config());
      if (found.task() == Task.EMBEDDING) {
        throw new InvalidInputException(
            found.hfClass() + " has no logits to compare",
            folder.toString(),
            "diagnose classifiers; for embeddings compare with verify");
      }
      this.own =
          Variant.of(found.architecture(), found.task(), checkpoint.config(), checkpoint.weights());
      this.tokenTypes = found.architecture().takesTokenTypes(checkpoint.config());
      this.probes = new Probes(checkpoint.config(), fixedLength());
      int longest =
          Math.min(
              model.maxLength().orElse(512), found.architecture().maxTokens(checkpoint.config()));
      int window = checkpoint.config().integer("sliding_window", 0);
      long numbers =
          checkpoint.tensors().values().stream().mapToLong(t -> t.shape().elements()).sum();
      this.batches = probes.batches(longest, window <= 64 ? window : 0, numbers > LARGE);
    }

    /** The smallest static length that holds a few tokens; 0 where the length is dynamic. */
    private int fixedLength() {
      List<Integer> lengths = new ArrayList<>();
      for (TfliteModel.Signature signature : reader.model().signatures()) {
        for (int input : signature.inputs().values()) {
          TfliteModel.Tensor tensor = reader.model().tensor(signature.subgraph(), input);
          List<Integer> shape = tensor.shapeSignature();
          if (tensor.isDynamic()) {
            return 0;
          }
          lengths.add(shape.get(shape.size() - 1));
        }
      }
      return lengths.stream()
          .sorted((a, b) -> a >= 8 && b >= 8 ? Integer.compare(a, b) : Integer.compare(b, a))
          .findFirst()
          .orElse(0);
    }

    DiagnosisReport run(long begin) throws IOException {
      Subject subject = Subject.of(model, batches, layers, own.task(), tokenTypes);
      Distance distance = subject.distance(own);
      boolean quantized = isQuantized();
      double floor = FLOAT_FLOOR * Math.max(1, subject.scale());
      if (quantized) {
        floor = Math.max(floor, QUANTIZED_SLACK * quantizationNoise(subject));
      }
      if (distance.max() <= floor) {
        return matching(distance, floor, quantized, begin);
      }
      // A faulty model may be quantized worse than the right one.
      double accepted = quantized ? 2 * floor : floor;
      long deadline = begin + SECONDS_FOR_PAIRS * 1_000_000_000L;
      Search search = new Search(subject, own, accepted, deadline, listener);
      List<Candidate> found = search.single();
      if (found.isEmpty()) {
        WeightMatch.Result weights = WeightMatch.of(checkpoint.tensors(), reader);
        if (weights.otherWeights()) {
          String verdict =
              "other weights: "
                  + weights.missing().size()
                  + " of "
                  + weights.looked()
                  + " matrices of the checkpoint are not in the file, "
                  + weights.missing().get(0)
                  + " the first";
          return report(distance, floor, List.of(), verdict, Kind.OTHER_WEIGHTS, search, begin);
        }
        Optional<Candidate> head = otherHead(subject);
        // The fit multiplies the rounding of the vectors by the size of the fitted matrix.
        boolean explains = head.isPresent() && head.get().distance().max() <= HEAD_SLACK * accepted;
        found = explains ? List.of(head.get()) : search.pair(head.map(List::of).orElse(List.of()));
      }
      if (found.isEmpty()) {
        String verdict =
            "not explained: none of the known faults, alone or in pairs, makes the checkpoint answer like the file";
        return report(distance, floor, List.of(), verdict, Kind.NOT_EXPLAINED, search, begin);
      }
      List<Explanation> explanations = found.stream().map(Case::explanation).toList();
      return report(
          distance, floor, explanations, sentence(explanations), Kind.EXPLAINED, search, begin);
    }

    private Optional<Candidate> otherHead(Subject subject) {
      return OtherHead.of(model, own, probes, layers, tokenTypes)
          .map(h -> new Candidate(h, subject.distance(h.change().apply(own)), Optional.empty()));
    }

    private static Explanation explanation(Candidate c) {
      Hypothesis h = c.hypothesis();
      return new Explanation(h.setting(), h.checkpoint(), h.file(), c.distance().max(), h.advice());
    }

    private static String sentence(List<Explanation> explanations) {
      List<String> parts =
          explanations.stream()
              .map(
                  e ->
                      e.setting()
                          + " is "
                          + e.checkpoint()
                          + " in the checkpoint, and the file behaves like "
                          + e.file())
              .toList();
      return String.join("; ", parts);
    }

    private boolean isQuantized() {
      return reader.model().subgraphs().stream()
          .flatMap(s -> s.tensors().stream())
          .anyMatch(t -> t.buffer() > 0 && t.quantization().isPresent() && t.shape().size() == 2);
    }

    /** How far our own int8 file of this checkpoint is from the reference, on the same probes. */
    private double quantizationNoise(Subject subject) throws IOException {
      Path temporary = Files.createTempFile("litegraft-", ".tflite");
      try {
        Converter.of(folder)
            .with(ConversionOptions.DEFAULT.withRecipe(Recipe.DYNAMIC_WI8_AFP32))
            .withThreads(threads)
            .convert(temporary);
        try (RawModel int8 = RawModel.open(temporary, Options.defaults().threads(threads))) {
          Subject ours = Subject.of(int8, batches, layers, own.task(), tokenTypes);
          return ours.distance(subject.answers(own)).max();
        }
      } finally {
        Files.deleteIfExists(temporary);
      }
    }

    private DiagnosisReport matching(
        Distance distance, double floor, boolean quantized, long begin) {
      String verdict =
          quantized
              ? "the same model: what differs is what quantization to int8 makes of it"
              : "the same model: nothing but rounding differs";
      Kind kind = quantized ? Kind.QUANTIZATION_ONLY : Kind.MATCH;
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new DiagnosisReport(true, distance.max(), floor, List.of(), verdict, kind, 1, seconds);
    }

    private DiagnosisReport report(
        Distance distance,
        double floor,
        List<Explanation> explanations,
        String verdict,
        Kind kind,
        Search search,
        long begin) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new DiagnosisReport(
          false, distance.max(), floor, explanations, verdict, kind, search.tried(), seconds);
    }
  }
}
