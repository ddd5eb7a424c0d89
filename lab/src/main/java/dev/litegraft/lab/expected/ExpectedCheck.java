package dev.litegraft.lab.expected;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares our reading of a folder with answers that the original library recorded: first the token
 * ids, then the numbers, then what is made of them.
 *
 * <p>This is the proof that two programs of ours cannot give: that the folder means what it means
 * to its own library.
 */
public final class ExpectedCheck {
  /** Of f32 arithmetic in another order. */
  static final double NUMBERS = 2e-4;

  /** Multiplications that the numbers may take: as many as a verification, some ten seconds. */
  private static final long BUDGET = 105_000_000_000L;

  /** Answers with which an adapter's settings are tried, and how often about. */
  private static final int TRIED = 8;

  private static final int TRIALS = 60;

  private final Path folder;
  private final Path answers;
  private final Optional<Path> adapter;
  private final Optional<ReadAs> readAs;
  private final Optional<String> task;
  private final boolean explaining;
  private final int threads;

  private ExpectedCheck(
      Path folder,
      Path answers,
      Optional<Path> adapter,
      Optional<ReadAs> readAs,
      Optional<String> task,
      boolean explaining,
      int threads) {
    this.folder = folder;
    this.answers = answers;
    this.adapter = adapter;
    this.readAs = readAs;
    this.task = task;
    this.explaining = explaining;
    this.threads = threads;
  }

  /** Of a folder and the file that the script of {@code litegraft expect} wrote. */
  public static ExpectedCheck of(Path folder, Path answers) {
    return new ExpectedCheck(
        folder,
        answers,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Math.min(4, Runtime.getRuntime().availableProcessors()));
  }

  /** The same of a folder with a LoRA adapter, read as a user says. */
  public ExpectedCheck with(Optional<Path> merged, Optional<ReadAs> use) {
    return new ExpectedCheck(folder, answers, merged, use, task, explaining, threads);
  }

  /** The same of a model whose weights for one of its tasks are taken. */
  public ExpectedCheck withTask(Optional<String> name) {
    return new ExpectedCheck(folder, answers, adapter, readAs, name, explaining, threads);
  }

  /** The same that searches the setting of our reading which explains a difference of numbers. */
  public ExpectedCheck explaining() {
    return new ExpectedCheck(folder, answers, adapter, readAs, task, true, threads);
  }

  /** The same with this many threads, 1 or more. */
  public ExpectedCheck withThreads(int count) {
    return new ExpectedCheck(folder, answers, adapter, readAs, task, explaining, count);
  }

  /**
   * Compares.
   *
   * @throws InvalidInputException if the folder or the recorded answers cannot be used
   * @throws IOException if a file cannot be read
   */
  public ExpectedReport run() throws IOException {
    RecordedAnswers recorded = RecordedAnswers.read(answers);
    try (Checkpoint checkpoint =
        Checkpoint.open(folder, adapter, readAs, Architectures.families(task))) {
      Model model = Model.of(checkpoint);
      ExpectedReport report = compared(checkpoint, model, recorded);
      return isOther(recorded.hfClass(), model.hfClass())
          ? report.saying(
              "the answers are of the class "
                  + recorded.hfClass()
                  + ", where the folder is read as "
                  + model.hfClass())
          : report;
    }
  }

  /** A multimodal model and the text part of it have two names. */
  private static boolean isOther(String theirs, String ours) {
    return theirs.contains("For")
        && ours.contains("For")
        && !theirs.replace("Text", "").equals(ours.replace("Text", ""));
  }

  private ExpectedReport compared(Checkpoint checkpoint, Model model, RecordedAnswers recorded)
      throws IOException {
    for (RecordedAnswer answer : recorded.answers()) {
      requireKind(model, recorded, answer);
    }
    Optional<ExpectedReport> cut = lengths(model, recorded);
    if (cut.isPresent()) {
      return cut.get();
    }
    for (RecordedAnswer answer : recorded.answers()) {
      requireOf(model, recorded, answer);
    }
    Optional<String> unread = unread(checkpoint, model);
    if (unread.isEmpty()) {
      Optional<ExpectedReport> read = texts(checkpoint, model, recorded);
      if (read.isPresent()) {
        return read.get();
      }
    }
    return numbers(checkpoint, model, recorded, unread);
  }

