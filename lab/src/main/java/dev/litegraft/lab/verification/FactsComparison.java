package dev.litegraft.lab.verification;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Reranking;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a file says of itself, beside what the checkpoint says: labels, lengths, padding, pooling.
 */
public final class FactsComparison {
  private final Checkpoint checkpoint;
  private final Model model;
  private final TfliteReader reader;
  private final Optional<ModelFacts> facts;
  private final List<Difference> differences = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private FactsComparison(Checkpoint checkpoint, TfliteReader reader) throws IOException {
    this.checkpoint = checkpoint;
    this.model = Model.of(checkpoint);
    this.reader = reader;
    this.facts = reader.facts();
  }

  /**
   * Compares.
   *
   * @throws IOException if one of the two cannot be read
   */
  public static FactsComparison of(Checkpoint checkpoint, TfliteReader reader) throws IOException {
    FactsComparison comparison = new FactsComparison(checkpoint, reader);
    if (comparison.facts.isPresent()) {
      comparison.compare(comparison.facts.get());
    } else {
      comparison.compareForeign();
    }
    return comparison;
  }

  /** What the file says of itself; absent in a file of another tool. */
  Optional<ModelFacts> facts() {
    return facts;
  }

  /** What differs and can change an answer. */
  public List<Difference> differences() {
    return differences;
  }

  /** What else is good to know. */
  List<String> notes() {
    return notes;
  }

  private void compare(ModelFacts file) throws IOException {
    if (!file.provenance().configSha256().equals(sha256(checkpoint.configFile()))) {
      notes.add(
          "the file says that it was made with another config.json, of sha256 "
              + file.provenance().configSha256());
    }
    compareTask(file);
    compareAdapter(file);
    compareLength(file.maxLength());
    comparePooling(file);
    compareScoring(file);
    comparePadding(file);
    compareTokenTypes(file);
  }

  private void compareTask(ModelFacts file) {
    differ("task", lower(model.task().name()), lower(file.task().name()));
    differ("architectures", model.hfClass(), file.hfClass());
    if (model.task().labels()) {
      differLabels(model.labels(), file.labels());
      differ(
          "problem_type",
          model.problemType().map(ProblemType::hfName).orElse("none"),
          file.problemType().map(ProblemType::hfName).orElse("none"));
    }
  }

  private void compareAdapter(ModelFacts file) {
    boolean merged = file.provenance().adapterSha256().isPresent();
    boolean asked = checkpoint.adapterConfig().isPresent();
    differ("adapter", asked ? "merged" : "none", merged ? "merged" : "none");
    if (merged && !asked) {
      notes.add("a LoRA adapter was merged into the file; give its folder with --adapter");
    }
  }

  private void comparePooling(ModelFacts file) {
    if (model.task() == Task.SEQUENCE_CLASSIFICATION) {
      differ("pooling", shown(model.poolings()), shown(file.pooling()));
    }
    if (model.task() == Task.EMBEDDING && checkpoint.sentence().isPresent()) {
      differ("pooling", shown(model.poolings()), shown(file.pooling()));
      differ(
          "normalize",
          Boolean.toString(model.head().normalizes()),
          Boolean.toString(file.normalize()));
    }
  }

  /** How a query and a text are scored. */
  private void compareScoring(ModelFacts file) {
    differ(
        "reranking",
        shown(model.reranking()),
        shown(file.find(ModelFacts.RERANKING)),
        model.reranking().equals(file.find(ModelFacts.RERANKING)));
    differ(
        "late_interaction",
        model.lateInteraction().map(Record::toString).orElse("none"),
        file.find(ModelFacts.LATE_INTERACTION).map(Record::toString).orElse("none"));
  }

  private void comparePadding(ModelFacts file) {
    differ("pad_token_id", shown(model.padding().padToken()), shown(file.padTokenId()));
    // LiteRT-LM fills rows up at their right, whatever the tokenizer says.
    boolean left = model.padding().padsLeft(file.pooling()) && reader.bundle().isEmpty();
    differ("padding_side", left ? "left" : "right", lower(file.paddingSide().name()));
    if (!left && !file.lengths().isEmpty() && model.padding().readsTheVeryLast()) {
      notes.add(
          "the lengths are static and there is no pad token: of a shorter text the padding is read"
              + " as its last token; set pad_token_id in config.json of a copy of the folder, or"
              + " convert with a dynamic length");
    }
  }

