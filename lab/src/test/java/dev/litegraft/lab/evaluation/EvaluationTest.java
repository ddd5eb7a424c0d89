package dev.litegraft.lab.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example on some of its reviews, in f32 and int4. */
class EvaluationTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");
  private static final int ROWS = 300;

  @TempDir static Path folder;

  private static Path f32;
  private static Path int4;
  private static Path reviews;

  @BeforeAll
  static void convert() throws IOException {
    f32 = converted(Recipe.F32);
    int4 = converted(Recipe.DYNAMIC_WI4_AFP32);
    List<String> lines = Files.readAllLines(EXAMPLE.resolve("test.tsv")).subList(0, ROWS + 1);
    reviews = Files.write(folder.resolve("reviews.tsv"), lines);
  }

  private static Path converted(Recipe recipe) throws IOException {
    return Converter.of(EXAMPLE)
        .withOptions(ConversionOptions.defaults().withRecipe(recipe))
        .convert(folder.resolve(recipe.alias() + ".tflite"))
        .target();
  }

  private static Path data(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private static void faulty(Evaluation evaluation, String what, String where, String remedy) {
    assertThatThrownBy(evaluation::run)
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.what()).contains(what);
              assertThat(e.where()).contains(where);
              assertThat(e.remedy()).contains(remedy);
            });
  }

  @Test
  void theNumbersAreThoseOfTheAnswers() throws IOException {
    AtomicLong done = new AtomicLong();
    EvaluationReport report =
        Evaluation.of(List.of(f32, int4), DataFile.of(reviews))
            .withThreads(2)
            .withProgress((now, all) -> done.accumulateAndGet(now, Math::max))
            .run();
    List<Classification> first = new ArrayList<>();
    List<Classification> second = new ArrayList<>();
    List<String> right = new ArrayList<>();
    try (TextClassifier a = TextClassifier.open(f32);
        TextClassifier b = TextClassifier.open(int4)) {
      for (String line : Files.readAllLines(reviews).subList(1, ROWS + 1)) {
        String[] cells = line.split("\t", -1);
        first.add(a.classify(cells[0]));
        second.add(b.classify(cells[0]));
        right.add(cells[1]);
      }
    }
    int rightOfFirst = 0;
    int same = 0;
    for (int i = 0; i < ROWS; i++) {
      rightOfFirst += first.get(i).label().equals(right.get(i)) ? 1 : 0;
      same += first.get(i).label().equals(second.get(i).label()) ? 1 : 0;
    }
    assertThat(report.rows()).isEqualTo(ROWS);
    assertThat(done).hasValue(2L * ROWS);
    assertThat(report.mainMeasure()).contains("accuracy");
    FileReport f = report.files().get(0);
    assertThat(f.measure("accuracy").orElseThrow().value())
        .isCloseTo((double) rightOfFirst / ROWS, within(1e-12));
    assertThat(f.classes().stream().mapToLong(ClassReport::support).sum()).isEqualTo(ROWS);
    assertThat(f.latency().calls()).isEqualTo(256);
    Comparison beside = report.files().get(1).comparison().orElseThrow();
    assertThat(beside.agreement()).isCloseTo((double) same / ROWS, within(1e-12));
    assertThat(beside.flips()).hasSize(ROWS - same).isNotEmpty();
    Flip flip = beside.flips().get(0);
    assertThat(flip.first()).isEqualTo(first.get(flip.item()).label()).isNotEqualTo(flip.answer());
    assertThat(flip.where()).endsWith("line " + (flip.item() + 2));
    List<Double> p = first.get(flip.item()).probabilities();
    assertThat(flip.firstMargin()).isCloseTo(Math.abs(p.get(0) - p.get(1)), within(1e-9));
    assertThat(beside.numbers().get("kl_mean")).isPositive();
    assertThat(beside.mcNemar()).isPresent();
    assertThat(report.manifest().files()).hasSize(2);
    assertThat(report.manifest().runtime()).startsWith("LiteRT 2.");
  }

  @Test
  void callsAreTimedFromTheFirstRowToTheLast() throws IOException {
    String[] lines = new String[ROWS + 1];
    Arrays.fill(lines, "좋아요");
    Arrays.fill(lines, 257, lines.length, "정말 재미있는 영화 ".repeat(20)); // more than 16 tokens
    lines[0] = "text";
    EvaluationReport report =
        Evaluation.of(List.of(f32), DataFile.of(data("timed.tsv", lines))).run();
    Latency latency = report.files().get(0).latency();
    assertThat(latency.calls()).isEqualTo(256);
    assertThat(latency.byTokens().get(0).calls()).isEqualTo(219); // of the first 256 rows
  }

  @Test
  void spacesAroundTheNameOfAColumnHideNoLabels() throws IOException {
    Path spaced = data("spaced.tsv", " text\tlabel ", "좋아요\tpositive", "최악\tnegative");
    EvaluationReport report = Evaluation.of(List.of(f32), DataFile.of(spaced)).run();
    assertThat(report.mainMeasure()).contains("accuracy");
    Path twice = data("twice-named.csv", "text,label, label", "a,b,c");
    assertThatThrownBy(() -> DataFile.of(twice))
        .hasMessageContaining("two columns are called \"label\"");
  }

  @Test
  void thatNoColumnSaysWhatIsRightIsANote() throws IOException {
    Path named = data("named.tsv", "text\tright", "좋아요\tpositive", "최악\tnegative");
    assertThat(Evaluation.of(List.of(f32), DataFile.of(named)).run().notes())
        .containsExactly(
            "files are only compared: none of the columns text, right says what is right, unless"
                + " --label-column names it");
  }

  @Test
  void aFolderStandsForItsConversionToF32() throws IOException {
    EvaluationReport report = Evaluation.of(List.of(EXAMPLE, f32), DataFile.of(reviews)).run();
    assertThat(report.files().get(1).comparison().orElseThrow().agreement()).isOne();
    assertThat(report.files().get(0).file()).isEqualTo(EXAMPLE.toString());
    assertThat(report.manifest().files()).containsOnlyKeys(EXAMPLE.toString(), f32.toString());
  }

  @Test
  void withoutLabelsFilesAreCompared() throws IOException {
    String texts =
        Files.readAllLines(reviews).stream()
            .map(line -> line.split("\t", -1)[0])
            .collect(Collectors.joining("\n"));
    Path unlabelled = Files.writeString(folder.resolve("texts.tsv"), texts);
    EvaluationReport report = Evaluation.of(List.of(f32, int4), DataFile.of(unlabelled)).run();
    assertThat(report.mainMeasure()).isEmpty();
    assertThat(report.files().get(0).measures()).isEmpty();
    Comparison beside = report.files().get(1).comparison().orElseThrow();
    assertThat(beside.agreement()).isLessThan(1);
    assertThat(beside.mcNemar()).isEmpty();
    assertThat(EvaluationPage.of(report, List.of())).contains("B beside A");
  }

  @Test
  void memoryAndStartAreThoseOfAProcessOfItsOwn() throws IOException {
    Footprint footprint =
        Evaluation.of(List.of(f32), DataFile.of(reviews))
            .withFootprint(true)
            .run()
            .files()
            .get(0)
            .footprint()
            .orElseThrow();
    assertThat(footprint.startMilliseconds()).isPositive();
    footprint.peakBytes().ifPresent(bytes -> assertThat(bytes).isGreaterThan(20_000_000));
  }

  @Test
  void labelsThatTheModelDoesNotHaveAreListed() throws IOException {
    Path data = data("labels.tsv", "text\tlabel", "좋아요\tpositiv", "별로\tbad", "음\t1");
    faulty(
        Evaluation.of(List.of(f32), DataFile.of(data)),
        "no label \"positiv\" (near: positive), \"bad\"",
        "labels.tsv, line 2",
        "--label-column");
  }

  @Test
  void labelsMayBeNumbers() throws IOException {
    Path data = data("numbers.tsv", "text\tlabel", "정말 재미있어요\t1", "최악의 영화\t0");
    FileReport file = Evaluation.of(List.of(f32), DataFile.of(data)).run().files().get(0);
    assertThat(file.measure("accuracy").orElseThrow().value()).isOne();
  }

  @Test
  void oneLabelMayStandInAColumnOfLabelsAsItMayForConfidence() throws IOException {
    Path data = data("several.tsv", "text\tlabels", "정말 재미있어요\tpositive", "최악의 영화\tnegative");
    EvaluationReport report = Evaluation.of(List.of(f32), DataFile.of(data)).run();
    assertThat(report.mainMeasure()).contains("accuracy");
    assertThat(report.files().get(0).measure("accuracy").orElseThrow().value()).isOne();
  }

  @Test
  void aColumnThatIsNotThereIsToldBeforeTheWork() throws IOException {
    Path data = data("columns.tsv", "document\tlabel", "좋아요\t1");
    faulty(
        Evaluation.of(List.of(f32), DataFile.of(data)),
        "there is no column \"text\"; there are document, label",
        "columns.tsv",
        "--text-column");
    Columns wrong =
        new Columns(Optional.of("dokument"), Optional.empty(), Optional.empty(), Optional.empty());
    faulty(
        Evaluation.of(List.of(f32), DataFile.of(data)).withColumns(wrong),
        "no column \"dokument\"",
        "columns.tsv",
        "--text-column document");
  }

  @Test
  void labelsThatBeginLaterAreNotOverlooked() throws IOException {
    Path data = data("later.jsonl", "{\"text\": \"음\"}", "{\"text\": \"네\", \"label\": 1}");
    faulty(
        Evaluation.of(List.of(f32), DataFile.of(data)),
        "the row has a \"label\", and the first row has none",
        "later.jsonl, line 2",
        "all rows");
  }

  @Test
  void cellsBetweenOtherCharactersAreToldSo() throws IOException {
    Path data = data("semicolons.csv", "text;label", "좋아요;1");
    faulty(
        Evaluation.of(List.of(f32), DataFile.of(data)),
        "there is no column \"text\"; there are text;label",
        "semicolons.csv",
        "part cells by commas in .csv");
  }

  @Test
  void gatesThatCannotBeComputedAreToldBeforeTheWork() throws IOException {
    Gates drop =
        new Gates(
            OptionalDouble.empty(),
            OptionalDouble.of(0.01),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    faulty(
        Evaluation.of(List.of(f32), DataFile.of(reviews)).withGates(drop),
        "there is one file alone",
        "--max-drop",
        "compare with first");
    Path data = data("plain.tsv", "text", "좋아요");
    faulty(
        Evaluation.of(List.of(f32, int4), DataFile.of(data)).withGates(drop),
        "the data do not say what is right",
        "--max-drop",
        "--label-column");
  }

  @Test
  void filesOfOtherLabelsAreToldBeforeAnyIsAsked() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("others"));
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path config = copy.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"negative\"", "\"bad\""));
    Path others = Converter.of(copy).convert(folder.resolve("others.tflite")).target();
    AtomicLong done = new AtomicLong();
    faulty(
        Evaluation.of(List.of(f32, others), DataFile.of(reviews))
            .withProgress((now, all) -> done.set(now)),
        "the file has the labels bad, positive, and the first file negative, positive",
        "others.tflite",
        "evaluate files of one task together");
    assertThat(done).hasValue(0);
  }

  @Test
  void aDropThatIsTheBoundButForRoundingPasses() {
    double drop = 119 / 125.0 - 118 / 125.0;
    assertThat(drop).isGreaterThan(0.008);
    assertThat(Gates.isAtMost(drop, 0.008)).isTrue();
    assertThat(Gates.isAtMost(drop, 0.00799999)).isFalse();
    assertThat(Gates.isAtLeast(1 - 0.048, 0.952)).isTrue();
    assertThat(Gates.isAtLeast(0.951999, 0.952)).isFalse();
  }

  @Test
  void gatesCompareTheValueAndKeepTheInterval() throws IOException {
    EvaluationReport report = Evaluation.of(List.of(f32, int4), DataFile.of(reviews)).run();
    Gates gates =
        new Gates(
            OptionalDouble.of(0.9999),
            OptionalDouble.of(0.5),
            OptionalDouble.of(0.5),
            OptionalDouble.of(1e6));
    List<Gate> judged = gates.judge(report);
    assertThat(judged.stream().map(Gate::name))
        .containsExactly(
            "min_accuracy",
            "max_p95_ms",
            "min_accuracy",
            "max_drop",
            "min_agreement",
            "max_p95_ms");
    assertThat(judged.stream().map(Gate::passed))
        .containsExactly(false, true, false, true, true, true);
    for (Gate gate : judged) {
      assertThat(gate.value()).isBetween(gate.interval().low(), gate.interval().high());
    }
    assertThat(EvaluationPage.of(report, judged))
        .contains("missed", "<svg", "McNemar")
        .doesNotContain("<script", "http://", "https://");
  }
}
