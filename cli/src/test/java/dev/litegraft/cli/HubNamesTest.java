package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands take the name of a model on the Hub where they take a folder. */
class HubNamesTest {
  private static final Path MODEL = Path.of("..", "examples", "ko-movie-reviews-bert");
  private static final String NAME = "org/reviews";

  @TempDir Path home;
  private FolderHub hub;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    hub = new FolderHub(NAME, MODEL);
    file = home.resolve("model.tflite");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private CommandRun run(String... args) {
    return CommandRun.with(hub.environment(home.resolve("hf")), Terminal.NONE, args);
  }

  private Path snapshot() {
    return home.resolve("hf/hub/models--org--reviews/snapshots").resolve(FolderHub.COMMIT);
  }

  @Test
  void aModelIsConvertedByItsName() throws IOException {
    CommandRun named = run("convert", NAME, "-o", file.toString(), "--no-verify");
    assertThat(named.err()).isEmpty();
    assertThat(named.exitCode()).isZero();
    assertThat(named.out()).contains("source     " + NAME + " at " + FolderHub.COMMIT + " (main)");
    Path local = home.resolve("local.tflite");
    run("convert", MODEL.toString(), "-o", local.toString(), "--no-verify");
    assertThat(file).hasSameBinaryContentAs(local);
    assertThat(hub.requests).noneMatch(r -> r.contains("README"));
  }

  @Test
  void verifyInspectDiagnoseAndExpectTakeTheName() throws IOException {
    CommandRun made = run("convert", NAME, "-o", file.toString(), "--json");
    assertThat(made.out())
        .contains(
            "\"hub\":{\"name\":\"org/reviews\",\"revision\":\"main\",\"commit\":\""
                + FolderHub.COMMIT
                + "\"}");
    int asked = hub.ofWeights().size();
    assertThat(run("inspect", NAME).out()).contains(snapshot().toString(), "BertFor");
    assertThat(run("diagnose", NAME, file.toString()).out()).startsWith("match: ");
    assertThat(run("verify", NAME, file.toString()).out()).startsWith("same: ");
    assertThat(run("expect", NAME).out())
        .contains(
            "folder, path = __import__(\"huggingface_hub\").snapshot_download(\"org/reviews\","
                + " revision=\""
                + FolderHub.COMMIT
                + "\", allow_patterns=[\"config.json\", ");
    assertThat(hub.ofWeights()).as("all from the cache").hasSize(asked);
  }

  @Test
  void inspectNeedsNoWeights() {
    CommandRun run = run("inspect", NAME);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(snapshot().toString(), "BertForSequenceClassification", "in 1 file\n")
        .doesNotContain("untrained", "all zeros");
    assertThat(run("inspect", NAME, "--json").out())
        .contains("\"path\":\"" + snapshot(), "\"shape\":[", "\"warnings\":[");
    assertThat(hub.ofWeights()).isNotEmpty().allMatch(r -> r.endsWith(" bytes=0-262143"));
    assertThat(run("models").out()).contains("a commit whose weights are not here");
  }

