package dev.litegraft.cli;

import static dev.litegraft.cli.EvaluatedData.TEXTS;
import static dev.litegraft.cli.EvaluatedData.converted;
import static dev.litegraft.cli.EvaluatedData.cosine;
import static dev.litegraft.cli.EvaluatedData.data;
import static dev.litegraft.cli.EvaluatedData.json;
import static dev.litegraft.cli.EvaluatedData.measure;
import static dev.litegraft.cli.EvaluatedData.model;
import static dev.litegraft.cli.EvaluatedData.together;
import static dev.litegraft.cli.EvaluatedData.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate} and {@code tune} of embedders: by pairs, and by what is near. */
class EvaluatedEmbeddersTest {
  @TempDir static Path folder;

  @Test
  void anEmbeddersPairsAreComparedByTheirCosines() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    List<double[]> vectors = vectors(file, TEXTS);
    List<String> rows = new ArrayList<>(List.of("text,pair,score"));
    for (int i = 0; i + 1 < TEXTS.size(); i++) {
      double cosine = cosine(vectors.get(i), vectors.get(i + 1));
      rows.add("\"" + TEXTS.get(i) + "\",\"" + TEXTS.get(i + 1) + "\"," + cosine);
    }
    String int8 = converted(model("bi-encoder"), folder, "bi-encoder-int8.tflite");
    JsonNode report =
        json("evaluate", file, int8, "--data", data(folder, "pairs.csv", rows), "--json");
    assertThat(measure(report, "spearman")).isCloseTo(1, within(1e-9));
    assertThat(measure(report, "pearson")).isCloseTo(1, within(1e-6));
    assertThat(report.at("/files/1/comparison/cosine_mean").asDouble()).isBetween(0.9, 1.0);
    assertThat(report.at("/files/1/comparison/agreement").isNull()).isTrue();
    assertThat(report.get("notes").toString())
        .contains("agreement says nothing: there are 7 different texts");
  }

  @Test
  void embeddersOfOtherWidthsAreComparedByWhatIsNear() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    String narrow =
        converted(model("bi-encoder"), folder, "narrow.tflite", "--recipe=f32", "--dimensions=8");
    String texts = data(folder, "w.tsv", together());
    JsonNode beside =
        json("evaluate", file, narrow, "--data", texts, "--json").at("/files/1/comparison");
    assertThat(beside.get("agreement").asDouble()).isBetween(0.1, 1.0);
    assertThat(beside.has("cosine_mean")).isFalse();
    JsonNode one =
        json(
            "evaluate",
            file,
            file,
            "--data",
            data(folder, "one.tsv", List.of("text", "x y")),
            "--json");
    assertThat(one.at("/files/1/comparison/agreement").isNull()).isTrue();
  }

  /** Ten of ten others are nearest to anything, and so are copies of a text. */
  @Test
  void fewTextsAreNearEachOtherByChance() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    String coarse = converted(model("bi-encoder"), folder, "coarse.tflite", "--recipe=int4");
    List<String> all = together();
    List<String> rows = new ArrayList<>(all.subList(0, 21));
    for (int copies = 0; copies < 3; copies++) {
      rows.addAll(all.subList(1, 21)); // 20 texts four times
    }
    String few = data(folder, "few.tsv", rows);
    JsonNode report = json("evaluate", file, coarse, "--data", few, "--json");
    assertThat(report.at("/files/1/comparison/agreement").isNull()).isTrue();
    assertThat(report.get("notes").toString())
        .contains("agreement says nothing: there are 20 different texts")
        .contains("the 10 nearest are the same by chance among fewer than 21");
    CommandRun run = CommandRun.of("evaluate", file, file, "--data", few, "--min-agreement=0.5");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("the gate cannot be computed: there are 20 different texts");
    rows.add(all.get(21));
    String enough = data(folder, "enough.tsv", rows);
    JsonNode decided = json("evaluate", file, coarse, "--data", enough, "--json");
    assertThat(decided.at("/files/1/comparison/agreement").asDouble()).isBetween(0.3, 0.999);
    rows.subList(22, rows.size() - 1).clear(); // copies change nothing
    JsonNode once =
        json("evaluate", file, coarse, "--data", data(folder, "once.tsv", rows), "--json");
    assertThat(once.at("/files/1/comparison/agreement"))
        .isEqualTo(decided.at("/files/1/comparison/agreement"));
    CommandRun tune =
        CommandRun.of(
            "tune",
            model("bi-encoder").toString(),
            "--data",
            data(folder, "halves.tsv", all.subList(0, 31)),
            "-o",
            folder.resolve("undecided.tflite").toString());
    assertThat(tune.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(tune.err())
        .contains("the data cannot decide; of the half of the rows that ", " different texts");
    assertThat(folder.resolve("undecided.tflite")).doesNotExist();
  }

  /** One text with more and more spaces, which the tokenizer does not see: vectors are the same. */
  @Test
  void whereTheTenthIsAsNearAsTheEleventhThereIsNoAgreement() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    List<String> rows = new ArrayList<>(List.of("text"));
    for (int spaces = 1; spaces <= 24; spaces++) {
      rows.add("The" + " ".repeat(spaces) + "sun shines.");
    }
    String alike = data(folder, "alike.tsv", rows);
    Path page = folder.resolve("alike.html");
    String nothing =
        "agreement says nothing: 24 of 24 texts are not in the agreement: in one of the files number"
            + " 10 of the nearest is as near as number 11, and the order of the data is no reason for"
            + " either";
    CommandRun run =
        CommandRun.of(
            "evaluate",
            file,
            file,
            "--data",
            alike,
            "--min-agreement=0",
            "--report",
            page.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.PARITY);
    assertThat(run.out())
        .contains("B beside A: " + nothing + "\n", "MISSED: not defined")
        .doesNotContain("none", "NaN");
    assertThat(page).content().contains("<p>" + nothing + ", cosine_mean ").doesNotContain("NaN");
    JsonNode report = json("evaluate", file, file, "--data", alike, "--json");
    assertThat(report.at("/files/1/comparison/agreement").isNull()).isTrue();
    assertThat(report.at("/files/1/comparison/agreement_interval/0").isNull()).isTrue();
    assertThat(report.get("notes")).extracting(JsonNode::asText).contains("B: " + nothing);
    for (int spaces = 25; spaces <= 60; spaces++) {
      rows.add("The" + " ".repeat(spaces) + "sun shines.");
    }
    CommandRun tune =
        CommandRun.of(
            "tune",
            model("bi-encoder").toString(),
            "--data",
            data(folder, "alike.tsv", rows),
            "-o",
            folder.resolve("alike.tflite").toString(),
            "--min-agreement=0");
    assertThat(tune.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(tune.err())
        .contains("no recipe meets the bound but f32: ", "dynamic_wi8_afp32 not defined")
        .doesNotContain("NaN");
  }

  @Test
  void whyAgreementSaysNothingStandsWhereItWouldBe() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    Path page = folder.resolve("seven.html");
    CommandRun run =
        CommandRun.of(
            "evaluate",
            file,
            file,
            "--data",
            data(folder, "seven.tsv", together().subList(0, 8)),
            "--report",
            page.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    String nothing = "agreement says nothing: there are 7 different texts, and the 10 nearest are";
    assertThat(run.out()).contains("B beside A: " + nothing).doesNotContain("none", "NaN");
    assertThat(page).content().contains("<p>" + nothing).doesNotContain("NaN");
  }

  @Test
  void gatesThatTheRowsDoNotDefineAreToldBeforeTheWork() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    String same =
        data(folder, "same.tsv", List.of("text\tpair\tscore", "a b\tc d\t1", "e f\tg h\t1.0"));
    CommandRun run = CommandRun.of("evaluate", file, "--data", same, "--min-accuracy", "0.5");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .contains("the gate cannot be computed: all numbers of the column are the same");
    String one = data(folder, "alone.tsv", List.of("text", "a b"));
    CommandRun alone =
        CommandRun.of("evaluate", file, file, "--data", one, "--min-agreement", "0.5");
    assertThat(alone.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(alone.err()).contains("the gate cannot be computed: there is one text");
  }

  @Test
  void theFastestFileIsInt8ButForWhatHurts() throws IOException {
    List<String> rows = together();
    CommandRun run =
        CommandRun.of(
            "tune",
            model("bi-encoder").toString(),
            "--data",
            data(folder, "many.tsv", rows),
            "-o",
            folder.resolve("fast.tflite").toString(),
            "--for=speed",
            "--min-agreement=0.9999",
            "--json");
    assertThat(run.err()).doesNotContain("error:");
    JsonNode report = new ObjectMapper().readTree(run.out());
    List<String> names = report.at("/tried").findValuesAsText("recipe");
    assertThat(names).anyMatch(name -> name.endsWith(" in int8_weight_only"));
    assertThat(names).anyMatch(name -> name.startsWith("dynamic_wi8_afp32, encoder.layer.*."));
  }
}
