package dev.litegraft.model;

import dev.litegraft.facts.OutputForm;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Inputs;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
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
    return signatures.tokens().stream()
        .map(
            tokens ->
                Fit.required(model.config(), () -> graph(signatures.key(tokens), tokens, probes)))
        .toList();
  }

  private Graph graph(String signature, int tokens, List<String> probes) {
    GraphBuilder builder = new GraphBuilder(constants);
    EdgeLayers f = new EdgeLayers(builder, new EdgeLayout(tokens, maxLength, signatures.qkv()));
    Value ids = input(builder, 0, tokens);
    Value mask = input(builder, 1, tokens);
    Optional<Value> types =
        model.takesTokenTypes() || signatures.alwaysTypes()
            ? Optional.of(input(builder, 2, tokens))
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

  private Value input(GraphBuilder builder, int index, int tokens) {
    String name = signatures.names().inputs().get(index);
    return builder.input(name, signatures.inputType(), Shape.of(1, tokens));
  }

  private String outputName() {
    Task task = model.task();
    if (task == Task.TOKEN_EMBEDDING) {
      return "token_embeddings";
    }
    return task.embeds() ? "embedding" : "logits";
  }

  /** One row a text loses the axis of its only token: [1, 1, n] to [1, n]. */
  private Value flat(GraphBuilder builder, Value output) {
    Shape shape = output.shape();
    return model.task().everyToken() ? output : builder.reshape(output, Shape.of(1, shape.last()));
  }
}
