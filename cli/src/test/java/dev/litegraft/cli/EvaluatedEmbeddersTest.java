package dev.litegraft.cli;

import static dev.litegraft.cli.EvaluatedData.TEXTS;
import static dev.litegraft.cli.EvaluatedData.converted;
import static dev.litegraft.cli.EvaluatedData.data;
import static dev.litegraft.cli.EvaluatedData.json;
import static dev.litegraft.cli.EvaluatedData.lines;
import static dev.litegraft.cli.EvaluatedData.measure;
import static dev.litegraft.cli.EvaluatedData.model;
import static dev.litegraft.cli.EvaluatedData.texts;
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
    List<double[]> vectors = new ArrayList<>();
    List<String> command = new ArrayList<>(List.of("embed", file, "--json"));
    command.addAll(TEXTS);
    for (JsonNode line : lines(command.toArray(String[]::new))) {
      double[] vector = new double[line.get("embedding").size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = line.get("embedding").get(i).asDouble();
      }
      vectors.add(vector);
    }
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
    assertThat(report.at("/files/1/comparison/agreement").asDouble()).isBetween(0.5, 1.0);
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void embeddersOfOtherWidthsAreComparedByWhatIsNear() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    String narrow =
        converted(model("bi-encoder"), folder, "narrow.tflite", "--recipe=f32", "--dimensions=8");
    String texts = texts(folder, "w.tsv");
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
    List<String> rows = new ArrayList<>(List.of("text"));
    for (String text : TEXTS) {
      for (String other : TEXTS) {
        rows.add(text + " " + other);
      }
    }
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
