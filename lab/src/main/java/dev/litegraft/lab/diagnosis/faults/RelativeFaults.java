package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ForwardingLayers;
import java.util.List;

/**
 * Relative positions as DeBERTa has them: who looks, at which distances, and in which direction.
 */
final class RelativeFaults implements Hypotheses.Source {
  private static final String KINDS = "pos_att_type";
  private static final String FARTHEST = "max_relative_positions";
  private static final String BUCKETS = "position_buckets";
  private static final String ADVICE = "count distances as the original class does";

  /** What models with a bias by distance call its table. */
  private static final String BIAS = "relative_attention_bias";

  private static final String ALIBI = "alibi";

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    HfConfig config = own.config();
    biases(all, own);
    if (!Boolean.TRUE.equals(config.value("relative_attention"))) {
      return;
    }
    String known = Hypotheses.text(config.value(KINDS));
    for (List<String> kinds :
        List.of(List.of("c2p", "p2c"), List.of("c2p"), List.of("p2c"), List.<String>of())) {
      boolean same =
          kinds.contains("c2p") == known.contains("c2p")
              && kinds.contains("p2c") == known.contains("p2c");
      if (!same) {
        all.key(config, KINDS, kinds, "add the products of config.json to the scores, no others");
      }
    }
    int buckets = config.integer(BUCKETS, -1);
    if (buckets > 0) {
      for (int farthest : List.of(-1, 2 * buckets, 4 * buckets, buckets, 64, 128, 256, 512, 1024)) {
        if (farthest != config.integer(FARTHEST, -1)) {
          all.key(config, FARTHEST, farthest, ADVICE);
        }
      }
      all.change(
          BUCKETS,
          Hypotheses.text(config.value(BUCKETS)),
          "a row for each distance",
          v -> v.with(v.config().with(BUCKETS, -1).with(FARTHEST, buckets)),
          ADVICE);
    }
    all.wiring("relative_positions", "query minus key", "key minus query", reversed(), ADVICE);
  }

  /** Where scores have a bias by distance, alone or beside learned positions. */
  private static void biases(Hypotheses all, VariantModel own) {
    boolean has =
        Modules.of(own).tables().stream()
            .anyMatch(table -> table.endsWith(BIAS) || table.equals(ALIBI));
    if (has) {
      all.wiring(
          "relative_positions",
          "added to the scores",
          "left out",
          Rewirings.withoutTable(name -> name.endsWith(BIAS) || name.equals(ALIBI)),
          "add the bias by distance to the scores, before softmax");
      all.wiring("relative_positions", "key minus query", "query minus key", reversed(), ADVICE);
    }
  }

  private static VariantModel.Rewiring reversed() {
    return (f, in) ->
        new ForwardingLayers(f) {
          @Override
          public Array relativePositions(Array ids) {
            return super.affine(super.relativePositions(ids), -1, 0);
          }

          @Override
          public Array positionsFrom(Array positions, Array picked) {
            return super.affine(super.positionsFrom(positions, picked), -1, 0);
          }
        };
  }
}
