package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.client.Client;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code convert --for}, and where {@code inspect} says that a file runs. */
class ClientsTest {
  private static final Pattern OPTION =
      Pattern.compile("--(for|length|input-type|recipe) \\w[\\w-]*");

  @TempDir private Path folder;

  private CommandRun convert(String... options) {
    List<String> args =
        new ArrayList<>(List.of("convert", CommandRun.EXAMPLE.toString(), "-o", file().toString()));
    args.addAll(List.of(options));
    args.add("--no-verify");
    return CommandRun.of(args.toArray(String[]::new));
  }

  private Path file() {
    return folder.resolve("model.tflite");
  }

  private Map<String, ?> client(Client client) {
    CommandRun run = CommandRun.of("inspect", file().toString(), "--json");
    Object all = Objects.requireNonNull(Json.parse(run.out(), "inspect").get("runs_in"));
    return ((List<?>) all)
        .stream()
            .map(entry -> (Map<String, ?>) cast(entry))
            .filter(entry -> client.id().equals(entry.get("client")))
            .findFirst()
            .orElseThrow();
  }

  @SuppressWarnings("unchecked") // An object of JSON has texts for names.
  private static Map<String, ?> cast(Object entry) {
    return (Map<String, ?>) entry;
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"MEDIAPIPE", "LITERTLM"})
  void aFileForAClientRunsThereAndHasSeveralLengths(Client client) {
    CommandRun run = convert("--for", client.id());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("static lengths 16, 32, 64, 128")
        .contains(client.version())
        .doesNotContain("--for " + client.id() + ")");
    assertThat(client(client).get("runs")).isEqualTo(true);
  }

  @Test
  void theUsualFileSaysWhichOptionItNeedsForWhom() {
    CommandRun run = convert();
    assertThat(run.out()).contains("(--for web)").contains("(--for android)");
    assertThat(client(Client.WEB).toString()).contains("its length is dynamic", "--for web");
    assertThat(client(Client.ANDROID).toString())
        .contains("FULLY_CONNECTED has version 12, and 11 is the newest known")
        .contains("EMBEDDING_LOOKUP has version 4, and 3 is the newest known")
        .contains("a scale a row");
    CommandRun shown = CommandRun.of("inspect", file().toString());
    assertThat(shown.out()).contains("runs in").contains("what helps").contains("--for web");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web     | --input-type=int64 | inputs are int64       | 3",
        "android | --recipe=int8      | FULLY_CONNECTED        | 3",
        "android | --recipe=int4      | int4                   | 3",
        "android | --recipe=f16       | a table in f16         | 3",
        "web     | --length=dynamic   | are both given         | 2",
        "web     | --batch=5          | are both given         | 2",
        "ios     | --recipe=f32       | --for is \"ios\"       | 2",
      })
  void whatContradictsTheClientIsNotMade(String client, String option, String words, int exitCode) {
    CommandRun run = convert("--for", client, option);
    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.err()).contains(words).contains("try:");
    assertThat(file()).doesNotExist();
  }

  /** Of no family of model a program's own fault, and no file that the client would not run. */
  @ParameterizedTest
  @EnumSource
  void everyRecordedTaskIsMadeForAClientAndRunsThereOrIsRefusedWithTheReason(Client client)
      throws IOException {
    int made = 0;
    try (Stream<Path> tasks = Files.list(RecordedTask.CASES)) {
      for (Path task : tasks.sorted().toList()) {
        CommandRun run =
            CommandRun.of(
                "convert",
                task.resolve("model").toString(),
                "-o",
                file().toString(),
                "--for",
                client.id(),
                "--no-verify");
        assertThat(run.exitCode()).as(task + ": " + run.err()).isIn(0, 3);
        if (run.exitCode() == 0) {
          made++;
          assertThat(client(client).get("runs")).as(task.toString()).isEqualTo(true);
          Files.delete(file());
        } else {
          assertThat(run.err().lines()).as(run.err()).hasSize(3);
          assertThat(run.err()).contains("try:");
          assertThat(file()).doesNotExist();
        }
      }
    }
    assertThat(made).isGreaterThan(2);
  }

  /** What {@code inspect} says would help does, where it names an option. */
  @Test
  void theOptionsThatInspectNamesAreTakenOfEveryRecordedTask() throws IOException {
    int followed = 0;
    try (Stream<Path> tasks = Files.list(RecordedTask.CASES)) {
      for (Path task : tasks.sorted().toList()) {
        Set<String> named = new TreeSet<>();
        for (String options : List.of("--length=dynamic", "--length=6,16 --input-type=int64")) {
          assertThat(convertTask(task, options).exitCode()).as(task + " " + options).isZero();
          for (Client client : Client.values()) {
            named.addAll(options(client(client)));
          }
        }
        for (String option : named) {
          CommandRun run = convertTask(task, option);
          assertThat(run.exitCode()).as(task + " " + option + ": " + run.err()).isZero();
          followed++;
        }
      }
    }
    assertThat(followed).isGreaterThan(80);
  }

  /** What only the folder tells stands in the file, so that inspect names no option for it. */
  @Test
  void whatConvertWouldRefuseIsToldWithItsReasonAndNoOption() throws IOException {
    Path reading = Files.createDirectory(folder.resolve("reads padding"));
    Path golden = Path.of("../converter/src/test/resources/golden/cases/convbert-seqcls");
    Path words = RecordedTask.CASES.resolve("bi-encoder").resolve("model");
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(golden.resolve(name), reading.resolve(name));
    }
    Path other = Files.createDirectory(folder.resolve("another template"));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer_config.json")) {
      Files.copy(words.resolve(name), other.resolve(name));
    }
    String tokenizer = Files.readString(words.resolve("tokenizer.json"));
    Files.writeString(reading.resolve("tokenizer.json"), tokenizer);
    String template = tokenizer.replaceFirst("\"id\":\\s*\"\\[SEP]\"", "\"id\": \"[CLS]\"");
    assertThat(template).isNotEqualTo(tokenizer);
    Files.writeString(other.resolve("tokenizer.json"), template);
    assertRefusedAlike(reading, Client.LITERTLM, "the padding of a row changes the model's answer");
    assertRefusedAlike(other, Client.MEDIAPIPE, "its tokenizer puts the ids [2, 2] around a text");
  }

  private void assertRefusedAlike(Path checkpoint, Client client, String reason) {
    List<String> asked =
        List.of("convert", checkpoint + "", "-o", file() + "", "--as=embedder", "--no-verify");
    CommandRun made = CommandRun.of(asked.toArray(String[]::new));
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(client(client).get("obstacles"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .singleElement()
        .asString()
        .contains(reason)
        .doesNotContain("--", ";");
    List<String> there = new ArrayList<>(asked);
    there.add("--for=" + client.id());
    CommandRun refused = CommandRun.of(there.toArray(String[]::new));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(refused.err()).contains(reason);
  }

  private CommandRun convertTask(Path task, String options) {
    String model = task.resolve("model").toString();
    List<String> args = new ArrayList<>(List.of("convert", model, "-o", file().toString()));
    args.addAll(List.of(options.split(" ")));
    String name = task.getFileName().toString();
    if (name.endsWith("-reranker")) {
      args.add("--reranker=" + name.replace("-reranker", ""));
    }
    args.addAll(List.of("--no-verify"));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static List<String> options(Map<String, ?> client) {
    return OPTION
        .matcher(Objects.requireNonNull(client.get("obstacles")).toString())
        .results()
        .map(found -> found.group().replace(' ', '='))
        .toList();
  }

  @Test
  void aModelOfAnotherKindThanTheClientsIsToldOnceAndNoOption() {
    convert();
    assertThat(client(Client.MEDIAPIPE).get("obstacles"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .singleElement()
        .asString()
        .contains("its tokenizer is BPE, and WordPiece is taken")
        .doesNotContain("--");
    assertThat(client(Client.LITERTLM).get("obstacles"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .singleElement()
        .asString()
        .contains("its engine runs embedders alone")
        .doesNotContain("--");
  }

  @Test
  void theOneLengthThatIsNamedIsNotBeyondTheModel() {
    Path nli = RecordedTask.CASES.resolve("nli-two");
    assertThat(convertTask(nli, "--length=8,16").exitCode()).isZero();
    assertThat(client(Client.MEDIAPIPE).toString()).contains("--length 16");
    assertThat(convertTask(nli, "--for=web").exitCode()).isZero();
    assertThat(client(Client.MEDIAPIPE).toString()).contains("--length 24");
  }

  @ParameterizedTest
  @CsvSource({"web, LiteRT.js 2.5.3", "android, tensorflow-lite 2.16.1"})
  void whatTheClientCannotAddressIsRefusedBeforeAWeightIsRead(String client, String version)
      throws IOException {
    Path large = LargeFolder.copy(folder.resolve("large"), 40_000_000);
    try (RandomAccessFile weights =
        new RandomAccessFile(large.resolve("model.safetensors").toFile(), "rw")) {
      weights.seek(weights.length() - Float.BYTES);
      weights.writeInt(Integer.reverseBytes(Float.floatToIntBits(Float.NaN))); // Would be told.
    }
    CommandRun run =
        CommandRun.of(
            "convert",
            large.toString(),
            "-o",
            file().toString(),
            "--for",
            client,
            "--recipe",
            "f32",
            "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.err())
        .contains("the file would have 2560", version + " addresses at most 2147483647", "try:");
    assertThat(file()).doesNotExist();
  }

  @Test
  void aLargeFileHasOneLengthAndSaysWhatAFurtherOneCosts() throws IOException {
    Path large = LargeFolder.copy(folder.resolve("large"), 4_000_000);
    CommandRun run =
        CommandRun.of(
            "convert",
            large.toString(),
            "-o",
            file().toString(),
            "--for=web",
            "--json",
            "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("\"lengths\":[32]")
        .contains("the file is large, 112 MB, so that it has one length, 32")
        .containsPattern("each further one of --length adds 0\\.0\\d MB");
  }

  @Test
  void theLengthThatIsAskedForIsTheOneOfALargeFile() throws IOException {
    Path large = LargeFolder.copy(folder.resolve("large"), 4_000_000, 256);
    for (String client : List.of("web", "android")) {
      String[] asked = {"convert", large.toString(), "-o", file().toString(), "--for", client};
      List<String> args = new ArrayList<>(List.of(asked));
      args.addAll(List.of("--max-length", "200", "--json", "--no-verify"));
      CommandRun run = CommandRun.of(args.toArray(String[]::new));
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("\"lengths\":[200]")
          .contains("so that it has one length, 200");
    }
  }

  @Test
  void int4InBlocksIsSaidToNeedTheFastKernels() {
    assertThat(convert("--recipe", "dynamic_wi4_afp32_b32").out())
        .contains("int4 in blocks is read rightly by XNNPACK alone");
    assertThat(convert("--recipe", "int4").out()).doesNotContain("XNNPACK");
    assertThat(convert("--recipe", "dynamic_wi4_afp32_b32", "--for", "android-litert").out())
        .contains("which XNNPACK alone reads: where it is switched off, answers are wrong");
    CommandRun shown = CommandRun.of("inspect", file().toString());
    assertThat(shown.out()).contains("where it is switched off, answers are wrong");
    CommandRun android = convert("--recipe", "dynamic_wi4_afp32_b32", "--for", "android");
    assertThat(android.exitCode()).isEqualTo(3);
    assertThat(android.err()).contains("matrices in int4, which were not seen to run there");
  }

  @Test
  void lengthsThatAreAskedForStay() {
    assertThat(convert("--for", "web", "--length", "24,48").out())
        .contains("static lengths 24, 48");
    assertThat(convert("--for", "web", "--max-length", "40").out())
        .contains("static lengths 16, 32, 40");
  }

  @Test
  void aFileOfAnotherProgramIsToldWhereItRuns() throws IOException {
    Path foreign = Path.of("..", "lab", "src", "test", "resources", "foreign");
    try (var files = Files.walk(foreign)) {
      Path int8 =
          files
              .filter(path -> path.toString().endsWith(".tflite"))
              .sorted()
              .findFirst()
              .orElseThrow();
      CommandRun run = CommandRun.of("inspect", int8.toString());
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(Arrays.stream(Client.values()).map(Client::version))
          .allMatch(version -> run.out().contains(version));
    }
  }
}
