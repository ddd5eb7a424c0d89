package dev.litegraft;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.client.Client;
import dev.litegraft.client.Obstacle;
import dev.litegraft.client.Suitability;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.OutputForm;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.model.Model;
import dev.litegraft.model.Signatures;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tensor.DType;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A file on its way to the program that it is for. */
final class ClientFile {
  /** A text pays for the shortest length that holds it; more of them make the file larger. */
  private static final int SHORTEST = 16;

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
    requireOneText(options);
    if (options.client().filter(client -> client == Client.MEDIAPIPE).isPresent()) {
      return ofMediaPipe(options, model, checkpoint);
    }
    if (options.client().filter(client -> client == Client.LITERTLM).isPresent()) {
      return ofLiteRtLm(options, model, checkpoint);
    }
    return withLengths(options, model, checkpoint);
  }

  /** Several texts at once are for this project's own runtime, which gives each length its room. */
  private static void requireOneText(ConversionOptions options) {
    if (options.batch() == 1) {
      return;
    }
    Optional<String> other =
        options
            .client()
            .map(client -> "--for " + client.id())
            .or(() -> Optional.of("--length").filter(l -> !options.lengths().isEmpty()))
            .or(
                () ->
                    Optional.of("--recipe " + options.recipe().canonicalName())
                        .filter(name -> name.startsWith("--recipe static")));
    if (other.isPresent()) {
      throw new InvalidRequestException(
          "--batch " + options.batch() + " and " + other.get() + " are both given",
          "--batch",
          "give one of them: several texts at once are for a dynamic length, for many texts on this"
              + " project's own runtime");
    }
  }

  private static ClientFile withLengths(
      ConversionOptions options, Model model, Checkpoint checkpoint) {
    if (options.client().isEmpty() || !options.lengths().isEmpty()) {
      return new ClientFile(options);
    }
    int longest = Math.min(model.usualLength(), options.maxLength().orElse(Integer.MAX_VALUE));
    if (bytes(options.recipe(), checkpoint) <= LARGE) {
      return new ClientFile(options.withLengths(lengths(longest)));
    }
    int only = Math.min(ONLY, longest);
    ClientFile file = new ClientFile(options.withLengths(List.of(only)));
    file.notes.add(
        "the file is large, so that it has one length, "
            + only
            + ": shorter texts take as long, longer ones are cut; each further one of --length"
            + " adds about 0.3 MB to the file, and a sixth to the memory that a client takes (as"
            + " measured on a model of 135 million parameters in a browser)");
    return file;
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
    ClientFile usual = withLengths(options, model, checkpoint);
    ClientFile file =
        new ClientFile(usual.options, usual.signatures, Optional.empty(), Optional.of(liteRtLm));
    file.notes.addAll(usual.notes);
    file.notes.addAll(liteRtLm.notes());
    return file;
  }

  /** Powers of two up to the longest text, and that. */
  private static List<Integer> lengths(int longest) {
    List<Integer> lengths = new ArrayList<>();
    for (int tokens = SHORTEST; tokens < longest; tokens *= 2) {
      lengths.add(tokens);
    }
    lengths.add(longest);
    return lengths;
  }

  private static long bytes(Recipe recipe, Checkpoint checkpoint) {
    long numbers =
        checkpoint.tensors().values().stream().mapToLong(t -> t.shape().elements()).sum();
    return numbers * (recipe == Recipe.F32 ? Float.BYTES : recipe == Recipe.F16 ? Short.BYTES : 1);
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
    List<Obstacle> obstacles =
        suitabilities.stream()
            .filter(suitability -> suitability.client() == client)
            .flatMap(suitability -> suitability.obstacles().stream())
            .toList();
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
