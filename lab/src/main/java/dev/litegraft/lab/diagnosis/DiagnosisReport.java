package dev.litegraft.lab.diagnosis;

import java.util.List;

/**
 * What a diagnosis found.
 *
 * @param match whether the file is this checkpoint's model
 * @param residual the largest difference of a logit between the file and the checkpoint
 * @param floor the difference up to which both count as the same
 * @param explainedBy the settings at fault, the one that explains most first; empty where none was
 *     found
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
    String verdict,
    Kind kind,
    int hypotheses,
    double seconds) {
  /** What a verdict says. */
  public enum Kind {
    MATCH,
    QUANTIZATION_ONLY,
    EXPLAINED,
    OTHER_WEIGHTS,
    NOT_EXPLAINED
  }
}
