package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.json.Json;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles for LiteRT-LM in our own program. */
class BundlesTest {
  private static final Path TASKS = Path.of("src", "test", "resources", "tasks");
  private static final Path EMBEDDER = TASKS.resolve("bi-encoder/model");

  @TempDir private Path folder;

  private Path bundle() {
    return folder.resolve("model.litertlm");
  }

  private CommandRun convert(Path checkpoint, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "convert", checkpoint.toString(), "-o", bundle().toString(), "--for", "litertlm"));
    args.addAll(List.of(options));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static List<Double> vector(Path file, String text) {
    CommandRun run = CommandRun.of("embed", file.toString(), text, "--json");
    Object all = Objects.requireNonNull(Json.parse(run.out(), "embed").get("embedding"));
    return ((List<?>) all).stream().map(n -> ((Number) n).doubleValue()).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "int8"})
  void everyCommandReadsABundleAsTheUsualFile(String recipe) throws IOException {
    CommandRun made = convert(EMBEDDER, "--recipe", recipe);
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out()).contains("the file answers like the checkpoint", "LiteRT-LM 0.17.1");
    Path plain = folder.resolve("plain.tflite");
    CommandRun.of(
        "convert", EMBEDDER.toString(), "-o", plain.toString(), "--recipe", recipe, "--no-verify");
    List<Double> own = vector(bundle(), "a man is eating food");
    List<Double> usual = vector(plain, "a man is eating food");
    double dot = 0;
    for (int i = 0; i < own.size(); i++) {
      dot += own.get(i) * usual.get(i);
    }
    assertThat(dot).isEqualTo(1, within(recipe.equals("f32") ? 1e-5 : 2e-3));
    CommandRun verified = CommandRun.of("verify", EMBEDDER.toString(), bundle().toString());
    assertThat(verified.exitCode()).as(verified.out()).isZero();
    CommandRun diagnosed = CommandRun.of("diagnose", EMBEDDER.toString(), bundle().toString());
    assertThat(diagnosed.out()).contains("the same model");
    CommandRun shown = CommandRun.of("inspect", bundle().toString());
    assertThat(shown.out())
        .contains("for LiteRT-LM: embedding metadata (", "model tf_lite_embedder (", "encoder_16")
        .contains("it is a bundle for LiteRT-LM");
    CommandRun json = CommandRun.of("inspect", bundle().toString(), "--json");
    assertThat(json.out())
        .contains("\"kind\":\"litertlm\"")
        .contains(
            "\"client\":\"litertlm\",\"version\":\"LiteRT-LM 0.17.1\",\"evidence\":\"run\",\"runs\":true");
  }

  @Test
  void theTokenizerInsideNeitherFillsUpNorCuts() throws IOException {
    convert(EMBEDDER, "--no-verify");
    try (TfliteReader reader = TfliteReader.open(bundle())) {
      String json = new String(reader.file("tokenizer.json").orElseThrow(), StandardCharsets.UTF_8);
      assertThat(Json.parse(json, "tokenizer").get("padding")).isNull();
      assertThat(Json.parse(json, "tokenizer").get("truncation")).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cross-encoder/model     | the model is a reranker",
        "logit-score/model       | the model is a reranker",
        "tagger/model            | BertForTokenClassification is no embedder",
        "nli-three/model         | BertForSequenceClassification is no embedder",
        "splade/model            | a weight to each word",
        "colbert/model           | a vector to each token",
        "static/model            | leaves tokens out",
      })
  void modelsThatTheEngineCannotAskAreRefusedWithTheReason(String name, String words) {
    CommandRun run = convert(TASKS.resolve(name), "--no-verify");
    assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
    assertThat(run.err()).contains(words).contains("try:");
    assertThat(bundle()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--input-type=int64           | types or names of inputs are given | 3",
        "--signature-names=positional | types or names of inputs are given | 3",
        "--length=dynamic             | are both given                     | 2",
      })
  void whatContradictsItIsNotMade(String option, String words, int exitCode) {
    CommandRun run = convert(EMBEDDER, option, "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).contains(words).contains("try:");
    assertThat(bundle()).doesNotExist();
  }
}
