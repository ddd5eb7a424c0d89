package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs, labelled tokens and embeddings on the command line, with recorded checkpoints. */
class TextTasksTest {
  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");

  /** Its first 300 tokens are characters, which the recorded checkpoints have as well. */
  private static final Path TOKENIZER = Path.of("..", "examples", "ko-movie-reviews-bert");

  @TempDir private static Path folder;
  private static String tagger = "";
  private static String embedder = "";
  private static String classifier = "";

  @BeforeAll
  static void convert() throws IOException {
    tagger = converted("bert-tokencls");
    embedder = converted("bert-model-meanpool");
    classifier = converted("bert-seqcls");
  }

  private static String converted(String name) throws IOException {
    Path checkpoint = Files.createDirectory(folder.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(CASES.resolve(name).resolve(file), checkpoint.resolve(file));
    }
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(TOKENIZER.resolve(file), checkpoint.resolve(file));
    }
    String target = folder.resolve(name + ".tflite").toString();
    CommandRun run =
        CommandRun.of(
            "convert", checkpoint.toString(), "-o", target, "--recipe", "f32", "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return target;
  }

  private static void assertFault(CommandRun run, int exitCode, String... lines) {
    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(3);
    assertThat(run.err()).contains(lines);
  }

  @Test
  void aRegressionsNumberIsCalledNoProbability() throws IOException {
    String regression = converted("bert-seqcls-1label-regression");

    assertThat(CommandRun.of("classify", regression, "가").out())
        .startsWith("label")
        .contains("value");
    assertThat(CommandRun.of("classify", classifier, "가").out()).contains("probability");
  }

  @Test
  void aMultiLabelClassifiersRowHasAllLabelsThatAreRight() throws IOException {
    Path settings = Files.createDirectory(folder.resolve("multi"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(folder.resolve("bert-seqcls").resolve(file), settings.resolve(file));
    }
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(TOKENIZER.resolve(file), settings.resolve(file));
    }
    Path config = settings.resolve("config.json");
    String text = Files.readString(config).strip();
    Files.writeString(
        config,
        text.substring(0, text.length() - 1)
            + ", \"problem_type\": \"multi_label_classification\"}");
    String file = folder.resolve("multi.tflite").toString();
    CommandRun.of("convert", settings.toString(), "-o", file, "--recipe", "f32", "--no-verify");

    String json = CommandRun.of("classify", file, "가", "--json").out();
    String table = CommandRun.of("classify", file, "가").out();
    String[] probabilities =
        json.replaceAll("(?s).*\"probabilities\":\\[([^\\]]*)\\].*", "$1").split(",", -1);
    assertThat(probabilities).hasSizeGreaterThan(1);
    for (int i = 0; i < probabilities.length; i++) {
      boolean right = Double.parseDouble(probabilities[i]) > 0.5;
      assertThat(table.contains("LABEL_" + i)).as(table + json).isEqualTo(right);
    }
  }

  @Test
  void aPairStandsBesideItsText() {
    CommandRun run = CommandRun.of("classify", classifier, "가", "--pair", "각", "--json");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .startsWith("{\"text\":\"가\",\"pair\":\"각\",\"label\":\"LABEL_")
        .contains("\"label_id\":", "\"score\":", "\"probabilities\":[", "\"logits\":[")
        .contains("\"tokens\":5,\"truncated\":false,\"milliseconds\":");
    assertThat(CommandRun.of("classify", classifier, "가", "--json").out())
        .doesNotContain("\"pair\"");
    assertThat(CommandRun.of("classify", classifier, "가", "--pair", "각").out()).contains("가 | 각");
  }

