package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files whose graph is not the family's, though every setting and every number is. */
class RewiredDiagnosisTest {
  private static final String LLAMA = "llama-base-gqa-f32";

  @TempDir Path scratch = Path.of("");

  static Stream<Arguments> wirings() {
    return Stream.of(
        wiring(
            "causal_mask", LLAMA, "mask", (f, in, a) -> f.mask((Value) a[0], Span.BIDIRECTIONAL)),
        wiring(
            "causal_mask", "bert-seqcls", "mask", (f, in, a) -> f.mask((Value) a[0], Span.CAUSAL)),
        wiring(
            "sliding_window",
            LLAMA,
            "mask",
            (f, in, a) -> f.mask((Value) a[0], Span.causalWindow(8))),
        wiring(
            "attention_mask",
            "bert-seqcls",
            "mask",
            (f, in, a) -> f.mask(f.affine((Value) a[0], 0, 1), (Span) a[1])),
        Arguments.of("pooling", LLAMA, meanOfTokens()),
        wiring("pooling", LLAMA, "lastWhere", (f, in, a) -> f.firstToken(in.ids())),
        Arguments.of("pooling", "bert-seqcls", meanOfTokens()),
        wiring(
            "qk_norm",
            "qwen3-seqcls",
            "rmsNorm",
            (f, in, a) -> {
              RmsNorm norm = (RmsNorm) a[1];
              boolean ofHeads = norm.name().endsWith("q_norm") || norm.name().endsWith("k_norm");
              return ofHeads ? (Value) a[0] : f.rmsNorm((Value) a[0], norm);
            }));
  }

  /** What only rows tell that no tokenizer of the folder makes. */
  static Stream<Arguments> customs() {
    return Stream.of(
        wiring("pooling", LLAMA, "lastWhere", (f, in, a) -> f.lastWhere(in.attended())),
        wiring(
            "padding_side",
            "bert-seqcls",
            "positions",
            (f, in, a) ->
                f.activation(f.affine(f.runningSum(in.attended()), 1, -1), Activation.RELU)));
  }

  private static Arguments wiring(
      String setting, String name, String layer, RewiredGraph.Wiring wiring) {
    return Arguments.of(setting, name, Map.of(layer, wiring));
  }

  /** No token is picked before the head reads all of them. */
  private static Map<String, RewiredGraph.Wiring> meanOfTokens() {
    return Map.of(
        "pick",
        (f, in, a) -> (Value) a[1],
        "linear",
        (f, in, a) -> {
          Value x = (Value) a[0];
          Linear w = (Linear) a[1];
          boolean ofHead =
              Architectures.ALL.stream().anyMatch(one -> one.moduleNames().isOfHead(w.name()));
          boolean all = ofHead && x.shape().dim(1) == Shape.TOKENS;
          return f.linear(all ? f.pick(f.averaging(in.attended()), x) : x, w);
        });
  }

  @ParameterizedTest(name = "{0} of {1} ({index})")
  @MethodSource("wirings")
  void theWiringIsNamed(String setting, String name, Map<String, RewiredGraph.Wiring> wirings)
      throws IOException {
    Path original = PlantedCheckpoint.golden(name);
    Path file = RewiredGraph.file(original, wirings, scratch.resolve("rewired.tflite"));
    DiagnosisReport report = Diagnosis.of(original, file).withThreads(2).run();
    assertThat(report.explainedBy().stream().map(Explanation::setting))
        .as(report.verdict())
        .containsExactly(setting);
  }

  @ParameterizedTest(name = "{0} of {1} ({index})")
  @MethodSource("customs")
  void aCustomIsNoFault(String setting, String name, Map<String, RewiredGraph.Wiring> wirings)
      throws IOException {
    Path original = PlantedCheckpoint.golden(name);
    Path file = RewiredGraph.file(original, wirings, scratch.resolve("rewired.tflite"));
    DiagnosisReport report = Diagnosis.of(original, file).withThreads(2).run();
    assertThat(report.match()).isTrue();
    assertThat(report.explainedBy()).isEmpty();
    assertThat(report.conventions().stream().map(Explanation::setting))
        .as(report.verdict())
        .containsExactly(setting);
  }
}
