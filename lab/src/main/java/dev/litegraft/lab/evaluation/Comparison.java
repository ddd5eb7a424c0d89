package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.statistics.Difference;
import dev.litegraft.lab.statistics.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A file beside the first one, on the same rows.
 *
 * @param agreement the part of the rows with the same answer, of those that say whether they have;
 *     NaN where none does
 * @param agreementInterval where that lies with 95 % confidence
 * @param agreementNote which rows say nothing of agreement, and why; absent where all do
 * @param differences of measures, this file less the first, by their names
 * @param mcNemar the exact p of McNemar's test; absent where rows are not right or wrong
 * @param numbers what else tells how far the answers are apart, by name
 * @param flips rows with another answer
 */
public record Comparison(
    double agreement,
    Interval agreementInterval,
    Optional<String> agreementNote,
    Map<String, Difference> differences,
    OptionalDouble mcNemar,
    Map<String, Double> numbers,
    List<Flip> flips) {
  /** The difference of a measure. */
  public Optional<Difference> difference(String name) {
    return Optional.ofNullable(differences.get(name));
  }
}
