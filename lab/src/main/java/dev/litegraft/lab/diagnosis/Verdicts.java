package dev.litegraft.lab.diagnosis;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.ReadoutFaults;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.verification.FactsComparison;
import dev.litegraft.lab.verification.StoredAs;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is reported of what was found.
 *
 * @param checkpoint what the file is compared with
 * @param reader the file, for what it says of itself
 * @param begin when the diagnosis began, in nanoseconds
 */
record Verdicts(Checkpoint checkpoint, TfliteReader reader, long begin) {
  private static final String NOT_EXPLAINED =
      "not explained: none of the known faults, alone or in pairs, makes the checkpoint answer like"
          + " the file";

  /** What a file says of itself that changes what its numbers mean, or what it is asked. */
  private static final Set<String> MEANINGS =
      Set.of(
          "labels",
          "problem_type",
          "pooling",
          "normalize",
          "pad_token_id",
          "padding_side",
          "token_types");

  /** What is said where nothing explains the file; {@code reordered} are names of matrices. */
  static String notExplained(List<String> reordered) {
    return reordered.isEmpty()
        ? NOT_EXPLAINED
        : NOT_EXPLAINED
            + "; all its weights are in the file, but the rows of "
            + String.join(", ", reordered.subList(0, Math.min(3, reordered.size())))
            + " are in another order";
  }

  /** What the file says of itself that is not as in the checkpoint. */
  private List<Explanation> facts(Distance distance) throws IOException {
    return FactsComparison.of(checkpoint, reader).differences().stream()
        .filter(d -> MEANINGS.contains(d.setting()))
        .map(
            d ->
                new Explanation(
                    d.setting().equals("labels") ? "label_order" : d.setting(),
                    d.checkpoint(),
                    d.file(),
                    distance.max(),
                    "write what the checkpoint says into the file's metadata"))
        .toList();
  }

  /** What explains the file, and what it says of itself besides. */
  DiagnosisReport explained(List<Candidate> found, Distance distance, double floor, int tried)
      throws IOException {
    List<Explanation> explanations =
        new ArrayList<>(found.stream().map(Verdicts::explanation).toList());
    boolean pooled = explanations.stream().anyMatch(e -> ReadoutFaults.isOfPooling(e.setting()));
    for (Explanation fact : facts(found.get(found.size() - 1).distance())) {
      boolean known = explanations.stream().anyMatch(e -> e.setting().equals(fact.setting()));
      if (!known && !(pooled && ReadoutFaults.isOfPooling(fact.setting()))) {
        explanations.add(fact);
      }
    }
    return of(distance, floor, explanations, sentence(explanations), Kind.EXPLAINED, tried);
  }

  private static Explanation explanation(Candidate c) {
    Hypothesis h = c.hypothesis();
    return new Explanation(h.setting(), h.checkpoint(), h.file(), c.distance().max(), h.advice());
  }

  private static String sentence(List<Explanation> explanations) {
    List<String> parts =
        explanations.stream()
            .map(
                e ->
                    e.setting()
                        + " is "
                        + e.checkpoint()
                        + " in the checkpoint, and the file behaves like "
                        + e.file())
            .toList();
    return String.join("; ", parts);
  }

  /** The numbers are the checkpoint's; what they mean may still be something else. */
  DiagnosisReport matching(Distance distance, double floor, StoredAs storage, int tried)
      throws IOException {
    List<Explanation> facts = facts(distance);
    if (!facts.isEmpty()) {
      String verdict = "the numbers are the checkpoint's, but " + sentence(facts);
      return of(distance, floor, facts, verdict, Kind.EXPLAINED, tried);
    }
    String verdict =
        storage == StoredAs.F32
            ? "the same model: nothing but rounding differs"
            : "the same model: what differs is what quantization makes of it";
    Kind kind = storage == StoredAs.F32 ? Kind.MATCH : Kind.QUANTIZATION_ONLY;
    return DiagnosisReport.of(true, distance, floor, List.of(), verdict, kind, 1, seconds());
  }

  /** A report that names no setting. */
  DiagnosisReport of(Distance distance, double floor, String verdict, Kind kind, int tried) {
    return of(distance, floor, List.of(), verdict, kind, tried);
  }

  private DiagnosisReport of(
      Distance distance,
      double floor,
      List<Explanation> found,
      String verdict,
      Kind kind,
      int tried) {
    return DiagnosisReport.of(false, distance, floor, found, verdict, kind, tried, seconds());
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }
}
