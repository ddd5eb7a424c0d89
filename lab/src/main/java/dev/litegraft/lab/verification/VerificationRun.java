package dev.litegraft.lab.verification;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.inspection.ProbeTexts;
import dev.litegraft.lab.diagnosis.weights.MatchedValues;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

/** One verification, with everything open. */
final class VerificationRun {
  /** However large the model is, so many tokens are computed. */
  private static final long LEAST_TOKENS = 48;

  private static final long MOST_TOKENS = 4096;

  /** Rows that are followed in int8 take at most a fourth as long as the others. */
  private static final int LEAST_SHARE = 4;

  /** Multiplications a token of models whose int8 files are met nearly always. */
  private static final long SHALLOW = 30_000_000;

  private final Checkpoint checkpoint;
  private final TfliteReader reader;
  private final RawModel model;
  private final int threads;
  private final FactsComparison facts;

  /** Whether rows that no tokenizer makes count as others do: always in a file of ours. */
  private final boolean strict;

  private final ReferenceModel reference;
  private final StoredAs storage;
  private final Answer.Meaning meaning;
  private final List<Difference> differences = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> doubts = new ArrayList<>();
  private AnswerForm form = AnswerForm.LOGITS;

  VerificationRun(
      Checkpoint checkpoint,
      TfliteReader reader,
      RawModel model,
      PlainLayers layers,
      int threads,
      boolean strict)
      throws IOException {
    this.checkpoint = checkpoint;
    this.reader = reader;
    this.model = model;
    this.threads = threads;
    this.facts = FactsComparison.of(checkpoint, reader);
    this.strict = strict || facts.facts().isPresent();
    this.storage = StoredAs.of(reader.model());
    this.reference = new ReferenceModel(asInFile(Model.of(checkpoint), facts.facts()), layers);
    this.meaning = Answer.Meaning.of(reference.model());
    differences.addAll(facts.differences());
    notes.addAll(model.notes());
    FileContents contents = new FileContents(reader.model());
    contents.severalModels().ifPresent(notes::add);
    contents.noWholeNumbers().ifPresent(notes::add);
  }

  /** The file's own way from the tokens' vectors to the text's, which the user may have chosen. */
  private static Model asInFile(Model own, Optional<ModelFacts> file) {
    if (own.task() != Task.EMBEDDING || file.isEmpty()) {
      return own;
    }
    List<Pooling> poolings =
        file.filter(f -> f.task() == Task.EMBEDDING).map(ModelFacts::pooling).orElse(List.of());
    Optional<Integer> dimensions = file.get().find(ModelFacts.DIMENSIONS);
    return own.embedding(
        poolings,
        file.get().normalize(),
        dimensions.isPresent() ? OptionalInt.of(dimensions.get()) : OptionalInt.empty());
  }

  VerificationReport report(
      Path file,
      List<String> texts,
      long multiplications,
      Verification.Progress progress,
      long begin)
      throws IOException {
    Questions questions = questions(texts, multiplications);
    OddRows odd = parted(answers(questions, progress));
    List<Answer> answers = odd.plain();
    Judgement judgement = Judgement.of(answers, storage, meaning);
    List<Answer> worst = farthestFirst(answers);
    List<LayerDifference> layers = List.of();
    if (!judgement.match()) {
      facts.explainWeights(threads);
      layers = layers(worst);
    }
    Optional<FollowedRows> followed = followed(judgement, questions, multiplications);
    notes.addAll(facts.notes());
    notes.addAll(doubts);
    Optional<String> first =
        layers.stream().filter(LayerDifference::departs).findFirst().map(LayerDifference::name);
    boolean match = judgement.match() && differences.isEmpty();
    int labels = answers.stream().mapToInt(Answer::labels).sum();
    int flips = answers.stream().mapToInt(Answer::flips).sum();
    return new VerificationReport(
        checkpoint.folder(),
        file,
        match,
        judgement.match(),
        verdict(match, judgement, followed) + (judgement.match() ? odd(odd) : ""),
        storage,
        judgement.tolerance(),
        answers.stream().mapToDouble(Answer::maxAbs).max().orElse(0),
        answers.stream().mapToDouble(Answer::meanAbs).average().orElse(0),
        labels == 0 ? 1 : 1 - (double) flips / labels,
        answers.stream().mapToDouble(Answer::kl).max().orElse(0),
        new WorstQuestions(meaning, reference.model()).of(worst),
        first,
        layers,
        differences,
        notes,
        doubts,
        answers.size(),
        questions.tokens(),
        (System.nanoTime() - begin) / 1e9);
  }

