package dev.litegraft;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.client.Client;
import dev.litegraft.client.Obstacle;
import dev.litegraft.client.Suitability;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.OutputForm;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.Value;
import dev.litegraft.model.EdgeGraphs;
import dev.litegraft.model.Model;
import dev.litegraft.model.Signatures;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tensor.DType;
import dev.litegraft.tflite.TfliteReader;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A file on its way to the program that it is for. */
final class ClientFile {
  /** A text pays for the shortest length that holds it; more of them make the file larger. */
  private static final int SHORTEST = 16;

  /** Of models that read texts of any length, as tables of words do. */
  private static final int LONGEST = 512;

  /** Clients hold the constants of each length, so that a large file gets one. */
  private static final int ONLY = 128;

  private static final long LARGE = 50_000_000;

  private final ConversionOptions options;
  private final Signatures signatures;
  private final Optional<MediaPipeFile> mediaPipe;
  private final Optional<LiteRtLmFile> liteRtLm;
  private final List<String> notes = new ArrayList<>();
  private List<Suitability> suitabilities = List.of();

  private ClientFile(ConversionOptions options) {
    this(options, options.signatures(), Optional.empty(), Optional.empty());
  }

  private ClientFile(
      ConversionOptions options,
      Signatures signatures,
      Optional<MediaPipeFile> mediaPipe,
      Optional<LiteRtLmFile> liteRtLm) {
    this.options = options;
    this.signatures = signatures;
    this.mediaPipe = mediaPipe;
    this.liteRtLm = liteRtLm;
  }

  /** How matrices are stored for a client: what it runs, and the smaller of those. */
  static Recipe recipe(Client client) {
    return client == Client.ANDROID ? Recipe.DYNAMIC_WI8T_AFP32 : Recipe.DYNAMIC_WI8_AFP32;
  }

  /** The options with what they leave to the client. */
  static ClientFile of(ConversionOptions options, Model model, Checkpoint checkpoint)
      throws IOException {
    options.requirePossible();
    options.client().ifPresent(client -> requireTaken(client, options.inputType()));
    if (options.client().filter(client -> client == Client.MEDIAPIPE).isPresent()) {
      return ofMediaPipe(options, model, checkpoint);
    }
    if (options.client().filter(client -> client == Client.LITERTLM).isPresent()) {
      return ofLiteRtLm(options, model, checkpoint);
    }
    return withLengths(options, model);
  }

  /** Told before a weight is read; of the others of its limits the complete file is asked. */
  private static void requireTaken(Client client, DType inputs) {
    boolean taken = client.takesInt64() || inputs != DType.I64 || client == Client.LITERTLM;
    if (!taken) {
      throw new InvalidRequestException(
          "inputs are int64, and " + client.version() + " takes int32",
          "--for " + client.id(),
          "--input-type int32");
    }
  }

  private static ClientFile withLengths(ConversionOptions options, Model model) throws IOException {
    if (options.client().isEmpty() || !options.lengths().isEmpty()) {
      return new ClientFile(options);
    }
    int longest = options.maxLength().orElse(Math.min(model.usualLength(), LONGEST));
    int only = options.maxLength().orElse(Math.min(ONLY, longest));
    long bytes = bytes(options, model, List.of(only));
    if (bytes <= LARGE || only < 2) {
      return new ClientFile(options.withLengths(lengths(longest)));
    }
    ClientFile file = new ClientFile(options.withLengths(List.of(only)));
    long further = bytes(options, model, List.of(only / 2, only)) - bytes;
    file.notes.add(
        String.format(
            Locale.ROOT,
            "the file is large, %.0f MB, so that it has one length, %d: shorter texts take as long,"
                + " longer ones are cut; each further one of --length adds %.2f MB to the file, and"
                + " a sixth to the memory that a client takes (as measured on a model of 135 million"
                + " parameters in a browser)",
            bytes / 1e6,
            only,
            further / 1e6));
    return file;
  }

  /** Of a file with these lengths, in which weights are stored once. */
  private static long bytes(ConversionOptions options, Model model, List<Integer> lengths)
      throws IOException {
    Signatures signatures = options.withLengths(lengths).signatures();
    List<Graph> graphs =
        new EdgeGraphs(model, signatures, lengths.get(lengths.size() - 1)).build(List.of());
    return TfliteWriter.bytes(graphs.stream().map(options.recipe()::apply).toList());
  }

