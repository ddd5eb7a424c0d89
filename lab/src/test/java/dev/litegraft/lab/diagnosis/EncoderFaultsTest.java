package dev.litegraft.lab.diagnosis;

import static dev.litegraft.lab.diagnosis.PlantedCheckpoint.F32;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults of encoders and encoder-decoders: one in a file, and its setting is named. */
class EncoderFaultsTest {
  @TempDir Path scratch = Path.of("");

  static Stream<Arguments> faults() {
    String anyBias = ".*relative_attention_bias.*";
    return Stream.of(
            of(
                "mpnet-seqcls",
                "hidden_act",
                "layer_norm_eps",
                "num_hidden_layers",
                "classifier.out_proj"),
            of(
                "nomic-bert-seqcls",
                "hidden_act",
                "layer_norm_eps",
                "num_hidden_layers",
                "classifier"),
            of("gte-seqcls", "hidden_act", "layer_norm_eps", "num_hidden_layers", "classifier"),
            of(
                "jina-v3-seqcls",
                "hidden_act",
                "layer_norm_eps",
                "num_hidden_layers",
                "classifier.out_proj"),
            of("eurobert-seqcls", "hidden_act", "rms_norm_eps", "num_hidden_layers", "classifier"),
            of(
                "t5-seqcls",
                "dense_act_fn",
                "layer_norm_epsilon",
                "num_layers",
                "classification_head.out_proj"),
            of(
                "umt5-seqcls",
                "dense_act_fn",
                "layer_norm_epsilon",
                "num_layers",
                "classification_head.out_proj"),
            of(
                "bart-seqcls",
                "activation_function",
                "",
                "encoder_layers",
                "classification_head.out_proj"),
            of(
                "mbart-seqcls",
                "activation_function",
                "",
                "encoder_layers",
                "classification_head.out_proj"),
            Stream.of(
                Arguments.of(
                    "mpnet-seqcls", "position_offset", Faults.times(".*position_embeddings.*", 0)),
                Arguments.of("mpnet-seqcls", "relative_positions", Faults.times(anyBias, 0)),
                Arguments.of("t5-seqcls", "relative_positions", Faults.times(anyBias, 0)),
                Arguments.of("nomic-bert-seqcls", "rope_theta", theta()),
                Arguments.of("gte-seqcls", "rope_theta", theta()),
                Arguments.of("jina-v3-seqcls", "rope_theta", theta()),
                Arguments.of("eurobert-seqcls", "rope_theta", theta()),
                Arguments.of(
                    "bart-seqcls", "position_offset", Faults.times(".*embed_positions.*", 0)),
                Arguments.of(
                    "mbart-seqcls", "position_offset", Faults.times(".*embed_positions.*", 0)),
                Arguments.of("bart-seqcls", "pooling", Faults.setting("eos_token_id", 159)),
                Arguments.of(
                    "eurobert-seqcls",
                    "classifier_pooling",
                    Faults.setting("classifier_pooling", "bos"))))
        .flatMap(s -> s);
  }

  private static Fault theta() {
    return Faults.setting("rope_parameters", Map.of("rope_theta", 3700.0, "rope_type", "default"));
  }

  private static Stream<Arguments> of(
      String name, String activation, String epsilon, String layers, String head) {
    Stream<Arguments> all =
        Stream.of(
            Arguments.of(name, activation, Faults.setting(activation, "tanh")),
            Arguments.of(name, layers, Faults.setting(layers, 1)),
            Arguments.of(
                name, "label_order", Faults.reversed(head.replace(".", "\\.") + "\\..*", 3)));
    return epsilon.isEmpty() // the norms' is no setting of the family
        ? all
        : Stream.concat(all, Stream.of(Arguments.of(name, epsilon, Faults.setting(epsilon, 0.03))));
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("faults")
  void theSettingIsNamed(String name, String setting, Fault fault) throws IOException {
    Path original = PlantedCheckpoint.golden(name);
    Path file = PlantedCheckpoint.file(original, fault, F32, scratch);
    DiagnosisReport report = Diagnosis.of(original, file).withThreads(2).run();
    List<String> named = report.explainedBy().stream().map(Explanation::setting).toList();
    assertThat(named).as(report.verdict()).containsExactly(setting);
    assertThat(report.match()).isFalse();
  }
}
