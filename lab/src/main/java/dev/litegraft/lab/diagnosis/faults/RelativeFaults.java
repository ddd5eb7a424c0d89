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

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    HfConfig config = own.config();
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
    all.wiring(
        "relative_positions",
        "query minus key",
        "key minus query",
        (f, in) ->
            new ForwardingLayers(f) {
              @Override
              public Array relativePositions(Array ids) {
                return super.affine(super.relativePositions(ids), -1, 0);
              }

              @Override
              public Array positionsFrom(Array positions, Array picked) {
                return super.affine(super.positionsFrom(positions, picked), -1, 0);
              }
            },
        ADVICE);
  }
}