  @Test
  void pairsGoWithTheirTextsOrWithOne() {
    String first = "\"text\":\"가\",\"pair\":\"a\"";
    assertThat(CommandRun.of("classify", classifier, "가", "--pair=a", "--pair=b", "--json").out())
        .contains(first, "\"text\":\"가\",\"pair\":\"b\"");
    assertThat(
            CommandRun.of("classify", classifier, "가", "각", "--pair=a", "--pair=b", "--json").out())
        .contains(first, "\"text\":\"각\",\"pair\":\"b\"");
    assertThat(CommandRun.of("classify", classifier, "가", "각", "--pair=a", "--json").out())
        .contains(first, "\"text\":\"각\",\"pair\":\"a\"");
    assertThat(
            CommandRun.withInput(
                    "가\n각\n", "classify", classifier, "--file", "-", "--pair=a", "--json")
                .out()
                .lines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"pair\":\"a\""));
  }

  @Test
  void pairsThatBelongToNoTextAreAUsageFault() {
    assertFault(
        CommandRun.of("classify", classifier, "가", "각", "--pair=a", "--pair=b", "--pair=c"),
        ExitCode.USAGE,
        "3 times --pair for 2 texts");
    assertFault(
        CommandRun.withInput("가\n", "classify", classifier, "--file", "-", "--pair=a", "--pair=b"),
        ExitCode.USAGE,
        "2 times --pair for a file of texts");
  }

  @Test
  void aTokenClassifierGivesSpans() {
    CommandRun json = CommandRun.of("classify", tagger, "가 각 a", "--json");
    assertThat(json.exitCode()).as(json.err()).isEqualTo(ExitCode.DONE);
    assertThat(json.out())
        .startsWith("{\"text\":\"가 각 a\",\"entities\":[{\"label\":\"LABEL_2\",\"score\":0.9")
        .contains("\"start\":0,\"end\":5,\"text\":\"가 각 a\"}],\"tokens\":5,")
        .contains("\"truncated\":false,\"milliseconds\":");
    assertThat(CommandRun.of("classify", tagger, "가 각 a").out().lines())
        .hasSize(2)
        .first()
        .isEqualTo("label     score  span     start  end");
  }

  @Test
  void aggregationIsNamedAsInTransformers() {
    for (String how : List.of("simple", "first", "average", "max")) {
      assertThat(CommandRun.of("classify", tagger, "가 각", "--json", "--aggregation", how).out())
          .contains("\"start\":0,\"end\":3");
    }
    assertThat(CommandRun.of("classify", tagger, "가 각", "--json", "--aggregation=none").out())
        .contains("\"start\":0,\"end\":1", "\"start\":2,\"end\":3");
    assertFault(
        CommandRun.of("classify", tagger, "가", "--aggregation", "most"), ExitCode.USAGE, "most");
  }

  @Test
  void severalTextsHaveATableEach() {
    CommandRun run = CommandRun.withInput("가\n\n", "classify", tagger, "--file", "-");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("가\nlabel", "nothing is labelled");
  }

  @Test
  void optionsOfAnotherTaskAreRefused() {
    assertFault(
        CommandRun.of("classify", tagger, "가", "--pair", "각"),
        ExitCode.INPUT,
        "a text pair, where the file labels the tokens of one text");
    assertFault(
        CommandRun.of("classify", classifier, "가", "--aggregation", "max"),
        ExitCode.INPUT,
        "--aggregation is for labels of tokens");
  }

  @Test
  void embeddingsAreOneObjectALine() {
    CommandRun run = CommandRun.withInput("가\n각 a\n", "embed", embedder, "--file", "-", "--json");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out().lines()).hasSize(2);
    assertThat(run.out())
        .startsWith("{\"text\":\"가\",\"embedding\":[")
        .contains("],\"tokens\":3,\"truncated\":false,\"milliseconds\":");
    assertThat(CommandRun.of("embed", embedder, "가", "각 a", "--json").out().lines()).hasSize(2);
  }

  @Test
  void severalEmbeddingsAreCompared() {
    CommandRun several = CommandRun.of("embed", embedder, "가", "각 a", "a 각");
    assertThat(several.exitCode()).as(several.err()).isEqualTo(ExitCode.DONE);
    assertThat(several.out().lines().filter(line -> line.contains("  48  "))).hasSize(3);
    assertThat(several.out()).contains("1  1.000  0.", "dims    norm  tokens");
    assertThat(CommandRun.of("embed", embedder, "가").out().lines()).hasSize(2);
  }

  @Test
  void aFileOfAnotherTaskNamesTheRightCommand() {
    assertFault(
        CommandRun.of("classify", embedder, "가"),
        ExitCode.INPUT,
        "the file gives embeddings of texts, and no labels",
        "litegraft embed");
    assertFault(
        CommandRun.of("embed", classifier, "가"),
        ExitCode.INPUT,
        "the file is of a text classifier",
        "litegraft classify");
    assertFault(
        CommandRun.of("embed", tagger, "가"), ExitCode.INPUT, "the file is of a token classifier");
    assertFault(CommandRun.of("embed", embedder), ExitCode.USAGE, "there is no text to embed");
  }

  @Test
  void aPairStandsSideBySideWhereNoTemplateJoinsIt() throws IOException {
    Path one = Files.createDirectories(folder.resolve("one"));
    String json = Files.readString(TOKENIZER.resolve("tokenizer.json"));
    int begin = json.indexOf("\"post_processor\"");
    Files.writeString(
        one.resolve("tokenizer.json"),
        json.substring(0, begin)
            + "\"post_processor\": null, "
            + json.substring(json.indexOf("\"decoder\"")));
    CommandRun run =
        CommandRun.withInput(
            "가\n",
            "classify",
            classifier,
            "--file",
            "-",
            "--pair=a",
            "--tokenizer",
            one.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void badTextsAreAnsweredByEveryTask() {
    String longText = "가".repeat(100_000);
    String lines = longText + "\n\n" + "a \uFFFD b\n";
    for (String[] task :
        List.of(
            new String[] {"classify", classifier},
            new String[] {"classify", tagger},
            new String[] {"embed", embedder})) {
      CommandRun run = CommandRun.withInput(lines, task[0], task[1], "--file", "-", "--json");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
      assertThat(run.out().lines()).hasSize(3);
      CommandRun broken = CommandRun.of(task[0], task[1], "a \uD83D b", "--json");
      assertThat(broken.out()).contains("\"text\":\"a \\ud83d b\"");
    }
    CommandRun spaced =
        CommandRun.withInput("가 ".repeat(50_000), "classify", tagger, "--file", "-", "--json");
    assertThat(spaced.out()).contains("\"tokens\":64,\"truncated\":true");
  }

  @Test
  void runGivesAListAToken() {
    String row = "{\"input_ids\":[5,6]}\n";
    assertThat(CommandRun.withInput(row, "run", tagger, "--input", "-").out())
        .matches("\\{\"logits\":\\[\\[[^\\[\\]]+],\\[[^\\[\\]]+]]}\n");
    assertThat(CommandRun.withInput("{\"input_ids\":[5]}", "run", tagger, "--input", "-").out())
        .matches("\\{\"logits\":\\[\\[[^\\[\\]]+]]}\n");
    assertThat(CommandRun.withInput(row, "run", embedder, "--input", "-").out())
        .matches("\\{\"embedding\":\\[[^\\[\\]]+]}\n");
    assertThat(CommandRun.withInput(row, "run", classifier, "--input", "-").out())
        .matches("\\{\"logits\":\\[[^\\[\\]]+]}\n");
  }

  /** Its class is {@code BertModel}, and a module makes the score. */
  @Test
  void inspectCallsACrossEncoderOfModulesWhatItBecomes() throws IOException {
    Path model = Files.createDirectory(folder.resolve("cross-encoder"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(CASES.resolve("bert-model-meanpool").resolve(file), model.resolve(file));
    }
    String type = "\"type\": \"sentence_transformers.models.";
    Files.writeString(
        model.resolve("modules.json"),
        "[{\"path\": \"\", "
            + type
            + "Transformer\"}, {\"path\": \"1_Pooling\", "
            + type
            + "Pooling\"}, {\"path\": \"2_Dense\", "
            + type
            + "Dense\"}]");
    Files.writeString(
        model.resolve("config_sentence_transformers.json"), "{\"model_type\": \"CrossEncoder\"}");
    Files.createDirectory(model.resolve("1_Pooling"));
    Files.writeString(
        model.resolve("1_Pooling/config.json"),
        "{\"word_embedding_dimension\": 48, \"pooling_mode_mean_tokens\": true}");
    Path dense = Files.createDirectory(model.resolve("2_Dense"));
    Files.writeString(
        dense.resolve("config.json"),
        "{\"in_features\": 48, \"out_features\": 1, \"bias\": false,"
            + " \"module_output_name\": \"scores\","
            + " \"activation_function\": \"torch.nn.modules.linear.Identity\"}");
    byte[] header =
        "{\"linear.weight\":{\"dtype\":\"F32\",\"shape\":[1,48],\"data_offsets\":[0,192]}}"
            .getBytes(StandardCharsets.UTF_8);
    Files.write(
        dense.resolve("model.safetensors"),
        ByteBuffer.allocate(8 + header.length + 192)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array());
    String file = folder.resolve("cross-encoder.tflite").toString();
    CommandRun run = CommandRun.of("convert", model.toString(), "-o", file, "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);

    for (String path : List.of(model.toString(), file)) {
      assertThat(CommandRun.of("inspect", path, "--json").out())
          .contains(
              "\"class\":\"BertModel\"",
              "\"task\":\"sequence",
              "\"labels\":[\"LABEL_0\"]",
              "\"problem_type\":\"multi_label_classification\"");
    }
    assertThat(CommandRun.of("inspect", model.toString()).out())
        .containsPattern("problem +multi_label_classification");
  }
}
