package dev.litegraft.lab.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.FileVerifier.Products;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in int8 and f32, a few calls. */
class BenchmarkTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");
  private static final RuntimeOptions OPTIONS = RuntimeOptions.defaults();

  @TempDir static Path folder;

  private static Path int8;
  private static Path f32;

  @BeforeAll
  static void convert() throws IOException {
    int8 = converted("int8.tflite", Recipe.DYNAMIC_WI8_AFP32, "dynamic");
    f32 = converted("f32.tflite", Recipe.F32, "dynamic");
  }

  private static Path converted(String name, Recipe recipe, String length) throws IOException {
    ConversionOptions options = ConversionOptions.defaults().withRecipe(recipe);
    return Converter.of(EXAMPLE)
        .withOptions(length.equals("dynamic") ? options : options.withLengths(List.of(16, 64)))
        .convert(folder.resolve(name))
        .target();
  }

  @Test
  void everyFileAnswersInEveryRound() throws IOException {
    AtomicLong last = new AtomicLong();
    BenchmarkReport report =
        Benchmark.of(List.of(int8, f32))
            .withTokens(List.of(16, 8))
            .withThreads(List.of(1))
            .withRounds(3)
            .withProgress((done, total) -> last.set(total - done))
            .run();
    assertThat(last).hasValue(0);
    assertThat(report.peaks()).hasSize(1);
    assertThat(report.peak(1).orElseThrow().int8()).isPositive();
    assertThat(report.files()).extracting(BenchmarkedFile::recipe).doesNotContain("");
    for (BenchmarkedFile file : report.files()) {
      assertThat(file.latencies()).extracting(Latency::tokens).containsExactly(8, 16);
      assertThat(file.warmStart().calls()).isEqualTo(3);
      assertThat(file.coldStart().orElseThrow().min()).isPositive();
      file.residentBytes().ifPresent(bytes -> assertThat(bytes).isGreaterThan(20_000_000));
      assertThat(file.peakBytes().orElse(1)).isGreaterThanOrEqualTo(file.residentBytes().orElse(1));
      for (Latency one : file.latencies()) {
        Timing timing = one.timing();
        assertThat(timing.calls()).isGreaterThanOrEqualTo(6);
        assertThat(timing.min()).isPositive().isLessThanOrEqualTo(timing.median());
        assertThat(timing.p95()).isGreaterThanOrEqualTo(timing.median());
        assertThat(one.tokensPerSecond())
            .isCloseTo(one.tokens() * 1000 / timing.median(), within(1e-6));
        assertThat(one.gops().orElseThrow()).isPositive();
        assertThat(one.peakShare().orElseThrow()).isPositive();
      }
    }
    assertThat(report.files().get(0).latency(8, 1).orElseThrow().besideFirst()).isEmpty();
    Latency.Ratio ratio =
        report.files().get(1).latency(8, 1).orElseThrow().besideFirst().orElseThrow();
    assertThat(ratio.median()).isBetween(ratio.min(), ratio.max());
    assertThat(BenchmarkPage.of(report))
        .contains("Latency on one thread", "Tokens a second on one thread", "<svg")
        .contains(report.machine().runtime());
  }

  @Test
  void aFileThatTakesSeveralTextsIsAskedThemToo() throws IOException {
    Path batch =
        Converter.of(EXAMPLE)
            .withOptions(ConversionOptions.defaults().withBatch(3))
            .convert(folder.resolve("batch.tflite"))
            .target();
    BenchmarkReport report =
        Benchmark.of(List.of(int8, batch))
            .withTokens(List.of(8, 170, 171))
            .withThreads(List.of(1))
            .withRounds(2)
            .run();
    assertThat(report.hasTogether()).isTrue();
    assertThat(report.files().get(0).latency(8, 1).orElseThrow().together()).isEmpty();
    Latency both = report.files().get(1).latency(8, 1).orElseThrow();
    // 510 and 513 tokens together: longer texts are never asked so.
    assertThat(report.files().get(1).latency(170, 1).orElseThrow().together()).isPresent();
    assertThat(report.files().get(1).latency(171, 1).orElseThrow().together()).isEmpty();
    Latency.Together together = both.together().orElseThrow();
    assertThat(together.texts()).isEqualTo(3);
    assertThat(together.timing().min())
        .isPositive()
        .isLessThanOrEqualTo(together.timing().median());
    // A call has three texts: one of them takes less than the call of one alone takes three times.
    assertThat(together.timing().min()).isLessThan(3 * both.timing().min());
    assertThat(together.besideAlone().median())
        .isBetween(together.besideAlone().min(), together.besideAlone().max());
    assertThat(BenchmarkPage.of(report)).contains("Several texts at once", "of a text alone");
  }

  @Test
  void productsAreThoseOfTheGraphAtTheNumberOfTokens() throws IOException {
    try (Subject whole = Subject.open(int8, OPTIONS, List.of(1));
        Subject floats = Subject.open(f32, OPTIONS, List.of(1))) {
      Products one = whole.products(32).orElseThrow();
      Products other = floats.products(32).orElseThrow();
      assertThat(one.whole()).isPositive();
      assertThat(other.whole()).isZero();
      assertThat(other.floats()).isEqualTo(one.whole() + one.floats());
      // Each token is multiplied with each other one.
      assertThat(whole.products(64).orElseThrow().floats()).isGreaterThan(2 * one.floats());
    }
  }

  @Test
  void aStaticFileDoesTheProductsOfTheLengthThatFits() throws IOException {
    Path fixed = converted("fixed.tflite", Recipe.DYNAMIC_WI8_AFP32, "static");
    try (Subject subject = Subject.open(fixed, OPTIONS, List.of(1));
        Subject dynamic = Subject.open(int8, OPTIONS, List.of(1))) {
      assertThat(subject.takes(64)).isTrue();
      assertThat(subject.takes(65)).isFalse();
      assertThat(subject.products(17).orElseThrow().whole())
          .isEqualTo(dynamic.products(64).orElseThrow().whole());
      assertThat(subject.products(5).orElseThrow().whole())
          .isEqualTo(dynamic.products(16).orElseThrow().whole());
    }
  }

  @Test
  void theProbeMakesTheProductsThatItsRateIsOf() throws IOException {
    Path probe = folder.resolve("probe.tflite");
    Path beside = folder.resolve("probe-f32.tflite");
    PeakProbe.write(probe, beside);
    long expected = 192L * 1024 * (4 * 1024 + 16);
    try (Subject subject = Subject.open(probe, OPTIONS, List.of(1));
        Subject floats = Subject.open(beside, OPTIONS, List.of(1))) {
      assertThat(subject.products(192).orElseThrow()).isEqualTo(new Products(expected, 0));
      assertThat(floats.products(192).orElseThrow()).isEqualTo(new Products(0, expected));
    }
    assertThat(PeakProbe.MULTIPLICATIONS).isEqualTo(expected);
  }

  @Test
  void moreTokensThanEveryFileTakesAreRefused() {
    Benchmark benchmark = Benchmark.of(List.of(int8)).withTokens(List.of(1 << 19));
    assertThatThrownBy(benchmark::run)
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.what()).contains("[524288] tokens", "at most ");
              assertThat(e.where()).isEqualTo(int8.toString());
              assertThat(e.remedy()).contains("--tokens ");
            });
    assertThatThrownBy(() -> Benchmark.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Benchmark.of(List.of(int8)).withRounds(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTimingIsTheQuantilesOfItsCalls() {
    assertThat(Timing.of(1, 2, 3, 4, 5)).isEqualTo(new Timing(5, 3, 4.8, 1));
  }
}
