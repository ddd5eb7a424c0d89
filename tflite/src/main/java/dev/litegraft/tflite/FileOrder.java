package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.tflite.TfliteModel.Operator;
import dev.litegraft.tflite.TfliteModel.Signature;
import dev.litegraft.tflite.TfliteModel.Subgraph;
import dev.litegraft.tflite.TfliteModel.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether each operator reads what is there before it, and inputs and outputs are what they say.
 * LiteRT's verifier does not look at that, and its partitioning kills the JVM where an operator
 * reads what a later one makes.
 */
public final class FileOrder {
  private final TfliteModel model;
  private final Subgraph subgraph;
  private final String where;
  private final Set<Integer> known = new HashSet<>();
  private final Set<Integer> made = new HashSet<>();

  private FileOrder(TfliteModel model, Subgraph subgraph, String where) {
    this.model = model;
    this.subgraph = subgraph;
    this.where = where;
  }

  /**
   * Checks a file.
   *
   * @throws InvalidFileException if an operator reads a tensor that nothing before it makes, a
   *     tensor is made twice, an input or output is absent, there twice, or not one that is put in
   *     or made, a signature does not name its subgraph's inputs and outputs, each once, or two
   *     have one key
   */
  public static void require(TfliteModel model, String where) {
    for (int i = 0; i < model.subgraphs().size(); i++) {
      new FileOrder(model, model.subgraphs().get(i), where + ", subgraph " + i).require();
    }
    Set<String> keys = new HashSet<>();
    for (Signature signature : model.signatures()) {
      if (!keys.add(signature.key())) {
        throw fault("two signatures have the key \"" + signature.key() + "\"", where);
      }
      Subgraph subgraph = model.subgraphs().get(signature.subgraph());
      // LiteRT skips names that are absent or there twice, and counts them all the same.
      if (!names(subgraph.inputs(), signature.inputs())
          || !names(subgraph.outputs(), signature.outputs())) {
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

  private static boolean names(List<Integer> tensors, Map<String, Integer> named) {
    return named.size() == tensors.size()
        && new HashSet<>(tensors).equals(new HashSet<>(named.values()))
        && !named.containsKey("");
  }

  private void require() {
    for (int input : subgraph.inputs()) {
      if (input < 0 || !known.add(input)) {
        throw fault("input " + input + " is absent, or there twice", where);
      }
      Tensor tensor = subgraph.tensors().get(input);
      if (model.buffers().get(tensor.buffer()).bytes() > 0) {
        throw fault("an input is a constant: " + tensor, where);
      }
    }
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
      for (int input : operator.inputs()) {
        if (input >= 0 && !known.contains(input)) {
          throw unknown(input, name(i) + " reads");
        }
      }
      for (int output : operator.outputs()) {
        if (output < 0) {
          throw fault(name(i) + " has an output that is absent", where);
        }
        made.add(output);
        if (!known.add(output)) {
          throw fault(
              name(i) + " makes a tensor that is there already: " + subgraph.tensors().get(output),
              where);
        }
      }
    }
    Set<Integer> outputs = new HashSet<>();
    for (int output : subgraph.outputs()) {
      if (output < 0 || !outputs.add(output)) {
        throw fault("output " + output + " is absent, or there twice", where);
      }
      if (!known.contains(output)) {
        throw unknown(output, "the graph answers with");
      }
      if (!made.contains(output)) {
        throw fault(
            "the graph answers with a tensor that no operator makes: "
                + subgraph.tensors().get(output),
            where);
      }
    }
  }

  private String name(int operator) {
    return "operator " + operator + " (" + subgraph.operators().get(operator).mnemonic() + ")";
  }

  private InvalidFileException unknown(int tensor, String who) {
    return fault(
        who + " a tensor that nothing before makes: " + subgraph.tensors().get(tensor), where);
  }

  private static InvalidFileException fault(String what, String where) {
    return new InvalidFileException(
        "the file is damaged: " + what,
        where,
        "make the file again, or copy it again from where it came from");
  }
}
