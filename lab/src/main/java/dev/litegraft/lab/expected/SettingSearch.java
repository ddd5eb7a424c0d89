package dev.litegraft.lab.expected;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Effort;
import dev.litegraft.lab.diagnosis.search.Search;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The setting of our reading, or the two, that make the recorded numbers when they are others: the
 * search of a diagnosis, asked what the original answered in the place of a file.
 *
 * @param own our reading
 * @param layers that compute
 * @param threads on which settings are tried side by side
 */
record SettingSearch(VariantModel own, PlainLayers layers, int threads) {
  /** The largest difference that counts as none, as a part of the largest number. */
  private static final double FLOOR = 1e-4;

  /** The largest difference that leaves no doubt. */
  private static final double CLEAR = 1e-5;

  /** Answers that are looked at: enough to tell settings apart. */
  private static final int ROWS = 24;

  private static final String PAD = "pad_token_id";

  /** Special tokens stand first in a vocabulary. */
  private static final int MOST_PAD = 5;

  Optional<String> explanation(List<RecordedAnswer> answers) {
    List<RecordedAnswer> few = answers.subList(0, Math.min(ROWS, answers.size()));
    AskedFile original =
        AskedFile.recorded(
            few.stream().map(RecordedAnswer::row).toList(),
            few.stream().map(RecordedAnswer::floats).toList());
    double scale = Math.max(1, original.scale());
    Effort effort = new Effort(own.model().size().multiplicationsPerToken());
    TrialPool.Limits limits = effort.limits(FLOOR * scale, CLEAR * scale);
    try (TrialPool trials = new TrialPool(original, limits, layers, threads, (tried, of) -> {})) {
      Search search = new Search(trials, own);
      List<Candidate> found = search.single();
      if (found.isEmpty()) {
        found =
            padTokens().stream()
                .flatMap(other -> search.alone(other).stream())
                .filter(Candidate::explains)
                .limit(1)
                .toList();
      }
      if (found.isEmpty()) {
        found = search.pair(List.of());
      }
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(
              found.stream().map(SettingSearch::sentence).collect(Collectors.joining("; and ")));
    }
  }

  /** Other ids of the pad token, where positions are counted from it on. */
  private List<Hypothesis> padTokens() {
    Model model = own.model();
    HfConfig config = own.config();
    if (!(config.value(PAD) instanceof Number pad)) {
      return List.of();
    }
    int positions = model.architecture().maxTokens(config);
    if (positions == model.architecture().maxTokens(config.with(PAD, (long) pad.intValue() + 1))) {
      return List.of();
    }
    return LongStream.rangeClosed(0, MOST_PAD)
        .filter(id -> id != pad.longValue())
        .mapToObj(
            id ->
                new Hypothesis(
                    PAD,
                    pad.toString(),
                    Long.toString(id),
                    v -> v.with(v.config().with(PAD, id)),
                    "count positions from pad_token_id + 1 on"))
        .toList();
  }

  private static String sentence(Candidate found) {
    return found.setting()
        + ": our reading is "
        + found.hypothesis().checkpoint()
        + ", the original answers as with "
        + found.hypothesis().file();
  }
}
