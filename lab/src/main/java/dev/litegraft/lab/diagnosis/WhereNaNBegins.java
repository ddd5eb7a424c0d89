package dev.litegraft.lab.diagnosis;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tensor.Finite;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Where in a file numbers begin that are none. */
final class WhereNaNBegins {
  private WhereNaNBegins() {}

  /** A sentence that names the first value of the graph, in its order, that is NaN or infinite. */
  static String in(RawModel model, TfliteReader reader, TokenRow row) {
    String text = "the file answers NaN or infinity to " + row.length() + " tokens";
    Set<String> names = new LinkedHashSet<>();
    for (TfliteModel.Subgraph graph : reader.model().subgraphs()) {
      for (TfliteModel.Operator operator : graph.operators()) {
        operator.outputs().stream()
            .filter(i -> i >= 0)
            .forEach(i -> names.add(graph.tensors().get(i).name()));
      }
    }
    Map<String, RawOutput> values = new HashMap<>();
    try {
      model.values(model.taken(row), names).forEach(v -> values.put(v.name(), v));
    } catch (InvalidInputException e) {
      return text + "; the values inside cannot be read: " + e.what();
    }
    for (String name : names) {
      RawOutput value = values.get(name);
      if (value != null && Finite.firstNonFinite(value.values(), 0, value.values().length) >= 0) {
        return text + "; they begin at " + name;
      }
    }
    return text + "; under LiteRT's plain kernels no value is, so the fast kernels are at fault";
  }
}
