package dev.litegraft.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.ConversionOptions;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphPrinter;
import dev.litegraft.graph.Op;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EdgeGraphsTest {
  private static final Path CASES = Path.of("src/test/resources/golden/cases");
  private static final Path GRAPHS = Path.of("src/test/resources/graphs");

  /** Kernels that XNNPACK leaves to others. */
  private static final Set<String> OUTSIDE = Set.of("EMBEDDING_LOOKUP", "GATHER", "CAST", "CUMSUM");

  @Test
  void theGraphOfOneLayerIsTheGoldenText() throws IOException {
    Graph graph = build(ConversionOptions.defaults(), 1).get(0);

    assertThat(GraphPrinter.print(graph))
        .isEqualTo(Files.readString(GRAPHS.resolve("llama-one-layer.txt"), UTF_8));
  }

  @Test
  void whatXnnpackDoesNotTakeStandsBeforeTheFirstLayer() throws IOException {
    List<Op> ops = build(ConversionOptions.defaults(), 3).get(0).ops();

    int firstLayer = 0;
    while (!ops.get(firstLayer).output().name().startsWith("model.layers.0")) {
      firstLayer++;
    }
    assertThat(ops.subList(firstLayer, ops.size()))
        .extracting(Op::mnemonic)
        .doesNotContainAnyElementsOf(OUTSIDE);
    assertThat(ops.subList(0, firstLayer))
        .extracting(Op::mnemonic)
        .filteredOn(OUTSIDE::contains)
        .hasSize(6);
  }

  @Test
  void aFusedLayoutHasOneProjectionWhereTheSplitOneHasThree() throws IOException {
    Graph split = build(ConversionOptions.defaults(), 3).get(0);
    Graph fused = build(ConversionOptions.defaults().withQkv(EdgeLayout.Qkv.FUSED), 3).get(0);

    // Two whole layers save two products each; the last, whose queries are of one token, saves one.
    assertThat(count(split, "FULLY_CONNECTED") - count(fused, "FULLY_CONNECTED"))
        .isEqualTo(2 + 2 + 1);
  }

  @Test
  void staticLengthsShareTheirWeights() throws IOException {
    List<Graph> graphs = build(ConversionOptions.defaults().withLengths(List.of(32, 16)), 2);

    assertThat(graphs).extracting(Graph::signature).containsExactly("tokens_16", "serving_default");
    assertThat(graphs.get(1).inputs().get("input_ids")).hasToString("input_ids i32[1, 32]");
    assertThat(graphs.get(0).constants())
        .filteredOn(c -> !c.name().startsWith("rotary_emb"))
        .isSubsetOf(graphs.get(1).constants());
  }

  @Test
  void int8StoresEveryMatrixAndTheEmbeddingInAByteANumber() throws IOException {
    Graph graph = Recipe.of("int8").apply(build(ConversionOptions.defaults(), 1).get(0));

    assertThat(graph.constants())
        .filteredOn(c -> c.shape().rank() == 2 && !c.name().startsWith("rotary_emb"))
        .isNotEmpty()
        .allSatisfy(c -> assertThat(c.dtype()).hasToString("I8"));
    assertThat(graph.constants())
        .filteredOn(c -> c.name().endsWith("norm.weight"))
        .allSatisfy(c -> assertThat(c.dtype()).hasToString("F32"));
  }

  private static long count(Graph graph, String mnemonic) {
    return graph.ops().stream().filter(op -> op.mnemonic().equals(mnemonic)).count();
  }

  private static List<Graph> build(ConversionOptions options, int layers) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(CASES.resolve("llama-base-gqa-f32"))) {
      Model model =
          Model.of(checkpoint.config().with("num_hidden_layers", layers), checkpoint.weights());
      Signatures signatures =
          new Signatures(
              options.lengths(), options.signatureNames(), options.inputType(), options.qkv());
      return new EdgeGraphs(model, signatures, 64).build(List.of());
    }
  }
}
