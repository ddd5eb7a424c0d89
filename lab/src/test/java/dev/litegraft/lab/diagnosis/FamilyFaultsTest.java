package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Pooling;
import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The faults that every family can have: activation, epsilon, positions, number of layers, order of
 * labels, pooling. One of them for each family; all with {@code -Dlitegraft.faults=all}.
 */
class FamilyFaultsTest {
  private static final List<String> CASES =
      List.of(
          "phi-seqcls",
          "olmo2-seqcls",
          "falcon-seqcls",
          "bloom-seqcls",
          "stablelm-seqcls",
          "starcoder2-seqcls",
          "gptj-seqcls",
          "gpt-neo-seqcls",
          "exaone4-seqcls",
          "glm4-seqcls",
          "nemotron-seqcls",
          "ministral-seqcls",
          "arcee-seqcls",
          "helium-seqcls",
          "deberta-v1-seqcls",
          "ernie-seqcls",
          "data2vec-seqcls",
          "megatron-bert-seqcls",
          "roberta-prelayernorm-seqcls",
          "xlm-roberta-xl-seqcls",
          "rembert-seqcls",
          "roformer-seqcls",
          "luke-seqcls",
          "big-bird-seqcls",
          "esm-seqcls-absolute",
          "mobilebert-seqcls",
          "squeezebert-seqcls",
          "convbert-seqcls",
          "xlm-seqcls",
          "flaubert-seqcls",
          "longformer-seqcls",
          "xlnet-seqcls",
          "fnet-seqcls");

  /** By attention_types, by a head of contacts, and by attention_window. */
  private static final Set<String> COUNTED_ELSEWHERE =
      Set.of("gpt-neo-seqcls", "esm-seqcls-absolute", "longformer-seqcls");

  @TempDir Path scratch = Path.of("");

  /** The name of the setting, the case, and the fault. */
  static Stream<Arguments> faults() throws IOException {
    boolean all = "all".equals(System.getProperty("litegraft.faults"));
    List<Arguments> chosen = new ArrayList<>();
    for (int i = 0; i < CASES.size(); i++) {
      Map<String, Fault> faults = faultsOf(CASES.get(i));
      List<String> names = List.copyOf(faults.keySet());
      for (String name : all ? names : List.of(names.get(i % names.size()))) {
        chosen.add(Arguments.of(name, CASES.get(i), faults.get(name)));
      }
    }
    return chosen.stream();
  }

  private static Map<String, Fault> faultsOf(String name) throws IOException {
    HfConfig config = HfConfig.read(PlantedCheckpoint.golden(name).resolve("config.json"));
    Architecture family = Architectures.of(config).architecture();
    ConfigNames names = family.configNames();
    Map<String, Fault> faults = new LinkedHashMap<>();
    for (String key : names.activations()) {
      faults.put(key, Faults.setting(key, "relu".equals(config.value(key)) ? "gelu" : "relu"));
    }
    for (String key : names.epsilon()) {
      faults.put(key, Faults.setting(key, 0.02));
    }
    // What else counts layers would contradict: the folder is refused, and there is no file.
    if (config.texts("layer_types").isEmpty() && !COUNTED_ELSEWHERE.contains(name)) {
      faults.put(names.layers(), Faults.setting(names.layers(), config.size(names.layers()) - 1));
    }
    String head = family.moduleNames().heads().get(0).replace(".", "\\.");
    faults.put("label_order", Faults.reversed(head + "\\.(weight|bias)", 3));
    family
        .moduleNames()
        .positions()
        .filter(table -> !name.startsWith("deberta")) // which has distances in its place
        .ifPresent(
            table -> faults.put("position_offset", Faults.times(".*\\." + table + "\\..*", 0)));
    // Of two numbers that turn, neither looks at the base.
    if (config.value("rope_parameters.rope_theta") != null && !name.startsWith("stablelm")) {
      faults.put("rope_theta", Faults.setting("rope_parameters", theta(config)));
    }
    if (family.pooling(config) == Pooling.LAST && family.padToken(config).isPresent()) {
      faults.put("pooling", Faults.setting("pad_token_id", 7));
    }
    return faults;
  }

  private static Map<String, Object> theta(HfConfig config) {
    Map<String, Object> other = new LinkedHashMap<>();
    other.put("rope_type", "default");
    other.put("rope_theta", 500.0);
    Object partial = config.value("rope_parameters.partial_rotary_factor");
    if (partial != null) {
      other.put("partial_rotary_factor", partial);
    }
    return other;
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("faults")
  void theSettingIsNamedFirst(String setting, String name, Fault fault) throws IOException {
    Path original = PlantedCheckpoint.golden(name);
    Path file = PlantedCheckpoint.file(original, fault, PlantedCheckpoint.F32, scratch);
    DiagnosisReport report = Diagnosis.of(original, file).withThreads(2).run();
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.EXPLAINED);
    assertThat(report.explainedBy().get(0).setting()).as(report.verdict()).isEqualTo(setting);
  }
}
