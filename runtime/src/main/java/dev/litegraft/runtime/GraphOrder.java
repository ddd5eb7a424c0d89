package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteModel.Operator;
import dev.litegraft.tflite.TfliteModel.Signature;
import dev.litegraft.tflite.TfliteModel.Subgraph;
import dev.litegraft.tflite.TfliteModel.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether each operator reads what is there before it. LiteRT's verifier does not look at that, and
 * its partitioning kills the JVM where an operator reads what a later one makes.
 */
final class GraphOrder {
  private final TfliteModel model;
  private final Subgraph subgraph;
  private final String where;
  private final Set<Integer> known = new HashSet<>();

  private GraphOrder(TfliteModel model, Subgraph subgraph, String where) {
    this.model = model;
    this.subgraph = subgraph;
    this.where = where;
  }

  /**
   * @throws InvalidInputException if an operator reads a tensor that nothing before it makes, a
   *     tensor is made twice, or a signature names what is no input or output
   */
  static void require(TfliteModel model, String where) {
    for (int i = 0; i < model.subgraphs().size(); i++) {
      new GraphOrder(model, model.subgraphs().get(i), where + ", subgraph " + i).require();
    }
    for (Signature signature : model.signatures()) {
      Subgraph subgraph = model.subgraphs().get(signature.subgraph());
      if (!subgraph.inputs().containsAll(signature.inputs().values())
          || !subgraph.outputs().containsAll(signature.outputs().values())) {
        throw fault(
            "the inputs "
                + signature.inputs()
                + " and outputs "
                + signature.outputs()
                + " are not those of its subgraph, "
                + subgraph.inputs()
                + " and "
                + subgraph.outputs(),
            where + ", signature " + signature.key());
      }
    }
  }

  private void require() {
    known.addAll(subgraph.inputs());
    for (Tensor tensor : subgraph.tensors()) {
      boolean constant =
          model.buffers().get(tensor.buffer()).bytes() > 0 || tensor.shape().contains(0);
      if (constant || tensor.variable()) {
        known.add(tensor.index());
      }
    }
    List<Operator> operators = subgraph.operators();
    for (int i = 0; i < operators.size(); i++) {
      Operator operator = operators.get(i);
      String name = "operator " + i + " (" + operator.mnemonic() + ")";
      for (int input : operator.inputs()) {
        if (input >= 0) {
          requireKnown(input, name + " reads");
        }
      }
      for (int output : operator.outputs()) {
        if (output >= 0 && !known.add(output)) {
          throw fault(
              name + " makes a tensor that is there already: " + subgraph.tensors().get(output),
              where);
        }
      }
    }
    for (int output : subgraph.outputs()) {
      requireKnown(output, "the graph answers with");
    }
  }

  private void requireKnown(int tensor, String who) {
    if (!known.contains(tensor)) {
      throw fault(
          who + " a tensor that nothing before makes: " + subgraph.tensors().get(tensor), where);
    }
  }

  private static InvalidInputException fault(String what, String where) {
    return new InvalidInputException(
        "the file is damaged: " + what,
        where,
        "make the file again, or copy it again from where it came from");
  }
}
