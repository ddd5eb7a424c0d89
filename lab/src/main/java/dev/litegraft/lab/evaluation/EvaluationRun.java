package dev.litegraft.lab.evaluation;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.evaluation.Task.Answers;
import dev.litegraft.lab.evaluation.Task.Reply;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** One evaluation: reads what is right, asks each file, and judges the answers. */
final class EvaluationRun {
  /** What says what is right, unless a column is named. */
  private static final List<String> LABELS =
      List.of("label", "labels", "score", "tags", "ner_tags");

  /** Rows that are held at a time. */
  private static final int BLOCK = 1024;

  /** Calls that are timed, one after the other. */
  private static final int TIMED = 256;

  /** Calls before those, so that nothing is cold. */
  private static final int WARMING = 16;

  private final Evaluation asked;
  private final Task task;
  private final List<String> labels;
  private final List<Candidate> candidates;
  private final int items;
  private int rows;
  private final AtomicLong done = new AtomicLong();

  /**
   * A file that is asked.
   *
   * @param shown what the user named
   * @param file what runs
   * @param known what it says of itself
   */
  record Candidate(Path shown, Path file, FileLabels known) {}

  /** What came of a file. */
  record Asked(
      Candidate candidate, Answers answers, Latency latency, double rate, long truncated) {}

  /** The data of files that are not there yet, of a folder. */
  static void check(Evaluation asked, Path folder) throws IOException {
    Optional<FileLabels> known = FileLabels.ofFolder(folder);
    if (known.isPresent()) {
      Candidate one = new Candidate(folder, folder, known.get());
      new EvaluationRun(asked, List.of(one, one)); // reads all, and asks nothing
    }
  }

  private EvaluationRun(Evaluation asked, List<Candidate> candidates) throws IOException {
    this.asked = asked;
    this.candidates = candidates;
    FileLabels first = candidates.get(0).known();
    this.labels = first.labels();
    this.task = Tasks.of(first, asked, candidates.get(0).file());
    asked.gates().requireComputable(candidates.size(), task.mainMeasure());
    for (Candidate other : candidates.subList(1, candidates.size())) {
      requireSameTask(other);
    }
    this.items = scanned();
    asked.gates().requireDefined(task.whyNoMeasure(items), task.whyNoAgreement(items));
  }

