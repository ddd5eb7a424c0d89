package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Rows of queries, keys and values in another order than the one they were written in. */
final class FusedOrderFaults implements Hypotheses.Source {
  private static final String ADVICE =
      "read the fused projection in the order in which it was written";

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    Names names = Names.of(own);
    Weights weights = own.weights();
    Map<String, Optional<Weights>> orders = new LinkedHashMap<>();
    orders.put(
        "[Q, K, V] read as interleaved by key/value head",
        QkvOrder.readInterleaved(names, weights));
    orders.put(
        "interleaved by key/value head read as [Q, K, V]",
        QkvOrder.writtenInterleaved(names, weights));
    orders.put("keys and values exchanged", QkvOrder.keysAsValues(names, weights));
    orders.put("queries and keys exchanged", QkvOrder.queriesAsKeys(names, weights));
    orders.put(
        "query heads in the order of tiled key/value heads",
        QkvOrder.queriesApart(names, weights, true));
    orders.put(
        "query heads as if written for tiled key/value heads",
        QkvOrder.queriesApart(names, weights, false));
    orders.forEach(
        (file, order) ->
            order.ifPresent(
                rows ->
                    all.change("qkv_row_order", "as the family", file, v -> v.with(rows), ADVICE)));
  }
}
