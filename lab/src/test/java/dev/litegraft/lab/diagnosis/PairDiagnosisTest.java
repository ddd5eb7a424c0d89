package dev.litegraft.lab.diagnosis;

import static dev.litegraft.lab.diagnosis.PlantedCheckpoint.F32;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two faults in one file. */
class PairDiagnosisTest {
  private static final String LLAMA = "llama-base-gqa-f32";
  private static final String BIASED = "llama-attnbias-mlpbias";
  private static final int NAMED_AT_LEAST = 9;

  @TempDir Path scratch = Path.of("");

  private record Pair(String checkpoint, Set<String> settings, Fault fault) {}

  private static final List<Pair> PAIRS =
      List.of(
          pair(
              LLAMA,
              "rope_theta",
              Faults.setting("rope_theta", 500000.0),
              "gate_up_swapped",
              Faults.gateAndUpExchanged()),
          pair(
              LLAMA,
              "rope_theta",
              Faults.setting("rope_theta", 43210.0),
              "rms_norm_eps",
              Faults.setting("rms_norm_eps", 0.0037)),
          pair(
              LLAMA,
              "hidden_act",
              Faults.setting("hidden_act", "gelu"),
              "num_hidden_layers",
              Faults.setting("num_hidden_layers", 2)),
          pair(
              LLAMA,
              "rotary_pairing",
              Faults.interleavedPairs(),
              "rms_norm_eps",
              Faults.setting("rms_norm_eps", 1e-2)),
          pair(
              LLAMA,
              "norm_weight_offset",
              Faults.plus(".*norm\\.weight", 1),
              "rope_theta",
              Faults.setting("rope_theta", 1e6)),
          pair(
              LLAMA,
              "embedding_scale",
              Faults.times(".*embed_tokens.*", 8),
              "hidden_act",
              Faults.setting("hidden_act", "relu")),
          pair(
              BIASED,
              "attention_bias",
              Faults.setting("attention_bias", false),
              "hidden_act",
              Faults.setting("hidden_act", "gelu")),
          pair(
              BIASED,
              "label_order",
              Faults.reversed("score\\.weight", 3),
              "rope_theta",
              Faults.setting("rope_theta", 100000.0)),
          pair(
              LLAMA,
              "qkv_row_order",
              Faults.readAsBlocks(),
              "pooling",
              Faults.setting("pad_token_id", 7)),
          pair(
              LLAMA,
              "attention_scale",
              Faults.times(".*q_proj\\.weight", 1.37),
              "gate_up_swapped",
              Faults.gateAndUpExchanged()));

  private static Pair pair(String checkpoint, String one, Fault first, String other, Fault second) {
    return new Pair(checkpoint, Set.of(one, other), first.and(second));
  }

  @Test
  void mostPairsAreNamed() throws IOException {
    List<String> lines = new ArrayList<>();
    int named = 0;
    for (Pair pair : PAIRS) {
      Path original = PlantedCheckpoint.golden(pair.checkpoint);
      Path folder = Files.createTempDirectory(scratch, "pair");
      Path file = PlantedCheckpoint.file(original, pair.fault, F32, folder);
      DiagnosisReport report = Diagnosis.of(original, file).withThreads(2).run();
      Set<String> found =
          report.explainedBy().stream().map(Explanation::setting).collect(Collectors.toSet());
      named += found.equals(pair.settings) ? 1 : 0;
      lines.add("%s -> %s (%.1f s)".formatted(pair.settings, report.verdict(), report.seconds()));
    }
    String table = String.join(System.lineSeparator(), lines);
    System.out.println(table);
    assertThat(PAIRS).hasSize(10);
    assertThat(named).as(table).isGreaterThanOrEqualTo(NAMED_AT_LEAST);
  }
}
