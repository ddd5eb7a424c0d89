package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are converted for MediaPipe, in our own program: what is in them, what is refused. */
class MediaPipeFilesTest {
  private static final Path BERT = Path.of("..", "examples", "ko-movie-reviews-bert");
  private static final Path TASKS = Path.of("src", "test", "resources", "tasks");

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("model.tflite");
  }

  private CommandRun convert(Path checkpoint, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "convert", checkpoint.toString(), "-o", file().toString(), "--for", "mediapipe"));
    args.addAll(List.of(options));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static List<?> list(CommandRun run, String key) {
    return (List<?>) Objects.requireNonNull(Json.parse(run.out(), "run").get(key));
  }

  @Test
  void aClassifierAnswersWithProbabilitiesAndSaysSo() throws IOException {
    CommandRun made = convert(BERT);
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out())
        .contains("it answers with the softmax of the logits")
        .contains("of 11 probe texts 1 have other ids", "as \"The plot was thin")
        .contains("MediaPipe tasks-text 1.0.1");
    Path plain = folder.resolve("plain.tflite");
    CommandRun.of("convert", BERT.toString(), "-o", plain.toString(), "--no-verify");
    String text = "배우들 연기가 훌륭하다";
    CommandRun own = CommandRun.of("classify", file().toString(), text, "--json");
    CommandRun usual = CommandRun.of("classify", plain.toString(), text, "--json");
    assertThat(own.out()).doesNotContain("logits");
    assertThat(usual.out()).contains("logits");
    for (int label = 0; label < 2; label++) {
      double probability = ((Number) list(own, "probabilities").get(label)).doubleValue();
      double expected = ((Number) list(usual, "probabilities").get(label)).doubleValue();
      assertThat(probability).isEqualTo(expected, within(1e-6));
    }
    Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"input_ids\":[2,100,3]}\n");
    CommandRun run = CommandRun.of("run", file().toString(), "--input", rows.toString());
    assertThat(
            list(run, "probabilities").stream().mapToDouble(p -> ((Number) p).doubleValue()).sum())
        .isEqualTo(1, within(1e-5));
    CommandRun shown = CommandRun.of("inspect", file().toString());
    assertThat(shown.out()).contains("probabilities, made inside of the graph");
  }

  @Test
  void aTokenizerThatKeepsTheEndIsSaidToBeAskedOtherwise() throws IOException {
    Path left = FolderCopy.of(BERT, folder.resolve("left"));
    FolderEdit.edit("tokenizer_config.json", "\\{", "{\"truncation_side\": \"left\",").on(left);
    assertThat(convert(left, "--no-verify").out())
        .contains("where the model's tokenizer keeps its end (truncation_side \"left\")");
    assertThat(convert(BERT, "--no-verify").out()).doesNotContain("truncation_side");
  }

  @Test
  void itsArchiveHoldsTheWordsAndTheFactThatReadersMustKnow() throws IOException {
    convert(BERT, "--no-verify");
    try (ZipFile zip = new ZipFile(file().toFile())) {
      String facts = text(zip, "litegraft.json");
      Map<String, ?> json = Json.parse(facts, "litegraft.json");
      assertThat(String.valueOf(json.get("must_understand"))).contains("output=probabilities");
      assertThat(json.get("lengths")).isEqualTo(List.of(64L));
      assertThat(text(zip, "vocab.txt").lines()).startsWith("[PAD]").contains("[CLS]", "[UNK]");
    }
  }

  private static String text(ZipFile zip, String name) throws IOException {
    try (var in = zip.getInputStream(zip.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void verifyAndDiagnoseTakeItForTheSameModel() {
    convert(BERT, "--recipe", "f32", "--no-verify");
    CommandRun verified = CommandRun.of("verify", BERT.toString(), file().toString());
    assertThat(verified.out()).contains("the file answers like the checkpoint");
    assertThat(verified.exitCode()).isZero();
    CommandRun diagnosed = CommandRun.of("diagnose", BERT.toString(), file().toString());
    assertThat(diagnosed.out()).contains("the same model: nothing but rounding differs");
    CommandRun clients = CommandRun.of("inspect", file().toString(), "--json");
    assertThat(clients.out())
        .contains(
            "\"client\":\"mediapipe\",\"version\":\"MediaPipe tasks-text 1.0.1\","
                + "\"evidence\":\"run\",\"runs\":true");
  }

  @Test
  void anEmbedderHasOneLengthAndThreeInputs() {
    CommandRun made = convert(TASKS.resolve("bi-encoder/model"), "--length", "24");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out()).contains("static lengths 24", "MediaPipe makes the tokens itself");
    CommandRun.of("embed", file().toString(), "a text");
    CommandRun shown = CommandRun.of("inspect", file().toString());
    assertThat(shown.out()).contains("token_type_ids").contains("MediaPipe tasks-text 1.0.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--length=16,32     | several lengths are given  | 3",
        "--input-type=int64 | inputs are int64           | 3",
        "--length=dynamic   | are both given             | 2",
        "--confidence=x.tsv | are both given             | 2",
      })
  void whatContradictsItIsNotMade(String option, String words, int exitCode) {
    CommandRun run = convert(BERT, option, "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).contains(words).contains("try:");
    assertThat(file()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "../../examples/ko-movie-reviews | the tokenizer's model is BPE",
        "tagger/model                    | answers each token of a text",
        "cross-encoder/model             | reads two texts together",
        "splade/model                    | answers",
        "static/model                    | ",
      })
  void modelsThatItCannotAskAreRefusedWithTheReason(String name, String words) {
    Path checkpoint = name.startsWith("..") ? CommandRun.EXAMPLE : TASKS.resolve(name);
    CommandRun run = convert(checkpoint, "--no-verify");
    assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
    assertThat(run.err()).contains(words == null ? "MediaPipe" : words).contains("try:");
    assertThat(file()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"[PAD]\": 0 | \"[PAD]\": 90001 | its ids have a gap",
        "\"[PAD]\"    | \"[PAX]\"        | and MediaPipe fills rows up with id 0",
      })
  void vocabulariesThatAreNoListOfWordsAreRefused(String from, String to, String words)
      throws IOException {
    Path copy = FolderCopy.of(BERT, folder.resolve("checkpoint"));
    Path tokenizer = copy.resolve("tokenizer.json");
    String json = Files.readString(tokenizer);
    String changed = json.replaceAll("\"\\[PAD\\]\":\\s*0", "\"[PAD]\": 0").replace(from, to);
    assertThat(changed).isNotEqualTo(json);
    Files.writeString(tokenizer, changed);
    CommandRun run = convert(copy, "--no-verify");
    assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
    assertThat(run.err()).contains("try:");
    assertThat(file()).doesNotExist();
    assertThat(run.err()).contains(words);
  }

  @Test
  void filesForOthersAreToldWhatIsMissing() {
    CommandRun.of(
        "convert", BERT.toString(), "-o", file().toString(), "--for", "web", "--no-verify");
    CommandRun shown = CommandRun.of("inspect", file().toString());
    assertThat(shown.out())
        .contains("its metadata tells of no tokenizer")
        .contains("it has 3 subgraphs, as of several lengths, and 1 is taken")
        .contains("--for mediapipe");
  }
}