  private Questions questions(List<String> texts, long multiplications) throws IOException {
    long tokens = multiplications / reference.model().size().multiplicationsPerToken();
    long budget = Math.max(LEAST_TOKENS, Math.min(MOST_TOKENS, tokens));
    CheckpointTokenizer own = checkpoint.tokenizer();
    if (own.json().isEmpty()) {
      notes.add("the checkpoint has no tokenizer: seeded token ids were asked, and no texts");
      return questions(texts, Optional.empty(), budget);
    }
    byte[] bytes = own.json().get();
    try (Tokenizer tokenizer =
        Tokenizer.of(bytes, own.config(), own.where().resolve("tokenizer.json").toString())) {
      noteUnknown(tokenizer);
      List<String> all = new ArrayList<>(texts);
      all.addAll(ProbeTexts.ALL);
      TokenizerComparison.of(checkpoint, reader, tokenizer, all).ifPresent(differences::add);
      return questions(texts, Optional.of(tokenizer), budget);
    } catch (InvalidInputException e) {
      if (reader.file(ModelFacts.TOKENIZER_NAME).isPresent()) {
        throw e; // no text can be asked of the file
      }
      notes.add("seeded token ids were asked, and no texts: " + e.what());
      return questions(texts, Optional.empty(), budget);
    }
  }

  private void noteUnknown(Tokenizer tokenizer) {
    int last = tokenizer.maxId();
    int vocabulary = reference.model().vocabulary();
    if (last >= vocabulary) {
      doubts.add(
          "the tokenizer's token \""
              + tokenizer.token(last).orElse("")
              + "\" has the id "
              + last
              + ", where the model has "
              + vocabulary
              + " ids: texts with it cannot be answered");
    }
  }

  private Questions questions(List<String> texts, Optional<Tokenizer> tokenizer, long budget) {
    Reach reach = Reach.of(reference.model(), model, facts.facts());
    int most = reach.longest();
    Questions questions = Questions.of(reach, texts, tokenizer, budget);
    if (questions.unreadable() > 0) {
      notes.add(
          "left out: "
              + questions.unreadable()
              + " texts of which the checkpoint's tokenizer makes no tokens, or tokens outside of"
              + " the vocabulary");
    }
    if (questions.cut() > 0) {
      notes.add(
          questions.cut() + " texts have more than the " + most + " tokens that were compared");
    }
    if (!questions.leftOut().isEmpty()) {
      notes.add(
          "left out for lack of time: "
              + questions.leftOut().size()
              + " of "
              + (questions.leftOut().size() + questions.forFile().size())
              + " probes, the last of them "
              + questions.leftOut().get(questions.leftOut().size() - 1));
    }
    return questions;
  }