  /** It takes one length, three inputs, and probabilities. */
  private static ClientFile ofMediaPipe(
      ConversionOptions options, Model model, Checkpoint checkpoint) throws IOException {
    if (options.lengths().size() > 1) {
      throw new InvalidRequestException(
          "several lengths are given, "
              + options.lengths()
              + ", and "
              + Client.MEDIAPIPE.version()
              + " takes one",
          "--for mediapipe",
          "give one: --length " + options.lengths().get(options.lengths().size() - 1));
    }
    int only = Math.min(ONLY, model.usualLength());
    int length =
        options.lengths().isEmpty() ? options.maxLength().orElse(only) : options.lengths().get(0);
    MediaPipeFile mediaPipe = MediaPipeFile.of(checkpoint, model, options, length);
    ConversionOptions own = options.withLengths(List.of(length));
    OutputForm output =
        MediaPipeFile.endsWithProbabilities(model) ? OutputForm.PROBABILITIES : OutputForm.LOGITS;
    Signatures signatures =
        new Signatures(
            own.lengths(), own.signatureNames(), own.inputType(), own.qkv(), true, output);
    ClientFile file = new ClientFile(own, signatures, Optional.of(mediaPipe), Optional.empty());
    file.notes.addAll(mediaPipe.notes());
    return file;
  }

  /** It takes a bundle, whose parts take rows of tokens in the place of ids. */
  private static ClientFile ofLiteRtLm(
      ConversionOptions options, Model model, Checkpoint checkpoint) throws IOException {
    if (options.inputType() != DType.I32 || options.signatureNames() != SignatureNames.HF) {
      throw new InvalidRequestException(
          "types or names of inputs are given, and " + Client.LITERTLM.version() + " has its own",
          "--for litertlm",
          "leave --input-type and --signature-names out");
    }
    LiteRtLmFile liteRtLm = LiteRtLmFile.of(checkpoint, model);
    ClientFile usual = withLengths(options, model);
    ClientFile file =
        new ClientFile(usual.options, usual.signatures, Optional.empty(), Optional.of(liteRtLm));
    file.notes.addAll(usual.notes);
    file.notes.addAll(liteRtLm.notes());
    return file;
  }

  /** Powers of two up to the longest text, and that. */
  private static List<Integer> lengths(int longest) {
    List<Integer> lengths = new ArrayList<>();
    for (long tokens = SHORTEST; tokens < longest; tokens *= 2) {
      lengths.add((int) tokens);
    }
    lengths.add(longest);
    return lengths;
  }

  ConversionOptions options() {
    return options;
  }

  /** The graphs of the file. */
  Signatures signatures() {
    return signatures;
  }

  /** What MediaPipe needs, where the file is for it. */
  Optional<MediaPipeFile> mediaPipe() {
    return mediaPipe;
  }

  /** What LiteRT-LM needs, where the file is a bundle for it. */
  Optional<LiteRtLmFile> liteRtLm() {
    return liteRtLm;
  }

  List<String> notes() {
    return notes;
  }

  /** What clients make of the file, once it is {@linkplain #require written}. */
  List<Suitability> suitabilities() {
    return suitabilities;
  }

  /**
   * Checks that the client can address the file, before it is written.
   *
   * @param graphs as they are stored
   * @throws InvalidRequestException if it cannot
   */
  void requireSize(List<Graph> graphs) throws IOException {
    if (options.client().isEmpty()) {
      return;
    }
    Client client = options.client().get();
    long bytes = TfliteWriter.bytes(graphs);
    if (bytes > client.mostBytes()) {
      throw new InvalidRequestException(
          "the file would have "
              + bytes
              + " bytes, and "
              + client.version()
              + " addresses at most "
              + client.mostBytes(),
          "--for " + client.id(),
          "a smaller --recipe (int8, int4), or a smaller model");
    }
  }

  /** A file for no client in particular may be read by kernels that know no blocks. */
  void noteBlocks(List<Graph> graphs) {
    if (options.client().isEmpty()
        && graphs.stream().flatMap(g -> g.constants().stream()).anyMatch(ClientFile::inBlocks)) {
      notes.add(
          "int4 in blocks is read rightly by XNNPACK alone, which LiteRT uses unless it is told"
              + " otherwise: its built-in kernels take one scale a row, and answer wrongly"
              + " without an error");
    }
  }

  private static boolean inBlocks(Value constant) {
    return constant.quantization().filter(Quantization.Blocks.class::isInstance).isPresent();
  }

  /**
   * Checks that the client runs the complete file.
   *
   * @throws InvalidRequestException if it does not
   */
  void require(Path complete) throws IOException {
    try (TfliteReader reader = TfliteReader.open(complete)) {
      suitabilities = Client.all(reader);
    }
    if (options.client().isEmpty()) {
      return;
    }
    Client client = options.client().get();
    List<Obstacle> obstacles = new ArrayList<>();
    for (Suitability suitability : suitabilities) {
      if (suitability.client() == client) {
        obstacles.addAll(suitability.obstacles());
        notes.addAll(suitability.notes());
      }
    }
    if (!obstacles.isEmpty()) {
      throw new InvalidRequestException(
          "the file would not run in "
              + client.version()
              + ": "
              + obstacles.stream().map(Obstacle::what).collect(Collectors.joining("; ")),
          "--for " + client.id(),
          obstacles.stream()
              .map(Obstacle::remedy)
              .distinct()
              .collect(Collectors.joining(", and ")));
    }
  }
}
