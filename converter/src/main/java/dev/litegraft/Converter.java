package dev.litegraft;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.FolderState;
import dev.litegraft.checkpoint.RerankingTemplates;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.OneVersion;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.graph.Graph;
import dev.litegraft.model.EdgeGraphs;
import dev.litegraft.model.EncoderGraphs;
import dev.litegraft.model.Model;
import dev.litegraft.quantize.CalibratedRecipe;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tflite.FileCheck;
import dev.litegraft.tflite.Progress;
import dev.litegraft.tflite.TfliteWriter;
import dev.litegraft.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The front door: turns a Hugging Face checkpoint folder into a .tflite file.
 *
 * <pre>{@code
 * Converter.of(Path.of("my-checkpoint")).convert(Path.of("classifier.tflite"));
 * }</pre>
 */
public final class Converter {
  private final Path folder;
  private final ConversionOptions options;
  private final Progress progress;
  private final int threads;

  private Converter(Path folder, ConversionOptions options, Progress progress, int threads) {
    this.folder = folder;
    this.options = options;
    this.progress = progress;
    this.threads = threads;
  }

  /** A converter of the checkpoint in {@code folder}, with {@link ConversionOptions#defaults()}. */
  public static Converter of(Path folder) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Converter(
        folder, ConversionOptions.defaults(), Progress.NONE, Math.min(processors, 8));
  }

  /** The same with other options. */
  public Converter withOptions(ConversionOptions other) {
    return new Converter(folder, other, progress, threads);
  }

  /** The same, telling {@code listener} how far it is. */
  public Converter withProgress(Progress listener) {
    return new Converter(folder, options, listener, threads);
  }

  /** The same with this many threads, 1 or more. */
  public Converter withThreads(int count) {
    return new Converter(folder, options, progress, count);
  }

  /**
   * Converts, and puts the file in its place when it is complete; what was there stays until then.
   *
   * @throws InvalidInputException if the checkpoint cannot be used or the target cannot be written
   * @throws IOException if a file cannot be read or written
   */
  public ConversionReport convert(Path target) throws IOException {
    return convert(target, List.of());
  }

  /**
   * As {@link #convert(Path)}, with further outputs.
   *
   * @param probes names of values, as PyTorch calls the modules that make them; those that the
   *     graph does not have are left out
   */
  public ConversionReport convert(Path target, List<String> probes) throws IOException {
    return convert(target, probes, FileCheck.NONE);
  }

  /**
   * As {@link #convert(Path)}, if the complete file passes a check.
   *
   * @param check sees the file before it takes its place; what it throws keeps the file from there
   */
  public ConversionReport convert(Path target, FileCheck check) throws IOException {
    return convert(target, List.of(), check);
  }

  private Optional<Checkpoint.Asking> asking() throws IOException {
    if (options.reranker().isEmpty()) {
      return Optional.empty();
    }
    RerankingTemplates template = RerankingTemplates.of(options.reranker().get());
    return Optional.of(template::resolved);
  }

  /**
   * Checks whether the folder can be converted: its files, the class, the tokenizer, every tensor's
   * name and shape, the options. What the weights hold is not read, and nothing is written.
   *
   * @throws InvalidInputException as {@link #convert(Path)} would
   * @throws IOException if a file cannot be read
   */
  public void check() throws IOException {
    try (Checkpoint checkpoint = open()) {
      prepared(checkpoint, List.of());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Checkpoint open() throws IOException {
    OneVersion.require(Converter.class, TfliteWriter.class, Checkpoint.class, Tokenizer.class);
    return Checkpoint.open(
        folder,
        options.adapter(),
        options.readAs(),
        asking(),
        Architectures.families(options.task()));
  }

  /**
   * All that is known before a weight is read.
   *
   * @param graphs as the model is
   * @param stored as the recipe stores them
   * @param embedder of a bundle, what gives each token its row, as the recipe stores it
   */
  private record Prepared(
      Model model,
      ClientFile file,
      int maxLength,
      List<Graph> graphs,
      List<Graph> stored,
      Optional<Graph> embedder,
      List<String> unknownKeys,
      Attachments facts,
      List<String> notes) {}

  private Prepared prepared(Checkpoint checkpoint, List<String> probes) throws IOException {
    Model model =
        Model.of(checkpoint)
            .embedding(
                options.pooling().stream().toList(), options.normalize(), options.dimensions());
    model.padding().requirePadToken();
    options.confidence().ifPresent(fitted -> requireFits(fitted, model));
    ClientFile file = ClientFile.of(options, model, checkpoint);
    int maxLength = model.length(options.maxLength(), file.options().lengths());
    Optional<EncoderGraphs.Parts> parts =
        file.liteRtLm().map(bundle -> new EncoderGraphs(model, file.signatures()).build());
    List<Graph> graphs =
        parts
            .map(EncoderGraphs.Parts::encoders)
            .orElseGet(() -> new EdgeGraphs(model, file.signatures(), maxLength).build(probes));
    checkpoint.requireAdapterRead();
    List<String> unknownKeys = model.unknownKeys();
    List<Graph> stored = graphs.stream().map(options.recipe()::apply).toList();
    CalibratedRecipe.requireChanged(options.recipe(), graphs);
    file.requireSize(stored);
    file.noteBlocks(stored);
    Attachments facts = new Attachments(checkpoint, model, file, maxLength, threads);
    Optional<Graph> embedder =
        parts.map(EncoderGraphs.Parts::embedder).map(options.recipe()::apply);
    return new Prepared(
        model, file, maxLength, graphs, stored, embedder, unknownKeys, facts, facts.notes());
  }

  /** A recipe's file may be that of another model. */
  private void requireFits(Confidence fitted, Model model) {
    boolean classifies =
        model.task() == Task.SEQUENCE_CLASSIFICATION
            && !model.problemType().equals(Optional.of(ProblemType.REGRESSION));
    if (!classifies || !fitted.fits(model.labels().size())) {
      throw new InvalidRequestException(
          "a confidence was fitted to "
              + (fitted.bias().size() + fitted.thresholds().size() == 0
                  ? "labels"
                  : Math.max(fitted.bias().size(), fitted.thresholds().size()) + " labels")
              + ", and this model has "
              + (classifies ? String.valueOf(model.labels().size()) : "no probabilities of labels"),
          folder.toString(),
          "leave it out of the recipe's file: it was fitted to another model");
    }
  }

  private ConversionReport convert(Path target, List<String> probes, FileCheck check)
      throws IOException {
    long begin = System.nanoTime();
    List<Path> folders = Stream.concat(Stream.of(folder), options.adapter().stream()).toList();
    OutputPlace.require(target, folders);
    FolderState begun = FolderState.of(folders);
    try (Checkpoint checkpoint = open()) {
      Prepared made = prepared(checkpoint, probes);
      FileCheck unchanged =
          complete -> {
            begun.requireUnchanged();
            made.file().require(complete);
            check.check(complete);
          };
      checkpoint.hashWhileRead();
      write(target, made, unchanged);
      return report(target, checkpoint, made, (System.nanoTime() - begin) / 1e9);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void write(Path target, Prepared made, FileCheck check) throws IOException {
    TfliteWriter writer =
        TfliteWriter.of(
            TfliteWriter.Options.of(
                    "Litegraft " + made.model().family() + ", " + options.recipe().canonicalName())
                .withThreads(threads)
                .withProgress(progress));
    if (made.embedder().isPresent()) {
      LiteRtLmFile.Parts parts = new LiteRtLmFile.Parts(made.embedder().get(), made.stored());
      LiteRtLmFile bundle = made.file().liteRtLm().orElseThrow();
      bundle.write(target, parts, writer, made.facts().metadata(), check);
    } else {
      writer.write(target, made.stored(), made.facts().metadata(), check);
    }
  }

  private ConversionReport report(Path target, Checkpoint checkpoint, Prepared made, double seconds)
      throws IOException {
    Model model = made.model();
    ClientFile file = made.file();
    return new ConversionReport(
        folder,
        target,
        model.family(),
        model.hfClass(),
        model.task(),
        options.recipe(),
        options.recipe().keptInFloat(made.graphs().get(0)),
        model.size().parameters(),
        checkpoint.tensors().values().stream().mapToLong(RawTensorData::byteCount).sum(),
        Files.size(target),
        made.maxLength(),
        file.options().lengths(),
        model.labels(),
        model.task() == Task.EMBEDDING ? Optional.of(model.head()) : Optional.empty(),
        made.facts().hasTokenizer(),
        checkpoint.weights().unused(),
        made.unknownKeys(),
        file.suitabilities(),
        Stream.concat(made.notes().stream(), file.notes().stream()).toList(),
        seconds);
  }
}