  private static void requireKind(Model model, RecordedAnswers recorded, RecordedAnswer answer) {
    if (answer.vector() ? !model.task().embeds() : model.task() == Task.EMBEDDING) {
      throw new InvalidInputException(
          "the original answered "
              + (answer.vector() ? "a vector" : "logits")
              + ", where our reading of the folder ("
              + model.hfClass()
              + ") gives "
              + (answer.vector() ? "logits" : "a vector"),
          recorded.where(answer),
          "give the answers of this very model (`litegraft expect` prints the script that records"
              + " them), or say with --as what the folder is read as");
    }
  }

  /** Why the way from texts to ids is not compared; absent where it is. */
  private static Optional<String> unread(Checkpoint checkpoint, Model model) throws IOException {
    if (model.reranking().isPresent()) {
      return Optional.of("texts go through the reranker's template");
    }
    if (model.leftOut().isPresent()) {
      return Optional.of("static embeddings are read without special tokens");
    }
    return checkpoint.tokenizer().json().isPresent()
        ? Optional.empty()
        : Optional.of("we read no tokenizer in the folder");
  }

  private static void requireOf(Model model, RecordedAnswers recorded, RecordedAnswer answer) {
    int largest = Arrays.stream(answer.ids()).max().orElse(0);
    if (largest >= model.vocabulary()) {
      throw of(
          "the recorded ids have "
              + largest
              + ", where the model has "
              + model.vocabulary()
              + " words",
          recorded,
          answer);
    }
    int type = Arrays.stream(answer.types().orElse(new int[] {0})).max().orElse(0);
    if (model.takesTokenTypes() && type >= model.tokenTypes()) {
      throw of(
          "the recorded types have "
              + type
              + ", where the model has "
              + model.tokenTypes()
              + " types",
          recorded,
          answer);
    }
    int reads = Math.max(model.limit(), model.longestOfLibrary());
    if (answer.ids().length > reads) {
      throw of(
          "the recorded text has "
              + answer.ids().length
              + " tokens, where the model reads "
              + reads,
          recorded,
          answer);
    }
    int width = model.answerWidth() * (model.task().everyToken() ? answer.ids().length : 1);
    if (answer.numbers().length != width) {
      throw new InvalidInputException(
          "the original answered "
              + answer.numbers().length
              + " numbers, where our reading of the folder ("
              + model.hfClass()
              + ") gives "
              + width,
          recorded.where(answer),
          "give the answers of this very model (`litegraft expect` prints the script that records"
              + " them), or say with --as what the folder is read as");
    }
  }

  /** Vectors of another length that go the same way: one side keeps the first numbers only. */
  private Optional<ExpectedReport> lengths(Model model, RecordedAnswers recorded) {
    RecordedAnswer first = recorded.answers().get(0);
    double[] theirs = first.numbers();
    int width = model.answerWidth();
    int largest = Arrays.stream(first.ids()).max().orElse(0);
    if (model.task() != Task.EMBEDDING || theirs.length == width || largest >= model.vocabulary()) {
      return Optional.empty();
    }
    float[] ours = VariantModel.of(model).answers(PlainLayers.of(threads), List.of(first.row()))[0];
    double product = 0;
    double ourSquares = 0;
    double theirSquares = 0;
    for (int i = 0; i < Math.min(width, theirs.length); i++) {
      product += ours[i] * theirs[i];
      ourSquares += (double) ours[i] * ours[i];
      theirSquares += theirs[i] * theirs[i];
    }
    if (!(product > (1 - NUMBERS) * Math.sqrt(ourSquares * theirSquares))) {
      return Optional.empty();
    }
    return Optional.of(
        ExpectedReport.different(
            recorded,
            0,
            "the original's vectors have "
                + theirs.length
                + " numbers, those of our reading "
                + width,
            recorded.where(first),
            Optional.of(
                "truncate_dim: our reading keeps "
                    + width
                    + " numbers of a vector, the original "
                    + theirs.length)));
  }

  private static InvalidInputException of(
      String what, RecordedAnswers recorded, RecordedAnswer answer) {
    return new InvalidInputException(
        what,
        recorded.where(answer),
        "give the answers of this very model: `litegraft expect` prints the script that records"
            + " them");
  }

