package dev.litegraft.tflite;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What goes into a file, with every index given: the graphs as TFLite sees them.
 *
 * @param subgraphs one a graph
 * @param codes the operator codes, in the order of their first use
 * @param constants the buffers, in the order of their first use
 * @param metadata name and buffer of the metadata
 */
record FilePlan(
    List<Subgraph> subgraphs,
    List<Code> codes,
    List<Constants.Buffer> constants,
    Map<String, Integer> metadata) {
  /** An operator and the version of its kernel. */
  record Code(String mnemonic, int version) {}

  /**
   * A tensor.
   *
   * @param dims with −1 for what depends on the number of tokens
   * @param quantization that is known before the numbers are written
   * @param scales the tensor with the scales, where they are one of their own; else −1
   */
  record Tensor(
      String name,
      TensorType type,
      List<Integer> dims,
      Optional<Constants.Buffer> buffer,
      Optional<Quantization> quantization,
      int scales) {}

  /** An operator: its code's index, and the indices of its tensors. */
  record Operator(int code, OperatorCall call, List<Integer> inputs, int output) {}

  /** A graph with its tensors. */
  record Subgraph(
      Graph graph,
      List<Tensor> tensors,
      List<Operator> operators,
      List<Integer> inputs,
      List<Integer> outputs) {}

  /**
   * Plans a file.
   *
   * @param metadata bytes by name
   * @throws IOException if a small constant cannot be read
   */
  static FilePlan of(List<Graph> graphs, Map<String, byte[]> metadata, boolean asymmetricInputs)
      throws IOException {
    Constants constants = new Constants();
    Map<Code, Integer> codes = new LinkedHashMap<>();
    List<Subgraph> subgraphs = new ArrayList<>();
    for (Graph graph : graphs) {
      subgraphs.add(new Planner(constants, codes, asymmetricInputs).subgraph(graph));
    }
    Map<String, Integer> entries = new LinkedHashMap<>();
    metadata.forEach((name, bytes) -> entries.put(name, constants.of(bytes).index()));
    return new FilePlan(
        List.copyOf(subgraphs), List.copyOf(codes.keySet()), constants.buffers(), entries);
  }

  private static final class Planner {
    private final Constants constants;
    private final Map<Code, Integer> codes;
    private final OperatorEncoder encoder;
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<Object, Integer> indices = new HashMap<>();

    Planner(Constants constants, Map<Code, Integer> codes, boolean asymmetricInputs) {
      this.constants = constants;
      this.codes = codes;
      this.encoder = new OperatorEncoder(asymmetricInputs);
    }

    Subgraph subgraph(Graph graph) throws IOException {
      List<Integer> inputs = indices(graph.inputs().values());
      List<Operator> operators = new ArrayList<>();
      for (Op op : graph.ops()) {
        operators.add(operator(op.accept(encoder)));
      }
      List<Integer> outputs = indices(graph.outputs().values());
      return new Subgraph(graph, List.copyOf(tensors), operators, inputs, outputs);
    }

    private Operator operator(OperatorCall call) throws IOException {
      int code =
          codes.computeIfAbsent(new Code(call.mnemonic(), call.version()), ignored -> codes.size());
      List<Integer> inputs = new ArrayList<>();
      for (OperatorCall.Operand operand : call.inputs()) {
        if (operand instanceof OperatorCall.Edge edge) {
          inputs.add(index(edge.value()));
        } else if (operand instanceof OperatorCall.Whole whole) {
          inputs.add(index(whole));
        } else {
          inputs.add(-1);
        }
      }
      return new Operator(code, call, inputs, index(call.output()));
    }

    private List<Integer> indices(Iterable<Value> values) throws IOException {
      List<Integer> list = new ArrayList<>();
      for (Value value : values) {
        list.add(index(value));
      }
      return list;
    }

    private int index(Value value) throws IOException {
      Integer known = indices.get(value);
      if (known != null) {
        return known;
      }
      int scales =
          value.quantization().orElse(null) instanceof Quantization.Blocks blocks
              ? index(blocks.scales())
              : -1;
      return add(
          value,
          new Tensor(
              value.name(),
              TensorType.of(value.dtype()),
              OperatorEncoder.signature(value.shape()),
              value.isConstant() ? Optional.of(constants.of(value)) : Optional.empty(),
              value.quantization(),
              scales));
    }

    private int index(OperatorCall.Whole whole) {
      Integer known = indices.get(whole);
      List<Integer> dims = whole.scalar() ? List.of() : List.of(whole.numbers().size());
      return known != null
          ? known
          : add(
              whole,
              new Tensor(
                  whole.name(),
                  TensorType.INT32,
                  dims,
                  Optional.of(constants.of(whole.numbers())),
                  Optional.empty(),
                  -1));
    }

    private int add(Object key, Tensor tensor) {
      indices.put(key, tensors.size());
      tensors.add(tensor);
      return tensors.size() - 1;
    }
  }
}
