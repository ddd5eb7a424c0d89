package dev.litegraft.lab.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.lab.calibration.Rounding;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.data.RowReader;
import dev.litegraft.lab.evaluation.Columns;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.evaluation.FileReport;
import dev.litegraft.lab.statistics.Interval;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.RecipeFile;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example on some of its reviews. */
class TuningTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");
  private static final int ROWS = 160;

  @TempDir static Path folder;

  private static DataFile reviews;

  @BeforeAll
  static void write() throws IOException {
    List<String> lines = Files.readAllLines(EXAMPLE.resolve("test.tsv")).subList(0, ROWS + 1);
    reviews = DataFile.of(Files.write(folder.resolve("reviews.tsv"), lines));
  }

  private static Set<String> texts(DataFile data) throws IOException {
    Set<String> texts = new HashSet<>();
    try (RowReader rows = data.open()) {
      for (DataRow row = rows.next(); row != null; row = rows.next()) {
        texts.add(row.text("text"));
      }
    }
    return texts;
  }

  @Test
  void halvesShareNoTextAndMissNone() throws IOException {
    Set<String> first = texts(reviews.half("text", 0));
    Set<String> second = texts(reviews.half("text", 1));
    assertThat(first).doesNotContainAnyElementsOf(second).hasSizeBetween(ROWS / 4, 3 * ROWS / 4);
    Set<String> quarter = texts(reviews.half("text", 1).half("text", 0));
    Set<String> other = texts(reviews.half("text", 1).half("text", 1));
    assertThat(quarter).isNotEmpty().doesNotContainAnyElementsOf(other);
    quarter.addAll(other);
    assertThat(quarter).isEqualTo(second);
    first.addAll(second);
    assertThat(first).isEqualTo(texts(reviews));
  }

  @Test
  void rowsOfAQueryStayTogetherAndTaggedWordsAreTexts() throws IOException {
    Path ranked = Files.write(folder.resolve("ranked.tsv"), List.of("query\ttext", "q\tt"));
    assertThat(Columns.usual().dividing(DataFile.of(ranked))).isEqualTo("query");
    Path tagged = Files.write(folder.resolve("t.jsonl"), List.of("{\"tokens\": [\"a\"]}"));
    assertThat(Columns.usual().dividing(DataFile.of(tagged))).isEqualTo("tokens");
    assertThat(Columns.usual().dividing(reviews)).isEqualTo("text");
  }

  @Test
  void theChoiceIsTheSmallestThatMeetsTheBoundAndItsRecipeMakesTheSameFile() throws IOException {
    Path target = folder.resolve("tuned.tflite");
    TuningReport report =
        Tuning.of(EXAMPLE, reviews)
            .withBound(new Bound(Bound.Kind.MIN_AGREEMENT, 0.95))
            .withThreads(2)
            .run(target);
    Tried chosen =
        report.tried().stream().filter(t -> t.note().equals("chosen")).findFirst().orElseThrow();
    assertThat(chosen.name()).isEqualTo(report.chosen());
    assertThat(report.tried().stream().filter(Tried::isMet))
        .allSatisfy(one -> assertThat(one.bytes()).isGreaterThanOrEqualTo(chosen.bytes()));
    assertThat(Files.size(target)).isBetween(chosen.bytes(), chosen.bytes() + 1000);
    ConfidenceFit fit = report.confidence().fit().orElseThrow();
    assertThat(fit.rows() + fit.after().rows()).isEqualTo(report.judged().rows());
    assertThat(report.confidence().kept()).isEqualTo(fit.gains());
    assertManifest(report, EXAMPLE);
    Optional<Confidence> kept = Optional.of(fit.confidence()).filter(any -> fit.gains());
    ConversionOptions written = ConversionOptions.defaults().withConfidenceOf(report.recipeFile());
    assertThat(written.confidence()).isEqualTo(kept);
    try (TfliteReader reader = TfliteReader.open(target)) {
      assertThat(reader.facts().orElseThrow().find(ModelFacts.CONFIDENCE)).isEqualTo(kept);
    }
    assertThat(report.rows() + report.judged().rows()).isEqualTo(ROWS);
    assertThat(report.recipeFile()).isEqualTo(folder.resolve("tuned.recipe.json"));
    Path again =
        Converter.of(EXAMPLE)
            .withOptions(written.withRecipe(RecipeFile.read(report.recipeFile())))
            .convert(folder.resolve("again.tflite"))
            .target();
    assertThat(DataFile.sha256(again)).isEqualTo(DataFile.sha256(target));
  }

  @Test
  void whereRecipesMissTheBoundKindsThatHurtAreStoredBetter() throws IOException {
    TuningReport report =
        Tuning.of(EXAMPLE, reviews)
            .withBound(new Bound(Bound.Kind.MIN_AGREEMENT, 1))
            .withThreads(2)
            .withConfidence(Optional.empty())
            .run(folder.resolve("exact.tflite"));
    List<String> names = report.tried().stream().map(Tried::name).toList();
    assertThat(names)
        .contains("dynamic_wi4_afp32 mse", "dynamic_wi4_afp32 gptq", "dynamic_wi4_afp32_b32 gptq")
        .anyMatch(name -> name.startsWith("dynamic_wi4_afp32, model.layers.*."))
        .anyMatch(name -> name.matches("dynamic_wi4_afp32(_b..)? gptq, .* in int8"))
        .noneMatch(name -> name.matches("dynamic_wi4.*embed_tokens.* in int8")); // they are so
    Tried plain = report.tried().get(names.indexOf("dynamic_wi4_afp32_b32"));
    Tried rounded = report.tried().get(names.indexOf("dynamic_wi4_afp32_b32 gptq"));
    assertThat(rounded.bytes()).isCloseTo(plain.bytes(), within(1000L));
    assertThat(rounded.damage()).isLessThan(plain.damage());
    assertThat(report.tried().stream().filter(Tried::isMet)).isNotEmpty();
    assertThat(report.confidence().note()).isEqualTo("none was asked for");
    assertThat(report.recipeFile()).content().doesNotContain("confidence");
  }

  @Test
  void aRecipesFileIsTheSameEachTime() throws IOException {
    Mix mix = Mix.of(Recipe.DYNAMIC_WI4_AFP32);
    for (Kind kind : Kind.of(List.of("score", "model.layers.0.k_proj", "model.layers.1.k_proj"))) {
      mix = mix.keeping(kind);
    }
    assertThat(mix.json(Optional.of(new Confidence(2, List.of(), List.of()))))
        .startsWith(
            "{\"recipe\":\"dynamic_wi4_afp32\",\"rules\":[{\"path\":\"score|model.layers.*.k_proj\","
                + "\"storage\":\"int8\"}],\"confidence\":{");
    Mix rounded = mix.rounded(Rounding.GPTQ);
    assertThat(rounded.shown())
        .isEqualTo("dynamic_wi4_afp32 gptq, score | model.layers.*.k_proj in int8");
    assertThat(rounded.json(Optional.empty()))
        .startsWith("{\"recipe\":\"dynamic_wi4_afp32\",\"rounding\":\"gptq\",\"rules\":[{");
    assertThat(Mix.of(Recipe.DYNAMIC_WI8_AFP32).storage()).isEqualTo("int8_weight_only");
    assertThat(Mix.of(Recipe.WEIGHT_ONLY_WI8_AFP32).storage()).isEqualTo("f16");
  }

  @Test
  void aKindWhosePatternFitsOthersHasItsPaths() {
    List<Kind> kinds =
        Kind.of(
            List.of(
                "layer.0.attention.output.dense",
                "layer.0.output.dense",
                "layer.1.attention.output.dense",
                "layer.1.output.dense"));
    assertThat(kinds)
        .containsExactly(
            new Kind("layer.*.attention.output.dense", "layer.*.attention.output.dense"),
            new Kind("layer.*.output.dense", "layer.0.output.dense|layer.1.output.dense"));
  }

  @Test
  void aFitThatBreaksTheBoundIsLeftOutOfTheFile() throws IOException {
    Path several = Files.createDirectories(folder.resolve("several"));
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, several.resolve(file.getFileName()));
      }
    }
    Path config = several.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(
        config, text.replaceFirst("\\{", "{\"problem_type\": \"multi_label_classification\","));
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(reviews.path())) {
      lines.add(line.replaceFirst("\tnegative$", "\tnegative|positive"));
    }
    Path rows = Files.write(folder.resolve("several.tsv"), lines);
    Path target = folder.resolve("several.tflite");
    TuningReport report =
        Tuning.of(several, DataFile.of(rows))
            .withBound(new Bound(Bound.Kind.MIN_AGREEMENT, 0.95))
            .withThreads(2)
            .withConfidence(Optional.of(ConfidenceFit.Form.BIAS))
            .run(target);
    assertThat(report.confidence().fit().orElseThrow().confidence().thresholds()).hasSize(2);
    assertThat(report.confidence().note())
        .startsWith("a temperature without biases, as a bias is fitted where one of several labels")
        .contains("not kept: with it the file agrees in 0.");
    assertThatThrownBy(
            () ->
                ConfidenceFit.check(
                    several,
                    ConversionOptions.defaults(),
                    DataFile.of(rows),
                    Columns.usual(),
                    ConfidenceFit.Form.BIAS))
        .hasMessageContaining("here each is right or not by itself, and has a threshold");
    assertThat(report.confidence().kept()).isFalse();
    assertThat(report.reached().met()).isTrue();
    try (TfliteReader reader = TfliteReader.open(target)) {
      assertThat(reader.facts().orElseThrow().find(ModelFacts.CONFIDENCE)).isEmpty();
    }
    assertThat(report.recipeFile()).content().doesNotContain("confidence");
    assertManifest(report, several);
  }

  /** The report is of the file that was written, and of the checkpoint in f32. */
  private static void assertManifest(TuningReport report, Path checkpoint) throws IOException {
    assertThat(report.judged().manifest().files())
        .containsEntry(report.file().toString(), DataFile.sha256(report.file()))
        .containsKey(checkpoint.toString());
    FileReport first = report.judged().files().get(0);
    assertThat(first.file()).isEqualTo(checkpoint.toString());
    assertThat(first.recipe()).isEqualTo("f32");
  }

  @Test
  void ofFilesThatTheCallsCannotTellApartTheFastestIsLevelWithTheOthers() {
    Tried fastest = timed(10, 9.8, 10.2);
    assertThat(timed(10.4, 10.3, 10.6).isAsFastAs(fastest)).as("they drift so far").isTrue();
    assertThat(timed(11, 10.1, 11.5).isAsFastAs(fastest)).as("intervals overlap").isTrue();
    assertThat(timed(11, 10.9, 11.1).isAsFastAs(fastest)).isFalse();
    assertThat(fastest.isAsFastAs(fastest)).isTrue();
  }

  private static Tried timed(double median, double low, double high) {
    return new Tried("one", 1, median, new Interval(low, high), Optional.empty(), 0, "");
  }

  @Test
  void aDropNeedsLabels() throws IOException {
    Path plain = Files.write(folder.resolve("plain.tsv"), List.of("text", "좋아요", "별로예요", "음", "네"));
    Tuning tuning =
        Tuning.of(EXAMPLE, DataFile.of(plain)).withBound(new Bound(Bound.Kind.MAX_DROP, 0.01));
    assertThatThrownBy(() -> tuning.run(folder.resolve("none.tflite")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the data do not say what is right");
  }

  @Test
  void whatTheDataLackIsToldBeforeAnythingIsMade() throws IOException {
    Path scored =
        Files.write(
            folder.resolve("scored.tsv"),
            List.of("text\tscore", "좋아요\t1", "별로예요\t0", "음\t1", "네\t0", "그저\t1"));
    Tuning tuning = Tuning.of(EXAMPLE, DataFile.of(scored));
    // The data are no output, which is told before the first conversion, and this before that.
    assertThatThrownBy(() -> tuning.withBound(new Bound(Bound.Kind.MAX_DROP, 0.01)).run(scored))
        .hasMessageContaining("the data do not say what is right")
        .hasMessageContaining("--max-drop");
    assertThatThrownBy(() -> tuning.withColumns(labelled("sentiment")).run(scored))
        .hasMessageContaining("there is no column \"sentiment\"; there are text, score")
        .hasMessageContaining("scored.tsv");
    Path wrong =
        Files.write(
            folder.resolve("wrong.tsv"),
            List.of("text\tgold", "좋아요\tpositiv", "별로예요\t0", "음\t1", "네\t0", "그저\t1"));
    assertThatThrownBy(
            () -> Tuning.of(EXAMPLE, DataFile.of(wrong)).withColumns(labelled("gold")).run(wrong))
        .hasMessageContaining("the model has no label \"positiv\"")
        .hasMessageContaining("wrong.tsv, line 2");
  }

  private static Columns labelled(String column) {
    return new Columns(Optional.empty(), Optional.empty(), Optional.of(column), Optional.empty());
  }

  @Test
  void oneTextCannotBothChooseAndJudge() throws IOException {
    Path one = Files.write(folder.resolve("one.tsv"), List.of("text", "좋아요"));
    assertThatThrownBy(
            () -> Tuning.of(EXAMPLE, DataFile.of(one)).run(folder.resolve("none.tflite")))
        .hasMessageContaining("cannot be divided");
  }
}
