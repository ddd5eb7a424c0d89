package dev.litegraft.model;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.OutputForm;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.GraphException;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Inputs;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds a model's edge graphs, one a signature, which share their constants. */
public final class EdgeGraphs {
  private static final String PROBABILITIES = "probabilities";

  private final Model model;
  private final Signatures signatures;
  private final int maxLength;
  private final Map<String, Value> constants = new HashMap<>();

  /**
   * @param maxLength the longest text in tokens
   */
  public EdgeGraphs(Model model, Signatures signatures, int maxLength) {
    this.model = model;
    this.signatures = signatures;
    this.maxLength = maxLength;
  }

  /** The graphs in f32; {@code probes} are names of values that become further outputs. */
  public List<Graph> build(List<String> probes) {
    List<Graph> graphs = new ArrayList<>();
    for (int tokens : signatures.tokens()) {
      EdgeLayout layout = new EdgeLayout(tokens, maxLength, signatures.qkv());
      graphs.add(Fit.required(model.config(), () -> graph(signatures.key(tokens), layout, probes)));
    }
    if (signatures.batch() > 1) {
      graphs.add(ofSeveral());
    }
    return graphs;
  }

  /** That of a single text was built before: what does not fit here is the number of texts. */
  private Graph ofSeveral() {
    EdgeLayout layout =
        new EdgeLayout(Shape.TOKENS, maxLength, signatures.qkv(), signatures.batch());
    try {
      return graph(signatures.batchKey(), layout, List.of());
    } catch (GraphException | IllegalArgumentException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              "the graph of this model takes one text at a time, not " + signatures.batch(),
              "--batch",
              "leave it out for this model");
      fault.initCause(e);
      throw fault;
    }
  }

  private Graph graph(String signature, EdgeLayout layout, List<String> probes) {
    GraphBuilder builder = new GraphBuilder(constants);
    EdgeLayers f = new EdgeLayers(builder, layout);
    Value ids = input(builder, 0, layout);
    Value mask = input(builder, 1, layout);
    Optional<Value> types =
        model.takesTokenTypes() || signatures.alwaysTypes()
            ? Optional.of(input(builder, 2, layout))
            : Optional.empty();
    builder.scope("inputs");
    Value attended = builder.cast(mask, DType.F32);
    Inputs<Value> in =
        model.inputs(
            builder.cast(ids, DType.I32),
            attended,
            types.filter(t -> model.takesTokenTypes()).map(t -> builder.cast(t, DType.I32)));
    Value output = model.answer(f, in);
    Map<String, Value> outputs = new LinkedHashMap<>();
    Value answer = builder.named(flat(builder, output), outputName());
    if (signatures.output() == OutputForm.PROBABILITIES) {
      builder.scope("outputs");
      outputs.put(PROBABILITIES, builder.named(probabilities(builder, answer), PROBABILITIES));
    } else {
      outputs.put(outputName(), answer);
    }
    for (String probe : probes) {
      builder.find(probe).ifPresent(value -> outputs.put(probe, value));
    }
    return builder.build(signature, outputs);
  }

  /** What a program would make of the logits. */
  private Value probabilities(GraphBuilder builder, Value logits) {
    return model.problemType().orElseThrow() == ProblemType.MULTI_LABEL
        ? builder.unary(Op.UnaryKind.LOGISTIC, logits)
        : builder.softmax(logits);
  }

  private Value input(GraphBuilder builder, int index, EdgeLayout layout) {
    String name = signatures.names().inputs().get(index);
    return builder.input(name, signatures.inputType(), Shape.of(layout.texts(), layout.tokens()));
  }

  private String outputName() {
    Task task = model.task();
    if (task == Task.TOKEN_EMBEDDING) {
      return "token_embeddings";
    }
    return task.embeds() ? "embedding" : "logits";
  }

  /** One row a text loses the axis of its only token: [b, 1, n] to [b, n]. */
  private Value flat(GraphBuilder builder, Value output) {
    Shape shape = output.shape();
    return model.task().everyToken()
        ? output
        : builder.reshape(output, Shape.of(shape.dim(0), shape.last()));
  }
}