  private static Optional<ExpectedReport> texts(
      Checkpoint checkpoint, Model model, RecordedAnswers recorded) throws IOException {
    TextReading reading = TextReading.of(checkpoint, model, checkpoint.tokenizer().decided());
    Optional<TextReading.Departure> first = reading.firstDeparture(recorded.answers());
    if (first.isEmpty()) {
      return Optional.empty();
    }
    TextReading.Departure departure = first.get();
    return Optional.of(
        ExpectedReport.different(
            recorded,
            0,
            "the text is read otherwise than the original read it: " + departure.what(),
            recorded.where(departure.answer()),
            OtherReadings.explanation(checkpoint, model, recorded.answers())));
  }

  private ExpectedReport numbers(
      Checkpoint checkpoint, Model model, RecordedAnswers recorded, Optional<String> unread)
      throws IOException {
    List<RecordedAnswer> computed =
        recorded.within(BUDGET / Math.max(1, model.size().multiplicationsPerToken()));
    VariantModel own = VariantModel.of(model);
    PlainLayers layers = PlainLayers.of(threads);
    float[][] ours = own.answers(layers, computed.stream().map(RecordedAnswer::row).toList());
    double most = 0;
    int worst = 0;
    for (int i = 0; i < ours.length; i++) {
      double distance = distance(ours[i], computed.get(i).numbers());
      if (distance > most) {
        most = distance;
        worst = i;
      }
    }
    if (most > NUMBERS) {
      RecordedAnswer answer = computed.get(worst);
      return ExpectedReport.different(
          recorded,
          most,
          String.format(
              Locale.ROOT,
              "the numbers are not the original's: they differ by up to %.2g, where %.0e is"
                  + " rounding",
              most,
              NUMBERS),
          recorded.where(answer) + ": " + shown(answer.text()),
          explaining ? explanation(checkpoint, own, layers, computed) : Optional.empty());
    }
    double met = most;
    return RecordedMeaning.departure(model, recorded, most)
        .orElseGet(() -> ExpectedReport.met(recorded, computed.size(), met, unread));
  }

  private Optional<String> explanation(
      Checkpoint checkpoint, VariantModel own, PlainLayers layers, List<RecordedAnswer> computed)
      throws IOException {
    Optional<String> found = ofAdapter(checkpoint, own.model(), layers, computed);
    return found.isPresent()
        ? found
        : new SettingSearch(own, layers, threads).explanation(computed);
  }

  /** What of an adapter explains the numbers, unless trying takes too long. */
  private Optional<String> ofAdapter(
      Checkpoint checkpoint, Model model, PlainLayers layers, List<RecordedAnswer> computed)
      throws IOException {
    Optional<Path> config = checkpoint.adapterConfig();
    List<RecordedAnswer> few = computed.subList(0, Math.min(TRIED, computed.size()));
    long tokens = few.stream().mapToLong(answer -> answer.ids().length).sum();
    if (adapter.isEmpty()
        || config.isEmpty()
        || tokens * model.size().multiplicationsPerToken() > BUDGET / TRIALS) {
      return Optional.empty();
    }
    AdapterSearch.Reading reading =
        settings -> {
          try (Checkpoint other =
              Checkpoint.openTrying(
                  folder, adapter.get(), readAs, Architectures.families(task), settings)) {
            return VariantModel.of(Model.of(other))
                .answers(layers, few.stream().map(RecordedAnswer::row).toList());
          }
        };
    return new AdapterSearch(
            HfConfig.read(config.get()),
            AdapterSearch.modules(checkpoint.tensors().keySet()),
            reading,
            few)
        .explanation();
  }

  static double distance(float[] ours, double[] theirs) {
    if (ours.length != theirs.length) {
      return Double.POSITIVE_INFINITY;
    }
    double most = 0;
    for (int i = 0; i < ours.length; i++) {
      double difference = Math.abs(ours[i] - theirs[i]) / Math.max(1, Math.abs(theirs[i]));
      most = Math.max(most, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return most;
  }

  static String shown(String text) {
    String line = text.replaceAll("\\s+", " ");
    return "\"" + (line.length() <= 40 ? line : line.substring(0, 40) + "…") + "\"";
  }
}
