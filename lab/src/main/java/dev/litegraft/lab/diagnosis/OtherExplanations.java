package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.diagnosis.search.OtherHead;
import dev.litegraft.lab.diagnosis.search.Search;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What is looked for where no setting explains a file: other weights, another head, two faults at
 * once, another head and a fault.
 */
final class OtherExplanations {
  /** Another head is fitted; that multiplies the rounding of the vectors by its size. */
  private static final double HEAD_SLACK = 20;

  private final SearchSteps steps;
  private final DiagnosedFile file;

  OtherExplanations(SearchSteps steps) {
    this.steps = steps;
    this.file = steps.file();
  }

  /**
   * The first of them that is one.
   *
   * @param search that found nothing
   * @param distance of the checkpoint's model from the file
   */
  Outcome of(AskedFile subject, Search search, Distance distance, TrialPool.Limits limits)
      throws IOException {
    double floor = limits.floor();
    VariantModel own = file.own();
    WeightsInFile weights = file.weights();
    boolean others = weights.areOthers(file.isForeign());
    if (others && !weights.areOthersOfHead(own.model().architecture().moduleNames())) {
      return steps.unexplained(distance, floor, weights.sentence(), Kind.OTHER_WEIGHTS);
    }
    Optional<Candidate> head =
        OtherHead.of(file.asked(), own, file.rows(), file.layers()).flatMap(search::alone);
    double slack = limits.clear() > 0 ? HEAD_SLACK : 1;
    List<Candidate> found =
        head.filter(c -> c.distance().max() <= slack * floor).map(List::of).orElse(List.of());
    if (found.isEmpty() && !others) {
      found = search.pair(head.stream().toList());
    }
    if (found.isEmpty() && head.isPresent() && !file.effort().isLarge()) {
      found = besideHead(subject, head.get(), limits.withFloor(slack * floor));
    }
    if (!found.isEmpty()) {
      return steps.explained(found, distance, floor);
    }
    if (others) {
      return steps.unexplained(distance, floor, weights.sentence(), Kind.OTHER_WEIGHTS);
    }
    List<String> reordered = file.isForeign() ? weights.reordered() : List.of();
    return steps.unexplained(distance, floor, Verdicts.notExplained(reordered), Kind.NOT_EXPLAINED);
  }

  /** Another fault on top of another head, which is known as well as it could be fitted only. */
  private List<Candidate> besideHead(AskedFile subject, Candidate head, TrialPool.Limits limits) {
    List<Candidate> found =
        steps.single(subject, SearchSteps.changed(file.own(), List.of(head)), limits);
    return found.isEmpty() ? List.of() : List.of(head, found.get(0));
  }
}
