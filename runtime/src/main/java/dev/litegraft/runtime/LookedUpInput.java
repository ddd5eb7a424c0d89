package dev.litegraft.runtime;

import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteModel.Operator;
import dev.litegraft.tflite.TfliteModel.Subgraph;
import dev.litegraft.tflite.TfliteModel.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which input is which, where names say nothing: the token ids are the one whose numbers choose
 * rows of the largest table, and token types choose rows of another, or are not read at all.
 * Exporters put inputs in any order.
 */
final class LookedUpInput {
  /** What exporters do to ids before a look-up; positions are summed, which is not among these. */
  private static final Set<String> PASSING_ON =
      Set.of(
          "ADD",
          "CAST",
          "EXPAND_DIMS",
          "LESS",
          "MAXIMUM",
          "MINIMUM",
          "RESHAPE",
          "SELECT",
          "SELECT_V2",
          "SQUEEZE");

  private final Subgraph subgraph;
  private final Map<Integer, Operator> makers = new HashMap<>();

  private LookedUpInput(Subgraph subgraph) {
    this.subgraph = subgraph;
    for (Operator operator : subgraph.operators()) {
      operator.outputs().forEach(output -> makers.put(output, operator));
    }
  }

  /** The tensor of the ids in a subgraph; empty where no look-up leads to a single input. */
  static OptionalInt of(TfliteModel model, int subgraph) {
    return new LookedUpInput(model.subgraphs().get(subgraph)).find();
  }

  /** The inputs, beside these ids, that can only be token types. */
  static Set<Integer> types(TfliteModel model, int subgraph, int ids) {
    LookedUpInput graph = new LookedUpInput(model.subgraphs().get(subgraph));
    Set<Integer> types = new HashSet<>();
    Set<Integer> read = new HashSet<>();
    for (Operator operator : graph.subgraph.operators()) {
      read.addAll(operator.inputs());
      int index =
          switch (operator.mnemonic()) {
            case "GATHER" -> 1;
            case "EMBEDDING_LOOKUP", "ONE_HOT" -> 0;
            default -> -1;
          };
      if (index >= 0 && index < operator.inputs().size()) {
        graph.source(operator.inputs().get(index)).ifPresent(types::add);
      }
    }
    graph.subgraph.inputs().stream().filter(input -> !read.contains(input)).forEach(types::add);
    types.remove(ids);
    types.retainAll(graph.subgraph.inputs());
    return types;
  }

  private OptionalInt find() {
    long largest = 0;
    OptionalInt found = OptionalInt.empty();
    for (Operator operator : subgraph.operators()) {
      boolean lookup = operator.mnemonic().equals("EMBEDDING_LOOKUP");
      boolean gather = operator.mnemonic().equals("GATHER");
      if ((!lookup && !gather) || operator.inputs().size() < 2) {
        continue;
      }
      int ids = operator.inputs().get(lookup ? 0 : 1);
      int table = operator.inputs().get(lookup ? 1 : 0);
      long numbers = table < 0 ? 0 : numbers(subgraph.tensors().get(table));
      OptionalInt source = numbers > largest ? source(ids) : OptionalInt.empty();
      if (source.isPresent()) {
        largest = numbers;
        found = source;
      }
    }
    return found;
  }

  private static long numbers(Tensor table) {
    long numbers = table.shape().size() == 2 ? 1 : 0;
    for (int dim : table.shape()) {
      numbers *= Math.max(0, dim);
    }
    return numbers;
  }

  /** The only input that a tensor is made of, by operators that pass ids on. */
  private OptionalInt source(int tensor) {
    Set<Integer> sources = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>();
    open.add(tensor);
    while (!open.isEmpty()) {
      int next = open.remove();
      Operator maker = makers.get(next);
      if (next < 0 || !seen.add(next)) {
        continue;
      }
      if (subgraph.inputs().contains(next)) {
        sources.add(next);
      } else if (maker != null) {
        if (!PASSING_ON.contains(maker.mnemonic())) {
          return OptionalInt.empty();
        }
        open.addAll(maker.inputs());
      }
    }
    return sources.size() == 1 ? OptionalInt.of(sources.iterator().next()) : OptionalInt.empty();
  }
}
