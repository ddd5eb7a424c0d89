package dev.litegraft.lab.verification;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether a file answers like its checkpoint.
 *
 * @param checkpoint the checkpoint's folder
 * @param file the file
 * @param match whether it does
 * @param sameNumbers whether its numbers are the checkpoint's, whatever else differs
 * @param verdict one sentence that says so, and why
 * @param storage how the file stores its weights
 * @param tolerance the difference that is allowed of numbers of magnitude 1 or less; of a quantized
 *     file 0
 * @param maxAbs the largest difference of a number; infinite where the file answers NaN
 * @param meanAbs the mean of the differences
 * @param agreement the share of labels that are the same; 1 where there are none
 * @param klMax the largest divergence in nats; of embeddings 1 − cosine
 * @param worst the questions that are farthest apart, the farthest first
 * @param firstDeparture the first value inside of the file, in the order of computation, that is
 *     not the checkpoint's; absent where the answers match, and where the values inside agree or
 *     have other names
 * @param layers the values inside, where the answers of a float file differ and its values have
 *     names
 * @param differences what else is not as in the checkpoint
 * @param notes what was not checked, and what else is good to know
 * @param doubts those of the notes that say that something may be wrong
 * @param questions how many were asked
 * @param tokens how many tokens they have
 * @param seconds how long it took
 */
public record VerificationReport(
    Path checkpoint,
    Path file,
    boolean match,
    boolean sameNumbers,
    String verdict,
    StoredAs storage,
    double tolerance,
    double maxAbs,
    double meanAbs,
    double agreement,
    double klMax,
    List<WorstQuestion> worst,
    Optional<String> firstDeparture,
    List<LayerDifference> layers,
    List<Difference> differences,
    List<String> notes,
    List<String> doubts,
    int questions,
    long tokens,
    double seconds) {
  public VerificationReport {
    worst = List.copyOf(worst);
    layers = List.copyOf(layers);
    differences = List.copyOf(differences);
    notes = List.copyOf(notes);
    doubts = List.copyOf(doubts);
  }

  /** The same of a file that is now called otherwise. */
  VerificationReport withFile(Path other) {
    return new VerificationReport(
        checkpoint,
        other,
        match,
        sameNumbers,
        verdict,
        storage,
        tolerance,
        maxAbs,
        meanAbs,
        agreement,
        klMax,
        worst,
        firstDeparture,
        layers,
        differences,
        notes,
        doubts,
        questions,
        tokens,
        seconds);
  }
}
