package dev.litegraft.lab.tuning;

import dev.litegraft.lab.evaluation.EvaluationReport;
import java.nio.file.Path;
import java.util.List;

/**
 * What was tried, and what was chosen.
 *
 * @param tried in the order of the attempts
 * @param chosen the name of the one that was chosen
 * @param why in a sentence
 * @param bound what was asked
 * @param rows of the choice
 * @param judged the written file beside f32 on the other rows
 * @param reached what it reaches there
 * @param confidence what its probabilities became
 * @param file where it was written
 * @param recipeFile what makes it again without the data
 */
public record TuningReport(
    List<Tried> tried,
    String chosen,
    String why,
    Bound bound,
    int rows,
    EvaluationReport judged,
    Bound.Reached reached,
    FittedConfidence confidence,
    Path file,
    Path recipeFile) {
  /** What the other rows say of the choice. */
  public String verdict() {
    if (Double.isNaN(reached.value())) {
      return "misses the bound on the other rows, which do not define it";
    }
    if (reached.isUncertain()) {
      return reached.met()
          ? "meets the bound on the other rows, but these are too few to be sure"
          : "misses the bound on the other rows, but these are too few to be sure";
    }
    return reached.met()
        ? "meets the bound on the other rows"
        : "misses the bound on the other rows";
  }
}