  static EvaluationReport of(Evaluation asked) throws IOException {
    long begin = System.nanoTime();
    if (asked.files().stream().anyMatch(Files::isDirectory)) {
      checkBeforeConversion(asked);
    }
    try (TemporaryFolder workspace = TemporaryFolder.of("evaluation")) {
      List<Candidate> candidates = new ArrayList<>();
      for (Path named : asked.files()) {
        Path file = named;
        if (Files.isDirectory(named)) {
          file = workspace.resolve(candidates.size() + ".tflite");
          converter(named).withThreads(asked.threads()).convert(file);
        }
        candidates.add(new Candidate(named, file, FileLabels.of(file, asked.runtime())));
      }
      Map<Path, Path> files = new LinkedHashMap<>();
      candidates.forEach(one -> files.put(one.shown(), one.file()));
      asked
          .relevance()
          .ifPresent(
              relevance ->
                  Stream.of(relevance.queries(), relevance.judgements())
                      .forEach(data -> files.put(data.path(), data.path())));
      Manifest manifest = Manifest.of(asked.data(), files, asked.threads());
      return new EvaluationRun(asked, candidates).report(manifest, begin);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** What any of the files or the data lack is told before the first folder is converted. */
  private static void checkBeforeConversion(Evaluation asked) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (Path named : asked.files()) {
      Optional<FileLabels> known;
      if (Files.isDirectory(named)) {
        converter(named).check();
        known = FileLabels.ofFolder(named);
      } else {
        known = Optional.of(FileLabels.of(named, asked.runtime()));
      }
      known.ifPresent(labels -> candidates.add(new Candidate(named, named, labels)));
    }
    if (candidates.size() == asked.files().size()) {
      new EvaluationRun(asked, candidates); // reads all, and asks nothing
    }
  }

  /** A folder answers as its conversion to f32 does, which is proven to 1e-5. */
  private static Converter converter(Path folder) {
    return Converter.of(folder).withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32));
  }

  /** What a file cannot answer is told before the first one is asked. */
  private void requireSameTask(Candidate other) {
    String name = Tasks.of(other.known(), asked, other.file()).name();
    if (!name.equals(task.name())) {
      throw new InvalidRequestException(
          "the file is for " + name + ", and the first one for " + task.name(),
          other.shown().toString(),
          "evaluate files of one task together");
    }
    task.requireLabels(other.known().labels(), other.shown().toString());
  }

  private Items open() {
    return new Items(Tasks.sources(asked), task.groupedBy());
  }

  /** Reads all data once, so that their faults are told before the work. */
  private int scanned() throws IOException {
    int count = 0;
    try (Items all = open()) {
      for (List<List<DataRow>> some = all.next(BLOCK); !some.isEmpty(); some = all.next(BLOCK)) {
        some.forEach(this::read);
        count += some.size();
        rows += some.stream().mapToInt(List::size).sum();
      }
    }
    task.end();
    return count;
  }

  private void read(List<DataRow> item) {
    if (!task.isLabelled()) {
      item.forEach(this::requireNoLabel);
    }
    task.read(item);
  }

  /** Columns are those of the first row: labels that begin later would be overlooked. */
  private void requireNoLabel(DataRow row) {
    for (String name : LABELS) {
      if (row.values().containsKey(name) && !asked.data().columns().contains(name)) {
        throw new InvalidInputException(
            "the row has a \"" + name + "\", and the first row has none",
            row.where(),
            "give all rows one, or none");
      }
    }
  }

  private EvaluationReport report(Manifest manifest, long begin) throws IOException {
    List<Asked> all = new ArrayList<>();
    List<FileReport> reports = new ArrayList<>();
    List<String> notes;
    try {
      for (Candidate candidate : candidates) {
        all.add(asked(candidate));
      }
      Judged judged =
          new Judged(
              task.units(items),
              task.judged().orElse(task.units(items)),
              task.whyNoAgreement(items),
              all.get(0).answers());
      for (Asked one : all) {
        FileReport report = judged.report(one, footprint(one.candidate()));
        reports.add(report.comparison().isPresent() ? withTexts(report) : report);
      }
      notes = notes(all, reports);
    } finally {
      all.forEach(one -> one.answers().close());
    }
    return new EvaluationReport(
        task.name(),
        task.items(),
        task.units(items),
        task.judged(),
        task.mainMeasure(),
        notes,
        labels,
        reports,
        manifest,
        (System.nanoTime() - begin) / 1e9);
  }

  /** What the task and the answers say, how many queries count, which file did not read all. */
  private List<String> notes(List<Asked> all, List<FileReport> reports) {
    List<String> notes = new ArrayList<>(task.notes());
    if (task.mainMeasure().isEmpty() && asked.data().columns().size() > 1) {
      notes.add(
          "files are only compared: none of the columns "
              + String.join(", ", asked.data().columns())
              + " says what is right, unless --label-column names it");
    }
    int units = task.units(items);
    task.whyNoMeasure(items)
        .ifPresent(why -> notes.add(task.mainMeasure().orElseThrow() + " says nothing: " + why));
    Optional<String> noAgreement = task.whyNoAgreement(items);
    if (all.size() > 1) {
      noAgreement.ifPresent(why -> notes.add(Judged.nothing(why)));
    }
    task.judged()
        .ifPresent(
            judged ->
                notes.add(
                    judged
                        + " of "
                        + units
                        + " "
                        + task.items()
                        + " judged"
                        + (judged < units
                            ? "; the others have no relevant text and are in no measure"
                            : "")));
    for (int i = 0; i < all.size(); i++) {
      String letter = EvaluationPage.letter(i);
      all.get(i).answers().notes().forEach(note -> notes.add(letter + ": " + note));
      if (noAgreement.isEmpty()) {
        reports
            .get(i)
            .comparison()
            .flatMap(Comparison::agreementNote)
            .ifPresent(note -> notes.add(letter + ": " + note));
      }
      long truncated = all.get(i).truncated();
      if (truncated > 0) {
        notes.add(
            letter
                + ": "
                + truncated
                + " of "
                + items
                + " "
                + (units == items ? task.items() : "texts and " + task.items())
                + " truncated, longer than the model reads");
      }
    }
    return notes;
  }

  private Optional<Footprint> footprint(Candidate candidate) throws IOException {
    return asked.footprint()
        ? Footprint.of(candidate.file(), asked.runtime().withThreads(asked.threads()))
        : Optional.empty();
  }

  private FileReport withTexts(FileReport report) throws IOException {
    return FlipTexts.in(report, open(), task);
  }

  private Asked asked(Candidate candidate) throws IOException {
    RuntimeOptions parallel =
        asked.runtime().withThreads(1).withInterpreters(Math.min(asked.threads(), rows));
    AtomicLong truncated = new AtomicLong();
    try (Asker asker = task.open(candidate.file(), parallel, items);
        Items all = open()) {
      long begin = System.nanoTime();
      asker.askAll(all.stream(), replies(candidate, truncated));
      double rate = items / ((System.nanoTime() - begin) / 1e9);
      // After all rows, so that it is the file's time and not the compiler's of the Java machine.
      Latency latency = timed(candidate);
      return new Asked(candidate, asker.answers(), latency, rate, truncated.get());
    }
  }

  private Asker.Replies replies(Candidate candidate, AtomicLong truncated) {
    return new Asker.Replies() {
      @Override
      public void told(Reply reply) {
        EvaluationRun.this.told(reply, truncated);
      }

      @Override
      public InvalidInputException fault(DataRow row, InvalidInputException fault) {
        return EvaluationRun.fault(row, fault, candidate);
      }
    };
  }

  private void told(Reply reply, AtomicLong truncated) {
    truncated.addAndGet(reply.truncated() ? 1 : 0);
    asked.progress().at(done.incrementAndGet(), (long) items * candidates.size());
  }

  /** The time of single calls, of rows from all parts of the data, one after the other. */
  private Latency timed(Candidate candidate) throws IOException {
    RuntimeOptions options = asked.runtime().withThreads(asked.threads()).withInterpreters(1);
    int calls = Math.min(TIMED, items);
    List<Reply> replies = new ArrayList<>();
    try (Asker asker = task.open(candidate.file(), options, 1);
        Items all = open()) {
      int index = 0;
      int warm = 0;
      for (List<List<DataRow>> some = all.next(BLOCK); !some.isEmpty(); some = all.next(BLOCK)) {
        for (List<DataRow> item : some) {
          for (; warm < WARMING; warm++) {
            ask(asker, 0, item, candidate);
          }
          if (index == (long) replies.size() * items / calls) {
            replies.add(ask(asker, 0, item, candidate));
          }
          index++;
        }
      }
    }
    return Latency.of(replies, asked.threads());
  }

  private static Reply ask(Asker asker, int index, List<DataRow> item, Candidate candidate) {
    try {
      return asker.ask(index, item);
    } catch (InvalidInputException e) {
      throw fault(item.get(0), e, candidate);
    }
  }

  private static InvalidInputException fault(
      DataRow row, InvalidInputException e, Candidate candidate) {
    InvalidInputException here =
        new InvalidInputException(
            e.what(), candidate.shown() + ", asked " + row.where(), e.remedy());
    here.initCause(e);
    return here;
  }
}
