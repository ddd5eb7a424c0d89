package dev.litegraft.cli;

import dev.litegraft.ConversionOptions;
import dev.litegraft.ConversionReport;
import dev.litegraft.Converter;
import dev.litegraft.cli.Reviews.Review;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole path on the example checkpoint: convert, classify, compare. */
@Command(
    name = "demo",
    description =
        "Convert the example checkpoint to f32 and int8, classify reviews with both, and compare.")
final class DemoCommand extends Subcommand {
  private static final Path EXAMPLE = Path.of("examples", "ko-movie-reviews");
  private static final List<Recipe> RECIPES = List.of(Recipe.F32, Recipe.DYNAMIC_WI8_AFP32);
  private static final List<String> TEXTS =
      List.of("이 영화 정말 재미있어요", "배우들 연기가 훌륭하고 마지막 장면에서 눈물이 났습니다", "돈이 아깝다. 최악의 영화", "지루해서 중간에 나왔어요");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Keep the files in this folder; default: a temporary one, deleted at the end.")
  private @Nullable Path output;

  @Option(
      names = "--reviews",
      paramLabel = "N",
      description = "Compare on so many held-out reviews; default: ${DEFAULT-VALUE} (4000 exist).")
  private int count = 1000;

  /** What one file did with the reviews. */
  private record Run(
      ConversionReport report, List<Classification> shown, List<String> labels, double median) {}

  @Override
  int execute() throws IOException {
    Path example = example();
    if (!Files.isDirectory(example)) {
      throw new InvalidInputException(
          "the example checkpoint is not there",
          example.toAbsolutePath().toString(),
          "run ./litegraft demo of a full copy of the repository");
    }
    if (count < 1) {
      throw usage("--reviews is " + count, "a number of reviews, 1 or more");
    }
    List<Review> reviews = Reviews.first(count, example.resolve("test.tsv"));
    Map<Recipe, Run> runs = new LinkedHashMap<>();
    try (Workspace workspace = Workspace.of(output)) {
      for (Recipe recipe : RECIPES) {
        runs.put(recipe, run(recipe, example, workspace.folder(), reviews));
      }
    }
    if (common().json()) {
      out().line(json(runs, reviews));
    } else {
      print(runs, reviews);
    }
    return ExitCode.DONE;
  }

  /** Where a full copy of the repository has the example checkpoint. */
  static Path example() {
    return Path.of(System.getProperty("litegraft.home", "")).resolve(EXAMPLE);
  }

  private Run run(Recipe recipe, Path example, Path folder, List<Review> reviews)
      throws IOException {
    ConversionReport report;
    try (ProgressBar bar = notes().progress("converting to " + recipe.alias())) {
      report =
          Converter.of(example)
              .withOptions(ConversionOptions.defaults().withRecipe(recipe))
              .withProgress(bar::at)
              .withThreads(common().threads())
              .convert(folder.resolve("ko-movie-reviews-" + recipe.alias() + ".tflite"));
    }
    RuntimeOptions options = RuntimeOptions.defaults().withThreads(common().threads());
    List<String> labels = new ArrayList<>(reviews.size());
    double[] milliseconds = new double[reviews.size()];
    try (TextClassifier classifier = TextClassifier.open(report.target(), options);
        ProgressBar bar = notes().progress("classifying with " + recipe.alias())) {
      List<Classification> shown = classifier.classify(TEXTS);
      for (Review review : reviews) {
        Classification answer = classifier.classify(review.text());
        milliseconds[labels.size()] = answer.milliseconds();
        labels.add(answer.label());
        bar.at(labels.size(), reviews.size());
      }
      Arrays.sort(milliseconds);
      return new Run(report, shown, labels, milliseconds[milliseconds.length / 2]);
    }
  }

  private void print(Map<Recipe, Run> runs, List<Review> reviews) throws IOException {
    Table texts = new Table("f32", "int8", "text");
    for (int i = 0; i < TEXTS.size(); i++) {
      texts.row(shown(runs, Recipe.F32, i), shown(runs, Recipe.DYNAMIC_WI8_AFP32, i), TEXTS.get(i));
    }
    texts.print(out());
    out().line("");
    Table files = new Table("recipe", "size", "converted in", "ms a review", "right labels");
    for (Map.Entry<Recipe, Run> entry : runs.entrySet()) {
      Run run = entry.getValue();
      files.row(
          entry.getKey().alias(),
          Units.bytes(run.report().targetBytes()),
          String.format(Locale.ROOT, "%.2f s", run.report().seconds()),
          String.format(Locale.ROOT, "%.2f", run.median()),
          Units.percent(accuracy(run, reviews)));
    }
    files.print(out());
    out()
        .line(
            "\nf32 and int8 give the same label to "
                + Units.percent(agreement(runs))
                + " of "
                + reviews.size()
                + " held-out reviews; ms is the median of one review, with the tokenizer.");
    if (output != null) {
      out().line("The files are in " + output + ".");
    }
  }

  /** Both recipes are run before anything is shown. */
  private static Run of(Map<Recipe, Run> runs, Recipe recipe) {
    return Objects.requireNonNull(runs.get(recipe));
  }

  private static String shown(Map<Recipe, Run> runs, Recipe recipe, int index) {
    Classification answer = of(runs, recipe).shown().get(index);
    return answer.label() + " " + String.format(Locale.ROOT, "%.3f", answer.score());
  }

  private static String json(Map<Recipe, Run> runs, List<Review> reviews) throws IOException {
    return JsonLine.of(
        json -> {
          json.writeNumberField("reviews", reviews.size());
          json.writeNumberField("agreement", agreement(runs));
          json.writeArrayFieldStart("files");
          for (Map.Entry<Recipe, Run> entry : runs.entrySet()) {
            Run run = entry.getValue();
            json.writeStartObject();
            json.writeStringField("recipe", entry.getKey().canonicalName());
            json.writeNumberField("bytes", run.report().targetBytes());
            json.writeNumberField("conversion_seconds", run.report().seconds());
            json.writeNumberField("median_milliseconds", run.median());
            json.writeNumberField("accuracy", accuracy(run, reviews));
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static double accuracy(Run run, List<Review> reviews) {
    int right = 0;
    for (int i = 0; i < reviews.size(); i++) {
      right += run.labels().get(i).equals(reviews.get(i).label()) ? 1 : 0;
    }
    return (double) right / reviews.size();
  }

  private static double agreement(Map<Recipe, Run> runs) {
    List<String> f32 = of(runs, Recipe.F32).labels();
    List<String> int8 = of(runs, Recipe.DYNAMIC_WI8_AFP32).labels();
    int same = 0;
    for (int i = 0; i < f32.size(); i++) {
      same += f32.get(i).equals(int8.get(i)) ? 1 : 0;
    }
    return (double) same / f32.size();
  }
}