  @Test
  void whatCannotBeConvertedIsRefusedBeforeItsWeights() {
    hub.files.put(
        "config.json",
        new String(Objects.requireNonNull(hub.files.get("config.json")), UTF_8)
            .replace("BertForSequenceClassification", "WhisperForConditionalGeneration")
            .getBytes(UTF_8));
    CommandRun run = run("convert", NAME, "-o", file.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .startsWith("error: ")
        .contains("WhisperForConditionalGeneration", snapshot().toString(), NAME + " at ")
        .doesNotContain("litegraft-workspace");
    assertThat(hub.ofWeights()).hasSize(1).allMatch(r -> r.endsWith(" bytes=0-262143"));
    assertThat(file).doesNotExist();
  }

  @Test
  void aPickleIsJudgedByWhatItSaysOfItsTensors() throws IOException {
    Path folder = Path.of("src", "test", "resources", "bin", "roberta-seqcls");
    try (FolderHub other = new FolderHub(NAME, folder)) {
      String config = new String(Objects.requireNonNull(other.files.get("config.json")), UTF_8);
      other.files.put(
          "config.json",
          config
              .replaceAll("\"intermediate_size\": \\d+", "\"intermediate_size\": 30")
              .getBytes(UTF_8));
      Map<String, String> environment = other.environment(home.resolve("hf"));
      CommandRun run =
          CommandRun.with(environment, Terminal.NONE, "convert", NAME, "-o", file.toString());
      assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
      assertThat(run.err()).contains("intermediate.dense.weight has shape", "asks for [30, ");
      assertThat(other.requests.stream().filter(r -> r.contains("pytorch_model.bin")))
          .isNotEmpty()
          .allMatch(r -> r.contains(" bytes="));
    }
  }

  @Test
  void aClassThatIsNotKnownIsRefusedBeforeItsPickle() {
    hub.files.put("pytorch_model.bin", new byte[1000]);
    hub.files.remove("model.safetensors");
    hub.files.put(
        "config.json",
        new String(Objects.requireNonNull(hub.files.get("config.json")), UTF_8)
            .replace("BertForSequence", "ViltForSequence")
            .replace("\"bert\"", "\"vilt\"")
            .getBytes(UTF_8));
    CommandRun run = run("convert", NAME, "-o", file.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("ViltForSequenceClassification");
    assertThat(hub.requests).noneMatch(r -> r.endsWith("pytorch_model.bin"));
  }

  @Test
  void aKeyThatChangesAnswersIsRefusedBeforeTheWeights() {
    hub.files.put(
        "config.json",
        new String(Objects.requireNonNull(hub.files.get("config.json")), UTF_8)
            .replaceFirst("\\{", "{\"quantization_config\": {\"bits\": 4},")
            .getBytes(UTF_8));
    CommandRun run = run("convert", NAME, "-o", file.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("quantiz");
    assertThat(hub.ofWeights()).allMatch(r -> r.endsWith(" bytes=0-262143"));
  }

  @Test
  void aWrongOptionIsToldBeforeAnythingIsAsked() {
    assertThat(run("convert", NAME, "-o", file.toString(), "--recipe", "int3").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("convert", NAME, "-o", file.toString(), "--max-length", "0").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void aFolderOfTheSameNameWins() throws IOException {
    Path folder = Path.of("target", "hub-names");
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> each : hub.files.entrySet()) {
      Files.write(folder.resolve(each.getKey()), each.getValue());
    }
    CommandRun run = run("inspect", "target/hub-names");
    assertThat(run.out()).startsWith(folder.toString());
    assertThat(hub.requests).isEmpty();
    CommandRun revised = run("inspect", "target/hub-names", "--revision", "v1");
    assertThat(revised.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(revised.err()).contains("target/hub-names is a folder here");
  }

  @Test
  void aNameThatIsNeitherNamesBothReadings() {
    CommandRun run = run("convert", "org/nothing", "-o", file.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .startsWith(
            "error: there is no folder org/nothing here, and the Hub has no model org/nothing, or"
                + " it is private\n")
        .contains("if a folder is meant, check its path; if a model is, ");
    CommandRun word = run("convert", "reviews", "-o", file.toString());
    assertThat(word.err())
        .startsWith(
            "error: there is no such folder, and it is no name of a model on the Hub, which is"
                + " org/name\n");
  }

  @Test
  void pathsNeverGoToTheNetwork() {
    for (String path :
        new String[] {
          "./org/reviews",
          "../org/reviews",
          "/org/reviews",
          ".hidden/reviews",
          "org/reviews.tflite",
          "reviews",
          "a/b/c",
          "org\\reviews"
        }) {
      CommandRun run = run("inspect", path);
      assertThat(run.exitCode()).as(path).isEqualTo(ExitCode.INPUT);
    }
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void anAddressIsRefused() {
    CommandRun run = run("convert", "https://huggingface.co/org/reviews", "-o", file.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("an address is given", "give the model's name, org/name");
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void onATerminalTheTotalIsSaid() {
    CommandRun run =
        CommandRun.with(
            hub.environment(home.resolve("hf")), new Terminal(false, true, false), "inspect", NAME);
    assertThat(run.err())
        .contains("note: org/reviews at " + FolderHub.COMMIT + " (main): ", "MiB to download")
        .contains("are not needed");
  }

  @Test
  void theTokenOfAFileIsSent() throws IOException {
    Path token = Files.writeString(home.resolve("token.txt"), "hf_ofAFile\n");
    run("inspect", NAME, "--token-file", token.toString());
    assertThat(hub.tokens).isNotEmpty().containsOnly("Bearer hf_ofAFile");
  }

  @Test
  void withoutTheNetworkTheCacheServes() {
    run("inspect", NAME);
    hub.requests.clear();
    Map<String, String> offline = new HashMap<>(hub.environment(home.resolve("hf")));
    offline.put("HF_HUB_OFFLINE", "1");
    assertThat(CommandRun.with(offline, Terminal.NONE, "inspect", NAME).err())
        .contains("the cache does not have " + NAME);
    assertThat(hub.requests).isEmpty();
    run("convert", NAME, "-o", file.toString(), "--no-verify");
    hub.requests.clear();
    assertThat(CommandRun.with(offline, Terminal.NONE, "inspect", NAME).exitCode()).isZero();
    CommandRun other = CommandRun.with(offline, Terminal.NONE, "inspect", "org/other");
    assertThat(other.err()).contains("there is no folder org/other here", "HF_HUB_OFFLINE");
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void anAdapterAloneNamesItsModel() {
    hub.files.clear();
    hub.files.put(
        "adapter_config.json", "{\"base_model_name_or_path\": \"org/base\"}".getBytes(UTF_8));
    hub.files.put("adapter_model.safetensors", new byte[100]);
    CommandRun run = run("convert", NAME, "-o", file.toString());
    assertThat(run.err())
        .contains(
            "org/reviews is an adapter, not a model: of org/base",
            "litegraft convert org/base --adapter org/reviews");
    assertThat(hub.ofWeights()).isEmpty();
  }
}
