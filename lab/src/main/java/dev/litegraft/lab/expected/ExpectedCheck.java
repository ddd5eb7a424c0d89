package dev.litegraft.lab.expected;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.diagnosis.faults.Hypotheses;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.TokenRow;
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
  private static final double NUMBERS = 2e-4;

  private static final double SCORES = 1e-4;

  /** Multiplications that a search for an explanation may take. */
  private static final long SEARCH = 40_000_000_000L;

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
      requireSameTask(model, recorded);
      Optional<ExpectedReport> ids = ids(checkpoint, model, recorded);
      return ids.isPresent() ? ids.get() : numbers(model, recorded);
    }
  }

  private static void requireSameTask(Model model, RecordedAnswers recorded) {
    for (RecordedAnswer answer : recorded.answers()) {
      int words = model.vocabulary();
      int largest = Arrays.stream(answer.ids()).max().orElse(0);
      if (largest >= words) {
        throw new InvalidInputException(
            "the recorded ids have " + largest + ", where the model has " + words + " words",
            where(recorded, answer),
            "give the answers of this very model: `litegraft expect` prints the script that records"
                + " them");
      }
      int width =
          model.answerWidth()
              * (model.task() == Task.TOKEN_CLASSIFICATION ? answer.ids().length : 1);
      if (answer.numbers().length != width) {
        throw new InvalidInputException(
            "the original answered "
                + answer.numbers().length
                + " numbers, where our reading of the folder ("
                + model.hfClass()
                + ") gives "
                + width,
            where(recorded, answer) + ", recorded with " + recorded.madeBy(),
            "give the answers of this very model (`litegraft expect` prints the script that records"
                + " them), or say with --as what the folder is read as");
      }
    }
  }

  private static String where(RecordedAnswers recorded, RecordedAnswer answer) {
    return recorded.file() + ", line " + answer.line();
  }

  private Optional<ExpectedReport> ids(Checkpoint checkpoint, Model model, RecordedAnswers recorded)
      throws IOException {
    CheckpointTokenizer tokenizer = checkpoint.tokenizer();
    if (tokenizer.json().isEmpty()) {
      return Optional.empty();
    }
    TextReading reading = TextReading.of(checkpoint, model, tokenizer.decided());
    Optional<TextReading.Departure> first = reading.firstDeparture(recorded.answers());
    if (first.isEmpty()) {
      return Optional.empty();
    }
    TextReading.Departure departure = first.get();
    return Optional.of(
        new ExpectedReport(
            false,
            recorded.answers().size(),
            0,
            "the text is read otherwise than the original read it: " + departure.what(),
            where(recorded, departure.answer()),
            OtherReadings.explanation(checkpoint, model, recorded.answers())));
  }

  private ExpectedReport numbers(Model model, RecordedAnswers recorded) {
    List<TokenRow> rows = recorded.answers().stream().map(ExpectedCheck::row).toList();
    VariantModel own = VariantModel.of(model);
    PlainLayers layers = PlainLayers.of(threads);
    float[][] ours = own.answers(layers, rows);
    double most = 0;
    int worst = 0;
    for (int i = 0; i < rows.size(); i++) {
      double distance = distance(ours[i], recorded.answers().get(i).numbers());
      if (distance > most) {
        most = distance;
        worst = i;
      }
    }
    RecordedAnswer answer = recorded.answers().get(worst);
    if (most > NUMBERS) {
      return new ExpectedReport(
          false,
          rows.size(),
          most,
          String.format(
              Locale.ROOT,
              "the numbers are not the original's: they differ by up to %.2g, where %.0e is"
                  + " rounding",
              most,
              NUMBERS),
          where(recorded, answer) + ": " + shown(answer.text()),
          explaining ? explanation(own, layers, rows, recorded) : Optional.empty());
    }
    Optional<ExpectedReport> meaning = meaning(model, recorded, most);
    return meaning.isPresent() ? meaning.get() : met(recorded, most);
  }

  private static ExpectedReport met(RecordedAnswers recorded, double most) {
    return new ExpectedReport(
        true,
        recorded.answers().size(),
        most,
        String.format(
            Locale.ROOT,
            "the folder is read as the original read it: %d recorded answers met, the numbers within"
                + " %.1g",
            recorded.answers().size(),
            Math.max(most, 1e-9)),
        recorded.file().toString(),
        Optional.empty());
  }

  private static Optional<ExpectedReport> meaning(
      Model model, RecordedAnswers recorded, double most) {
    if (model.task() != Task.SEQUENCE_CLASSIFICATION) {
      return Optional.empty();
    }
    ProblemType type = model.problemType().orElse(ProblemType.SINGLE_LABEL);
    for (RecordedAnswer answer : recorded.answers()) {
      double[] ours = Scores.of(answer.numbers(), type);
      double[] theirs = answer.scores().clone();
      boolean raw = Arrays.equals(theirs, answer.numbers()) && theirs.length > 1;
      if (theirs.length != ours.length || raw) {
        continue; // a CrossEncoder of several labels gives the logits themselves
      }
      int best = Scores.best(ours);
      Arrays.sort(ours);
      Arrays.sort(theirs);
      for (int i = 0; i < ours.length; i++) {
        if (Math.abs(ours[i] - theirs[i]) > SCORES) {
          return Optional.of(
              new ExpectedReport(
                  false,
                  recorded.answers().size(),
                  most,
                  String.format(
                      Locale.ROOT,
                      "the logits are the original's, but its score is %.4f, where ours is %.4f",
                      theirs[i],
                      ours[i]),
                  where(recorded, answer),
                  Optional.of(
                      "problem_type: our reading is "
                          + type.hfName()
                          + Scores.named(answer, theirs)
                              .map(other -> ", the original's is " + other.hfName())
                              .orElse(""))));
        }
      }
      boolean clear = ours.length < 2 || ours[ours.length - 1] - ours[ours.length - 2] > 1e-3;
      if (clear
          && !answer.labels().isEmpty()
          && !answer.labels().get(0).equals(model.labels().get(best))) {
        return Optional.of(
            new ExpectedReport(
                false,
                recorded.answers().size(),
                most,
                "the logits are the original's, but its label is "
                    + answer.labels().get(0)
                    + ", where ours is "
                    + model.labels().get(best),
                where(recorded, answer),
                Optional.of("id2label")));
      }
    }
    return Optional.empty();
  }

  /** The setting of our reading that makes the recorded numbers when it is another. */
  private static Optional<String> explanation(
      VariantModel own, PlainLayers layers, List<TokenRow> rows, RecordedAnswers recorded) {
    List<TokenRow> few = rows.subList(0, Math.min(3, rows.size()));
    long perToken = own.model().multiplicationsPerToken();
    long tokens = few.stream().mapToLong(TokenRow::length).sum();
    long left = SEARCH / Math.max(1, perToken * tokens);
    for (Hypothesis hypothesis : Hypotheses.of(own).fixed()) {
      if (left-- <= 0) {
        break;
      }
      try {
        float[][] other = hypothesis.change().apply(own).answers(layers, few);
        boolean met = true;
        for (int i = 0; i < few.size(); i++) {
          met &= distance(other[i], recorded.answers().get(i).numbers()) <= NUMBERS;
        }
        if (met) {
          return Optional.of(
              hypothesis.setting()
                  + ": our reading is "
                  + hypothesis.checkpoint()
                  + ", the original answers as with "
                  + hypothesis.file());
        }
      } catch (InvalidInputException e) {
        // A setting that this model cannot have.
      }
    }
    return Optional.empty();
  }

  private static TokenRow row(RecordedAnswer answer) {
    int[] mask = new int[answer.ids().length];
    Arrays.fill(mask, 1);
    return new TokenRow(answer.ids(), mask, answer.types());
  }

  private static double distance(float[] ours, double[] theirs) {
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
