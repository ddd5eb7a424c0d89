package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.verification.LayerDifference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a diagnosis found.
 *
 * @param match whether the file is this checkpoint's model
 * @param residual the largest difference of a logit between the file and the checkpoint
 * @param floor the difference up to which both count as the same
 * @param explainedBy the settings at fault, the one that explains most first; empty where none was
 *     found
 * @param conventions how a file of another tool reads rows that no tokenizer of the folder makes,
 *     where that is not the original's way; no fault for who pads as the tokenizer does
 * @param layers values inside the file beside the checkpoint's, in the order of computation, where
 *     they were asked for or nothing explains the file
 * @param narrowed what the first of them that departs leaves as possible
 * @param weights what the exporting tool made of the checkpoint's matrices; absent for a file of
 *     ours, and where it was not looked at
 * @param verdict one sentence
 * @param kind what the verdict says, for programs
 * @param hypotheses how many models were tried
 * @param seconds how long it took
 */
public record DiagnosisReport(
    boolean match,
    double residual,
    double floor,
    List<Explanation> explainedBy,
    List<Explanation> conventions,
    List<LayerDifference> layers,
    Optional<String> narrowed,
    Optional<FoundWeights> weights,
    String verdict,
    Kind kind,
    int hypotheses,
    double seconds) {
  /** One that looked at nothing but answers. */
  static DiagnosisReport of(
      boolean match,
      Distance distance,
      double floor,
      List<Explanation> explainedBy,
      String verdict,
      Kind kind,
      int hypotheses,
      double seconds) {
    return new DiagnosisReport(
        match,
        distance.max(),
        floor,
        explainedBy,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        verdict,
        kind,
        hypotheses,
        seconds);
  }

  /** The same with what was found of odd rows, which the verdict then says, too. */
  DiagnosisReport withConventions(List<Explanation> found) {
    String more =
        found.stream()
            .map(c -> "; by convention " + c.setting() + " is " + c.file())
            .collect(Collectors.joining());
    return with(found, layers, narrowed, weights, verdict + more);
  }

  /** The same with what is known of the values inside the file. */
  DiagnosisReport with(Inside inside) {
    String more = kind == Kind.NOT_EXPLAINED ? inside.narrowed().map(n -> "; " + n).orElse("") : "";
    // Of other weights no setting is to blame: which ones would be left is not said.
    Optional<String> narrowed = kind == Kind.OTHER_WEIGHTS ? Optional.empty() : inside.narrowed();
    return with(conventions, inside.layers(), narrowed, weights, verdict + more);
  }

  /** The same, whose verdict says what could not be asked. */
  DiagnosisReport noting(List<String> limits) {
    String more = limits.stream().map(l -> "; " + l).collect(Collectors.joining());
    return with(conventions, layers, narrowed, weights, verdict + more);
  }

  /** The same with what was made of the matrices. */
  DiagnosisReport with(FoundWeights words) {
    return with(conventions, layers, narrowed, Optional.of(words), verdict);
  }

  private DiagnosisReport with(
      List<Explanation> customs,
      List<LayerDifference> values,
      Optional<String> left,
      Optional<FoundWeights> words,
      String sentence) {
    return new DiagnosisReport(
        match,
        residual,
        floor,
        explainedBy,
        customs,
        values,
        left,
        words,
        sentence,
        kind,
        hypotheses,
        seconds);
  }

  /** What a verdict says. */
  public enum Kind {
    MATCH,
    QUANTIZATION_ONLY,
    EXPLAINED,
    OTHER_WEIGHTS,
    NOT_EXPLAINED
  }
}
