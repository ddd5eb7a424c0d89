package dev.litegraft.lab.diagnosis;

import static dev.litegraft.lab.diagnosis.PlantedCheckpoint.F32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One fault in a file: its setting is named first, and its value is found. */
class DiagnosisTest {
  private static final String LLAMA = "llama-base-gqa-f32";

  @TempDir Path scratch = Path.of("");

  private DiagnosisReport diagnosed(String name, Fault fault, ConversionOptions options)
      throws IOException {
    Path original = PlantedCheckpoint.golden(name);
    Path file = PlantedCheckpoint.file(original, fault, options, scratch);
    return Diagnosis.of(original, file).withThreads(2).run();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("hidden_act", LLAMA, Faults.setting("hidden_act", "gelu")),
        Arguments.of("hidden_act", "llama-act-gelu", Faults.setting("hidden_act", "gelu_new")),
        Arguments.of("num_hidden_layers", LLAMA, Faults.setting("num_hidden_layers", 2)),
        Arguments.of("rope_scaling", "llama-rope-llama3", Faults.without("rope_scaling")),
        Arguments.of(
            "attention_bias", "llama-attnbias-mlpbias", Faults.setting("attention_bias", false)),
        Arguments.of("mlp_bias", "llama-attnbias-mlpbias", Faults.setting("mlp_bias", false)),
        Arguments.of("bias_dropped", "llama-attnbias-mlpbias", Faults.times(".*bias", 0)),
        Arguments.of("bias_dropped", "qwen2-seqcls", Faults.times(".*bias", 0)),
        Arguments.of("gate_up_swapped", LLAMA, Faults.gateAndUpExchanged()),
        Arguments.of("qkv_row_order", LLAMA, Faults.readAsBlocks()),
        Arguments.of("qkv_row_order", LLAMA, Faults.readAsGroups()),
        Arguments.of("rotary_pairing", LLAMA, Faults.interleavedPairs()),
        Arguments.of("norm_weight_offset", LLAMA, Faults.plus(".*norm\\.weight", 1)),
        Arguments.of("label_order", "llama-attnbias-mlpbias", Faults.reversed("score\\.weight", 3)),
        Arguments.of("head_missing", LLAMA, Faults.headLeftRandom()),
        Arguments.of("pooling", LLAMA, Faults.setting("pad_token_id", 7)),
        Arguments.of(
            "rope_theta", "llama-regression-1label", Faults.setting("rope_theta", 500000.0)),
        Arguments.of(
            "gate_up_swapped", "mistral-seqcls-nowindow-bf16", Faults.gateAndUpExchanged()),
        Arguments.of(
            "sliding_window", "mistral-seqcls-nowindow-bf16", Faults.setting("sliding_window", 8)),
        Arguments.of("norm_weight_offset", "gemma-seqcls", Faults.plus(".*norm\\.weight", -1)),
        Arguments.of("embedding_scale", "gemma-seqcls", Faults.times(".*embed_tokens.*", 0.125)),
        Arguments.of(
            "attn_logit_softcapping",
            "gemma2-seqcls",
            Faults.setting("attn_logit_softcapping", null)),
        Arguments.of("sliding_window", "gemma2-seqcls", Faults.setting("sliding_window", 4096)),
        Arguments.of("hidden_act", "bert-seqcls", Faults.setting("hidden_act", "relu")),
        Arguments.of("hidden_act", "bert-tokencls", Faults.setting("hidden_act", "relu")),
        Arguments.of("label_order", "bert-tokencls", Faults.reversed("classifier\\..*", 5)),
        Arguments.of("layer_norm_eps", "bert-seqcls", Faults.setting("layer_norm_eps", 1e-2)),
        Arguments.of("bias_dropped", "bert-seqcls", Faults.times(".*attention.*(y|e).bias", 0)),
        Arguments.of("bias_dropped", "qwen2-seqcls", Faults.times(".*v_proj.bias", 0)),
        Arguments.of("head_missing", LLAMA, Faults.times("score\\.weight", 0)),
        Arguments.of("token_types", "bert-seqcls", Faults.times(".*token_type_embeddings.*", 0)),
        Arguments.of("position_offset", "bert-seqcls", Faults.times(".*position_embedd.*", 0)),
        Arguments.of("torch_dtype", LLAMA, Faults.roundedToBfloat16()),
        Arguments.of(
            "use_parallel_residual",
            "gpt-neox-seqcls",
            Faults.setting("use_parallel_residual", false)),
        Arguments.of(
            "scale_attn_weights", "gpt2-seqcls", Faults.setting("scale_attn_weights", false)),
        Arguments.of(
            "do_layer_norm_before", "opt-seqcls", Faults.setting("do_layer_norm_before", false)),
        Arguments.of(
            "classifier_pooling",
            "modernbert-seqcls-cls",
            Faults.setting("classifier_pooling", "mean")),
        Arguments.of(
            "local_rope_theta", "modernbert-seqcls-cls", Faults.setting("local_rope_theta", 777.0)),
        Arguments.of(
            "local_attention", "modernbert-seqcls-cls", Faults.setting("local_attention", 64)),
        Arguments.of(
            "pooler_hidden_act", "deberta-v2-seqcls", Faults.setting("pooler_hidden_act", "tanh")),
        Arguments.of("pos_att_type", "deberta-v2-seqcls", Faults.setting("pos_att_type", "c2p")),
        Arguments.of(
            "max_relative_positions",
            "deberta-v2-seqcls",
            Faults.setting("max_relative_positions", 128)),
        Arguments.of(
            "relative_positions",
            "deberta-v2-seqcls",
            Faults.distancesTurned("deberta.encoder.rel_embeddings.weight", 32)),
        Arguments.of(
            "num_attention_heads", "bert-seqcls", Faults.setting("num_attention_heads", 2)),
        Arguments.of(
            "num_attention_heads", "deberta-v2-seqcls", Faults.setting("num_attention_heads", 8)),
        Arguments.of("qkv_row_order", LLAMA, Faults.keysAsValues()),
        Arguments.of("qkv_row_order", LLAMA, Faults.queriesApart()),
        Arguments.of("rotary_pairing", LLAMA, Faults.halvedTwice()),
        Arguments.of("sliding_window", "gemma2-seqcls", Faults.setting("sliding_window", 11)),
        Arguments.of("rope_scaling", LLAMA, Faults.scaling("llama3", 6, 1, 4, 32)),
        // Smaller than the floor, and still far above rounding.
        Arguments.of("rms_norm_eps", "qwen3-seqcls", Faults.setting("rms_norm_eps", 1e-5)),
        Arguments.of("layer_norm_eps", "bert-seqcls", Faults.setting("layer_norm_eps", 1e-5)));
  }

  @ParameterizedTest(name = "{0} of {1} ({index})")
  @MethodSource("faults")
  void theSettingIsNamedFirst(String setting, String name, Fault fault) throws IOException {
    DiagnosisReport report = diagnosed(name, fault, F32);
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.EXPLAINED);
    assertThat(report.match()).isFalse();
    assertThat(settings(report)).as(report.verdict()).containsExactly(setting);
    assertThat(report.explainedBy().get(0).residual()).isLessThan(report.residual() / 10);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("rope_theta", LLAMA, Faults.setting("rope_theta", 500000.0), 500000.0),
        Arguments.of("rope_theta", LLAMA, Faults.setting("rope_theta", 43210.0), 43210.0),
        Arguments.of("rms_norm_eps", LLAMA, Faults.setting("rms_norm_eps", 0.0037), 0.0037),
        Arguments.of("rms_norm_eps", LLAMA, Faults.setting("rms_norm_eps", 1e-2), 1e-2),
        Arguments.of("rope_scaling", LLAMA, Faults.scaling(2.7), 2.7),
        Arguments.of("attention_scale", LLAMA, Faults.times(".*q_proj\\.weight", 1.37), 1.37 / 4),
        Arguments.of("embedding_scale", LLAMA, Faults.times(".*embed_tokens.*", 8), 8.0),
        Arguments.of("embedding_scale", LLAMA, Faults.times(".*embed_tokens.*", 0.61), 0.61),
        Arguments.of(
            "query_pre_attn_scalar",
            "gemma2-seqcls",
            Faults.setting("query_pre_attn_scalar", 32),
            32.0),
        Arguments.of(
            "attn_logit_softcapping",
            "gemma2-seqcls",
            Faults.setting("attn_logit_softcapping", 3.3),
            3.3),
        Arguments.of(
            "sliding_window",
            "mistral-seqcls-nowindow-bf16",
            Faults.setting("sliding_window", 41),
            41.0),
        Arguments.of("rope_scaling", LLAMA, Faults.scaling(1.3), 1.3));
  }

  @ParameterizedTest(name = "{0} of {1}: {3}")
  @MethodSource("values")
  void theValueIsFitted(String setting, String name, Fault fault, double value) throws IOException {
    DiagnosisReport report = diagnosed(name, fault, F32);
    assertThat(settings(report)).as(report.verdict()).containsExactly(setting);
    assertThat(lastNumber(report.explainedBy().get(0).file()))
        .isCloseTo(value, within(0.02 * value));
  }

  static Stream<Arguments> unharmed() {
    ConversionOptions positional =
        F32.withSignatureNames(SignatureNames.POSITIONAL).withInputType(DType.I64);
    return Stream.of(
        Arguments.of("f32", LLAMA, F32),
        Arguments.of("int8", LLAMA, ConversionOptions.defaults()),
        Arguments.of("static", LLAMA, F32.withLengths(List.of(32))),
        Arguments.of("positional int64", LLAMA, positional),
        Arguments.of("fused", LLAMA, F32.withQkv(EdgeLayout.Qkv.FUSED)),
        Arguments.of("f32", "bert-seqcls", F32),
        Arguments.of("f32", "bert-tokencls", F32),
        Arguments.of("int8", "qwen2-seqcls", ConversionOptions.defaults()),
        Arguments.of("f32", "gemma2-seqcls", F32),
        Arguments.of("f32", "llama-regression-1label", F32),
        Arguments.of("f32", "llama-nopad", F32),
        Arguments.of("f32", "gpt2-seqcls", F32));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("unharmed")
  void noFaultIsClaimedOfAnUnharmedFile(String kind, String name, ConversionOptions options)
      throws IOException {
    Path original = PlantedCheckpoint.golden(name);
    Path file = scratch.resolve("unharmed.tflite");
    Converter.of(original).withOptions(options).withThreads(2).convert(file);
    DiagnosisReport report = Diagnosis.of(original, file).withThreads(2).run();
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.explainedBy()).isEmpty();
    assertThat(report.kind()).isEqualTo(kind.equals("int8") ? Kind.QUANTIZATION_ONLY : Kind.MATCH);
  }

  static Stream<Arguments> quantizedFaults() {
    return Stream.of(
        Arguments.of("rope_theta", LLAMA, Faults.setting("rope_theta", 500000.0)),
        Arguments.of("gate_up_swapped", LLAMA, Faults.gateAndUpExchanged()),
        Arguments.of("num_hidden_layers", LLAMA, Faults.setting("num_hidden_layers", 2)),
        Arguments.of("hidden_act", "qwen2-seqcls", Faults.setting("hidden_act", "relu")),
        // Smaller than what int8 makes of the logits: seen because int8 is followed step by step.
        Arguments.of("rope_theta", LLAMA, Faults.setting("rope_theta", 11000.0)),
        Arguments.of("embedding_scale", LLAMA, Faults.times(".*embed_tokens.*", 0.9)),
        Arguments.of("sliding_window", "gemma2-seqcls", Faults.setting("sliding_window", 4096)));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("quantizedFaults")
  void aFaultBeyondQuantizationIsNamed(String setting, String name, Fault fault)
      throws IOException {
    DiagnosisReport report = diagnosed(name, fault, ConversionOptions.defaults());
    assertThat(settings(report)).as(report.verdict()).containsExactly(setting);
  }

  @Test
  void anotherHeadAndAnotherSettingAreBothNamed() throws IOException {
    Fault both = Faults.headLeftRandom().and(Faults.setting("rope_theta", 1234.0));
    DiagnosisReport report = diagnosed(LLAMA, both, F32);
    assertThat(settings(report)).as(report.verdict()).containsExactly("head_missing", "rope_theta");
  }

  /** What the file says of itself is asked too where its numbers differ. */
  @Test
  void exchangedNamesOfLabelsAreNamedBesideAnotherFault() throws IOException {
    Fault both =
        Faults.setting("id2label", Map.of("0", "LABEL_1", "1", "LABEL_0"))
            .and(Faults.setting("label2id", Map.of("LABEL_1", 0, "LABEL_0", 1)))
            .and(Faults.setting("hidden_act", "gelu"));
    DiagnosisReport report = diagnosed(LLAMA, both, F32);
    assertThat(settings(report)).as(report.verdict()).containsExactly("hidden_act", "label_order");
  }

  @Test
  void otherNumbersAreOtherWeights() throws IOException {
    DiagnosisReport report = diagnosed(LLAMA, Faults.otherTraining(), F32);
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
    assertThat(report.match()).isFalse();
    assertThat(report.explainedBy()).isEmpty();
    assertThat(report.verdict()).contains("other weights").contains("model.embed_tokens.weight");
  }

  private static List<String> settings(DiagnosisReport report) {
    return report.explainedBy().stream().map(Explanation::setting).toList();
  }

  private static double lastNumber(String text) {
    Matcher numbers = Pattern.compile("[0-9.]+(E-?[0-9]+)?").matcher(text);
    double last = Double.NaN;
    while (numbers.find()) {
      last = Double.parseDouble(numbers.group());
    }
    return last;
  }
}
