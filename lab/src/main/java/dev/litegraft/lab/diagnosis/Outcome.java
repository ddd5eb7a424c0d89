package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.search.Candidate;
import java.util.List;

/**
 * How a search ended.
 *
 * @param report what is said of it
 * @param explaining the faults under which the checkpoint answers like the file; empty where none
 *     are known
 */
record Outcome(DiagnosisReport report, List<Candidate> explaining) {
  Outcome {
    explaining = List.copyOf(explaining);
  }
}
