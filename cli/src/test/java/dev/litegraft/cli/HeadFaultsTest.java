package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults under the heads that are neither a classifier's nor an embedder's: question answering,
 * weights of words, late interaction, language models that judge, encoder-decoders. A file is made
 * of a faulty copy, and {@code diagnose} names what is faulty first. A part of them; all with
 * {@code -Dlitegraft.faults=all}.
 */
class HeadFaultsTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Path GOLDEN =
      Path.of("..", "converter").resolve(RESOURCES).resolve("golden/cases");
  private static final String ACTIVATION = "\"hidden_act\": \"[a-z_]+\"";

  @TempDir private Path scratch;

  private static Stream<Arguments> faults() {
    Predicate<Integer> chosen =
        "all".equals(System.getProperty("litegraft.faults")) ? i -> true : i -> i % 4 == 0;
    List<Arguments> all = new ArrayList<>();
    for (String name : List.of("heads/bert-qa", "heads/llama-qa", "heads/deberta-v2-qa")) {
      all.add(Arguments.of("hidden_act", name, edit(ACTIVATION, "\"hidden_act\": \"relu\"")));
      all.add(
          Arguments.of(
              "label_order", name, halvesExchanged("qa_outputs.weight", "qa_outputs.bias")));
      all.add(Arguments.of("num_hidden_layers", name, layers()));
    }
    all.add(Arguments.of("layer_norm_eps", "heads/bert-qa", epsilon("layer_norm_eps")));
    all.add(Arguments.of("rms_norm_eps", "heads/llama-qa", epsilon("rms_norm_eps")));
    all.add(
        Arguments.of(
            "rope_theta",
            "heads/llama-qa",
            edit("\"rope_theta\": [0-9.e+]+", "\"rope_theta\": 300.0")));
    for (String name :
        List.of(
            "tasks/splade",
            "tasks/colbert",
            "tasks/colbert-pylate",
            "tasks/logit-score",
            "tasks/cross-encoder",
            "tasks/bi-encoder",
            "tasks/bi-encoder-dot")) {
      all.add(Arguments.of("hidden_act", name, edit(ACTIVATION, "\"hidden_act\": \"relu\"")));
      all.add(Arguments.of("num_hidden_layers", name, layers()));
      if (!name.equals("tasks/logit-score")) {
        all.add(Arguments.of("layer_norm_eps", name, epsilon("layer_norm_eps")));
        all.add(
            Arguments.of(
                "num_attention_heads",
                name,
                edit("\"num_attention_heads\": 2", "\"num_attention_heads\": 4")));
      }
    }
    for (String name : List.of("tasks/bi-encoder", "tasks/bi-encoder-dot")) {
      all.add(Arguments.of("pooling", name, pooling()));
    }
    all.add(Arguments.of("normalize", "tasks/bi-encoder", notNormalized()));
    all.add(Arguments.of("normalize", "tasks/colbert", notNormalized()));
    all.add(
        Arguments.of(
            "eos_token_id",
            "golden/mt5-seqcls",
            edit("\"eos_token_id\": 1", "\"eos_token_id\": 158")));
    all.add(
        Arguments.of(
            "eos_token_id",
            "golden/t5-seqcls",
            edit("\"eos_token_id\": 1", "\"eos_token_id\": 0")));
    all.add(
        Arguments.of(
            "eos_token_id",
            "golden/bart-seqcls",
            edit("\"eos_token_id\": 2", "\"eos_token_id\": 1")));
    List<Arguments> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (chosen.test(i) || i >= all.size() - 2) {
        some.add(all.get(i));
      }
    }
    return some.stream();
  }

  private static FolderEdit edit(String pattern, String by) {
    return FolderEdit.edit("config.json", pattern, by);
  }

  private static FolderEdit pooling() {
    return FolderEdit.edit("1_Pooling/config.json", "\"mean\"", "\"cls\"");
  }

  private static FolderEdit notNormalized() {
    return FolderEdit.edit("modules.json", ",\\s*\\{[^{}]*Normalize\"\\s*\\}", "");
  }

  private static FolderEdit epsilon(String key) {
    return edit("\"" + key + "\": [0-9.e-]+", "\"" + key + "\": 0.05");
  }

  private static FolderEdit layers() {
    return folder -> {
      Path config = folder.resolve("config.json");
      Map<String, Object> json = Json.parse(Files.readAllBytes(config), config.toString());
      int layers =
          ((Number) Optional.ofNullable(json.get("num_hidden_layers")).orElseThrow()).intValue();
      edit("\"num_hidden_layers\": " + layers, "\"num_hidden_layers\": " + (layers - 1)).on(folder);
      if (json.get("layer_types") instanceof List<?> types && types.size() == layers) {
        edit("(?<=\"layer_types\": \\[\\s{0,80})\"[a-z_]+\",", "").on(folder);
      }
    };
  }

  /** The first half of each tensor's bytes behind the second: of two rows, the other way round. */
  private static FolderEdit halvesExchanged(String... tensors) {
    return folder -> {
      Path file = folder.resolve("model.safetensors");
      byte[] all = Files.readAllBytes(file);
      int header = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
      String json = new String(all, 8, header, UTF_8);
      for (String tensor : tensors) {
        Object entry = Json.parse(json.getBytes(UTF_8), "header").get(tensor);
        Map<?, ?> described = entry instanceof Map<?, ?> map ? map : Map.of();
        List<?> range = (List<?>) Optional.ofNullable(described.get("data_offsets")).orElseThrow();
        int begin = 8 + header + ((Number) range.get(0)).intValue();
        int half = (((Number) range.get(1)).intValue() - ((Number) range.get(0)).intValue()) / 2;
        byte[] first = Arrays.copyOfRange(all, begin, begin + half);
        System.arraycopy(all, begin + half, all, begin, half);
        System.arraycopy(first, 0, all, begin + half, half);
      }
      Files.write(file, all);
    };
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("faults")
  void theSettingIsNamedFirst(String setting, String name, FolderEdit fault) throws IOException {
    Path original =
        name.startsWith("golden/")
            ? GOLDEN.resolve(name.replace("golden/", ""))
            : name.startsWith("tasks/")
                ? RESOURCES.resolve(name).resolve("model")
                : RESOURCES.resolve(name);
    Path copy = FolderCopy.of(original, scratch.resolve("model"));
    fault.on(copy);
    String file = scratch.resolve("faulty.tflite").toString();
    CommandRun made = CommandRun.of("convert", copy.toString(), "-o", file, "--recipe=f32");
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    CommandRun run = CommandRun.of("diagnose", original.toString(), file, "--json", "--threads=2");
    Map<String, Object> report = Json.parse(run.out().getBytes(UTF_8), "diagnose");
    List<?> named = (List<?>) Optional.ofNullable(report.get("explained_by")).orElseThrow();
    assertThat(named).as(run.out()).isNotEmpty();
    Map<?, ?> first = named.get(0) instanceof Map<?, ?> map ? map : Map.of();
    assertThat(first.get("setting")).as(run.out()).isEqualTo(setting);
  }
}
