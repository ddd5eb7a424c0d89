package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.faults.Hypotheses;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedRows;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Trial;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.verification.AnswerForm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a file reads rows that no tokenizer of the folder makes, where it reads all others as the
 * checkpoint does: padding on the other side, the pad token among the text's. That is a custom of
 * the tool that wrote it, and no fault for who pads as the tokenizer does.
 */
final class Conventions {
  /** What can matter for such rows alone. */
  private static final Set<String> SETTINGS = Set.of("pooling", "padding_side", "attention_mask");

  private static final String KEEP =
      "pad as the folder's tokenizer does and leave the pad token out of texts, or read the token"
          + " that the original reads: the last that is not the pad token in decoders";

  private Conventions() {}

  /**
   * The customs that explain rows of one group, the one that explains most first.
   *
   * @param group of the rows that the file was asked
   * @param model the model that the file is for plain rows
   * @return empty where the file reads these rows as the model does
   */
  static List<Explanation> of(AskedRows.Group group, VariantModel model, TrialPool trials) {
    Optional<Trial> on = trials.on(model);
    if (on.isEmpty()) {
      return List.of();
    }
    Trial trial = on.get();
    Candidate none = trial.onAllRows(Hypothesis.NONE);
    if (none.explains()) {
      return List.of();
    }
    List<Candidate> single = customs(trial, model);
    Optional<Candidate> best = explaining(single);
    if (best.isPresent()) {
      return List.of(explanation(best.get()));
    }
    Candidate.sort(single);
    for (Candidate first : single) {
      VariantModel changed = first.hypothesis().change().apply(model);
      Optional<Candidate> second = trials.on(changed).flatMap(t -> explaining(customs(t, changed)));
      if (second.isPresent()
          && !second.get().hypothesis().setting().equals(first.hypothesis().setting())) {
        return List.of(explanation(first), explanation(second.get()));
      }
    }
    return List.of(unknown(group, none));
  }

  /** That a file answers with probabilities. */
  static Explanation ofAnswers(AnswerForm form) {
    return new Explanation(
        "output",
        AnswerForm.LOGITS.words(),
        form.words(),
        0,
        "take no softmax or sigmoid of the answers again, or leave it out of the exported model");
  }

  private static List<Candidate> customs(Trial trial, VariantModel model) {
    List<Hypothesis> customs =
        Hypotheses.of(model).fixed().stream()
            .filter(hypothesis -> SETTINGS.contains(hypothesis.setting()))
            .toList();
    return new ArrayList<>(customs.stream().map(trial::onAllRows).toList());
  }

  private static Optional<Candidate> explaining(List<Candidate> candidates) {
    return candidates.stream()
        .filter(Candidate::explains)
        .min(Comparator.comparingDouble(c -> c.distance().score()));
  }

  private static Explanation explanation(Candidate c) {
    Hypothesis h = c.hypothesis();
    return new Explanation(h.setting(), h.checkpoint(), h.file(), c.distance().max(), KEEP);
  }

  /** None of the known customs: at least the rows are named. */
  private static Explanation unknown(AskedRows.Group group, Candidate none) {
    return new Explanation(
        "padding_side",
        "read as the original does",
        group.words() + " read otherwise",
        none.distance().max(),
        KEEP);
  }
}