  private void compareTokenTypes(ModelFacts file) {
    boolean without = reader.bundle().isPresent() && !file.tokenTypes(); // all are 0 there
    if (!without && (!file.tokenTypes() || typesAreRead())) {
      differ(
          "token_types",
          Boolean.toString(model.takesTokenTypes()),
          Boolean.toString(file.tokenTypes()));
    }
  }

  /** Whether an operator reads the third input: some clients want one that the model has not. */
  private boolean typesAreRead() {
    return reader.model().subgraphs().stream()
        .filter(subgraph -> subgraph.inputs().size() > 2)
        .anyMatch(
            subgraph ->
                subgraph.operators().stream()
                    .anyMatch(operator -> operator.inputs().contains(subgraph.inputs().get(2))));
  }

  /**
   * A file that reads more than the checkpoint is wrong for the longest texts; one that reads less
   * may have been asked for.
   */
  private void compareLength(int own) {
    int most = model.longest();
    if (own > most) {
      differ("max_length", Integer.toString(most), Integer.toString(own));
    } else if (own < model.usualLength()) {
      notes.add(
          "max_length: the file reads at most "
              + own
              + " tokens of a text, the checkpoint "
              + most
              + "; of longer texts the answers are not the same");
    }
  }

  private void differLabels(List<String> expected, List<String> actual) {
    if (expected.equals(actual)) {
      return;
    }
    if (some(expected).equals(some(actual))) {
      int first = 0;
      while (expected.get(first).equals(actual.get(first))) {
        first++;
      }
      String at = " as number " + first;
      differ("labels", expected.get(first) + at, actual.get(first) + at);
    } else {
      differ("labels", some(expected), some(actual));
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] config = Files.readAllBytes(file);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(config));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static String shown(List<Pooling> poolings) {
    return poolings.isEmpty() ? "none" : Pooling.id(poolings);
  }

  private static String shown(Optional<Reranking> asked) {
    return asked
        .map(r -> String.join("", r.segments()) + " " + r.trueToken() + " " + r.falseToken())
        .orElse("none");
  }

  private static String shown(OptionalInt id) {
    return id.isPresent() ? Integer.toString(id.getAsInt()) : "none";
  }

  private void compareForeign() throws IOException {
    notes.add("the file is of another tool: its tokenizer, lengths and padding are not known");
    Optional<byte[]> names = reader.file(ModelFacts.LABELS_NAME);
    if (names.isPresent() && model.task().labels()) {
      List<String> file = new String(names.get(), StandardCharsets.UTF_8).strip().lines().toList();
      differLabels(model.labels(), file);
    }
  }

  /** Which tensors are not those that the file was made of; an explanation of a difference. */
  void explainWeights(int threads) throws IOException {
    if (facts.isEmpty()) {
      return;
    }
    Map<String, String> made = facts.get().provenance().tensorSha256();
    Map<String, String> now = checkpoint.sha256(threads);
    List<String> others = new ArrayList<>();
    for (Map.Entry<String, String> tensor : now.entrySet()) {
      if (!tensor.getValue().equals(made.get(tensor.getKey()))) {
        others.add(tensor.getKey());
      }
    }
    if (!others.isEmpty()) {
      notes.add(
          "the file says that it was made of other weights: "
              + others.size()
              + " of "
              + now.size()
              + " tensors are not those of the checkpoint: "
              + some(others));
    } else {
      notes.add(
          "the file says that it was made of these very weights: a setting or the graph is at"
              + " fault");
    }
  }

  private void differ(String setting, String expected, String actual) {
    differ(setting, expected, actual, expected.equals(actual));
  }

  private void differ(String setting, String expected, String actual, boolean same) {
    if (!same) {
      differences.add(new Difference(setting, expected, actual));
    }
  }

  private static String some(List<String> names) {
    int shown = 8;
    String first = String.join(", ", names.subList(0, Math.min(shown, names.size())));
    return names.size() <= shown ? first : first + " and " + (names.size() - shown) + " more";
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