  private List<Answer> answers(Questions questions, Verification.Progress progress) {
    AtomicLong done = new AtomicLong();
    List<float[]> expected =
        reference.answers(
            questions.forReference(), n -> progress.at(done.addAndGet(n), questions.tokens()));
    List<Question> asked = questions.forFile();
    Optional<AnswerForm> said =
        facts
            .facts()
            .map(AnswerForm::said)
            .or(() -> strict ? Optional.of(AnswerForm.LOGITS) : Optional.empty());
    FileAnswers file = FileAnswers.of(model, asked, expected, meaning, said);
    differences.addAll(file.differences());
    TextsTogether.of(model, asked, storage.isQuantized()).ifPresent(differences::add);
    form = file.form();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      float[] own = form.comparable(expected.get(i), meaning.width());
      answers.add(Answer.of(asked.get(i), own, file.numbers().get(i), meaning.of(own)));
    }
    return answers;
  }

  /** Of a file of another tool, rows that no tokenizer of the folder makes are judged apart. */
  private OddRows parted(List<Answer> answers) {
    if (strict) {
      return OddRows.none(answers);
    }
    return OddRows.of(
        answers,
        reference.model().padding().padToken().orElse(-1),
        reference.model().padding().ofTokenizer(),
        (some, rounding) ->
            some.isEmpty()
                || (storage.isQuantized()
                    ? some.stream().allMatch(a -> a.maxAbs() <= rounding)
                    : Judgement.of(some, storage, meaning).match()),
        (row, actual) -> {
          float[] plain = reference.answers(List.of(row), n -> {}).get(0);
          float[] own = form.comparable(plain, meaning.width());
          return Answer.of(row, own, actual, meaning.of(own));
        });
  }

  private String odd(OddRows rows) {
    String given = form == AnswerForm.LOGITS ? "" : "; it answers with the " + form.words();
    if (rows.sentences().isEmpty()) {
      return given;
    }
    String side = model.lengths().isEmpty() ? "" : "; asked were ";
    String held =
        side.isEmpty() ? "" : side + OddRows.held(reference.model().padding().ofTokenizer());
    return given + held + "; " + String.join("; ", rows.sentences());
  }

  private List<Answer> farthestFirst(List<Answer> answers) {
    Comparator<Answer> near =
        Comparator.comparingDouble(a -> storage.isQuantized() ? a.kl() : a.maxAbs());
    return answers.stream().sorted(near.thenComparingDouble(Answer::maxAbs).reversed()).toList();
  }

  /**
   * Looks into the file at the farthest question; at one without padding, if there is such a one.
   */
  private List<LayerDifference> layers(List<Answer> worst) throws IOException {
    boolean nan = worst.stream().anyMatch(a -> Double.isInfinite(a.maxAbs()));
    boolean shown = storage == StoredAs.INT8 && facts.facts().isEmpty();
    if (storage.isQuantized() && !nan && !shown) {
      notes.add(
          "values inside a quantized file differ by rounding: convert with --recipe f32 to see"
              + " where it departs");
      return List.of();
    }
    Answer answer =
        worst.stream()
            .filter(a -> !a.question().row().isPadded() && a.maxAbs() >= worst.get(0).maxAbs() / 10)
            .findFirst()
            .orElse(worst.get(0));
    List<LayerDifference> layers;
    try {
      layers =
          facts.facts().isPresent()
              ? LayerComparison.of(model, reference, answer.question(), storage)
              : LayerComparison.of(
                  model,
                  reference,
                  answer.question(),
                  storage,
                  MatchedValues.of(
                      reader.model(),
                      WeightsInFile.of(
                          checkpoint.weights().tensors(),
                          reference.model().architecture().moduleNames(),
                          reader)),
                  form == AnswerForm.LOGITS ? Optional.of(answer.actual()) : Optional.empty());
    } catch (InvalidInputException e) {
      notes.add("the values inside the file cannot be read: " + e.what());
      return List.of();
    }
    layers.stream()
        .filter(layer -> Double.isInfinite(layer.maxAbs()))
        .findFirst()
        .ifPresent(layer -> notes.add("NaN or infinity begins at " + layer.name()));
    Narrowing.of(layers, reference.model().architecture().moduleNames()).ifPresent(notes::add);
    if (layers.size() <= 1) {
      notes.add(
          "the values inside the file have no names of the checkpoint's modules; `litegraft"
              + " diagnose` finds the setting that explains the answers");
    } else if (layers.stream().noneMatch(LayerDifference::departs)) {
      notes.add(
          "the file's values agree under LiteRT's plain kernels, layer by layer: its fast kernels"
              + " on this machine are at fault, not the file");
    }
    return layers;
  }

  /** Of a file in dynamic int8 that answers well: whether nothing but rounding is between. */
  private Optional<FollowedRows> followed(
      Judgement judgement, Questions questions, long multiplications) {
    Questions rows = questions.shortRows();
    long perToken = reference.model().size().multiplicationsPerToken();
    // What another method rounded to is not what the reference rounds to.
    boolean isPlain = facts.facts().flatMap(f -> f.find(ModelFacts.ROUNDING)).isEmpty();
    // Type 0 of a bundle is no row of a rounded table, but numbers as they are.
    boolean otherTypes = reader.bundle().isPresent() && reference.model().takesTokenTypes();
    if (!isPlain
        || otherTypes
        || !StoredAs.isDynamicInt8(reader.model())
        || (form != AnswerForm.LOGITS && facts.facts().isEmpty())
        || !judgement.match()
        || rows.tokens() * perToken > multiplications / LEAST_SHARE) {
      return Optional.empty();
    }
    FollowedRows followed = FollowedRows.of(reference, model, rows, meaning, form);
    if (followed.met() == 0 && perToken <= SHALLOW && facts.facts().isPresent()) {
      doubts.add(
          followed.text()
              + ", where some of an unharmed file do: `litegraft diagnose` tells"
              + " whether a setting is off");
    }
    return Optional.of(followed).filter(rowsMet -> rowsMet.met() > 0);
  }

  private String verdict(boolean match, Judgement judgement, Optional<FollowedRows> followed) {
    if (match) {
      return "the file answers like the checkpoint: "
          + judgement.reason()
          + followed.map(rows -> "; " + rows.text()).orElse("");
    }
    if (judgement.match()) {
      return "the numbers are the checkpoint's, but "
          + differences.get(0).setting()
          + (differences.size() == 1 ? " is not" : " and other facts are not");
    }
    boolean unanswered =
        differences.stream().anyMatch(d -> List.of("inputs", "outputs").contains(d.setting()));
    return "the file does NOT answer like the checkpoint: "
        + (unanswered ? "it does not take or answer all probes" : judgement.reason());
  }
}
