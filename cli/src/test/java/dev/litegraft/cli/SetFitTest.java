package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A SetFit folder becomes a classifier of the probabilities that SetFit gives. */
class SetFitTest {
  private static final Path HEADS = Path.of("src", "test", "resources", "setfit");
  private static final Path EMBEDDER =
      Path.of("..", "lab", "src", "test", "resources", "conformance", "5-BERT-embed-pool_cls.zip");

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "binary, neg pos",
    "binary_normalized, neg pos",
    "binary_16, neg pos",
    "binary_multinomial_16, neg pos",
    "multinomial, a b c",
    "liblinear_16, a b c",
    "one_vs_rest_classes, a b c",
    "texts, longer x ü",
    "objects, longer x ü",
    "one_vs_rest, p q r",
    "multi_output, p q r"
  })
  void theProbabilitiesAreThoseOfSetFit(String name, String labels) throws IOException {
    Path file = temporary.resolve("m.tflite");
    CommandRun converted =
        CommandRun.of(
            "convert",
            folder(name).toString(),
            "-o",
            file.toString(),
            "--recipe",
            "f32",
            name.equals("binary") ? "--quiet" : "--no-verify");
    assertThat(converted.exitCode()).as(converted.err()).isZero();
    CommandRun shown = CommandRun.of("inspect", file.toString());
    assertThat(shown.out()).contains(labels.replace(" ", ", "));
    Path texts = temporary.resolve("texts.txt");
    List<Map<String, @Nullable Object>> rows = expected(name);
    Files.write(texts, rows.stream().map(row -> String.valueOf(row.get("text"))).toList());
    CommandRun run =
        CommandRun.withInput(
            Files.readString(texts), "classify", file.toString(), "--file", "-", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      List<?> ours = (List<?>) Json.parse(lines.get(i), "line").get("probabilities");
      List<?> theirs = (List<?>) Objects.requireNonNull(rows.get(i).get("probabilities"));
      assertThat(ours).hasSameSizeAs(theirs);
      for (int j = 0; j < theirs.size(); j++) {
        assertThat(number(ours, j))
            .as(name + " " + rows.get(i))
            .isCloseTo(number(theirs, j), within(2e-5));
      }
    }
  }

  private static double number(@Nullable List<?> list, int index) {
    return list != null && list.get(index) instanceof Number number ? number.doubleValue() : -1;
  }

  @Test
  void anotherHeadIsRefusedByItsClass() throws IOException {
    CommandRun run = convert(folder("vectors_of_support"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("sklearn.svm._classes.SVC").contains("--as embedder");
  }

  @Test
  void aHeadThatDoesNotFitIsRefused() throws IOException {
    Path folder = folder("binary");
    Files.writeString(folder.resolve("config_setfit.json"), "{\"labels\": [\"one\"]}");
    assertThat(convert(folder).err()).contains("the head has a class 1").contains("names 1 labels");
    Files.delete(folder.resolve("model_head.pkl"));
    assertThat(convert(folder).err()).contains("model_head.pkl, is missing");
  }

  private CommandRun convert(Path folder) {
    return CommandRun.of("convert", folder.toString(), "-o", temporary + "/m.tflite");
  }

  private static List<Map<String, @Nullable Object>> expected(String name) throws IOException {
    return Json.readList(HEADS.resolve(name).resolve("expected.json"), 1 << 20);
  }

  private Path folder(String head) throws IOException {
    Path folder = temporary.resolve("model");
    try (FileSystem zip = FileSystems.newFileSystem(EMBEDDER)) {
      FolderCopy.of(zip.getPath("/model"), folder);
    }
    for (String name : List.of("model_head.pkl", "config_setfit.json")) {
      Files.copy(HEADS.resolve(head).resolve(name), folder.resolve(name));
    }
    return folder;
  }
}
