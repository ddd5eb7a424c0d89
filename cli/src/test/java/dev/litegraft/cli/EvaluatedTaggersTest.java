package dev.litegraft.cli;

import static dev.litegraft.cli.EvaluatedData.TEXTS;
import static dev.litegraft.cli.EvaluatedData.converted;
import static dev.litegraft.cli.EvaluatedData.data;
import static dev.litegraft.cli.EvaluatedData.json;
import static dev.litegraft.cli.EvaluatedData.measure;
import static dev.litegraft.cli.EvaluatedData.model;
import static dev.litegraft.cli.EvaluatedData.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.TokenClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate} of taggers: by entities, by words, and by the tags of their first tokens. */
class EvaluatedTaggersTest {
  @TempDir static Path folder;

  @Test
  void aTaggersOwnAnswersAreAllRightAndOthersAreNot() throws IOException {
    String file = RecordedTask.convert("tagger", folder).file();
    List<String> rows = new ArrayList<>(List.of("text\ttags"));
    String unlabelled = texts(folder, "sentences.tsv");
    assertThat(json("evaluate", file, "--data", unlabelled, "--json").at("/task").asText())
        .isEqualTo("token classification");
    for (String text : TEXTS) {
      rows.add(text + "\t" + String.join(" ", text.replaceAll("\\S+", "O").split(" ", -1)));
    }
    JsonNode report = json("evaluate", file, "--data", data(folder, "outside.tsv", rows), "--json");
    // No entity is right: what the tagger finds is wrong, and every word that it tags, too.
    assertThat(measure(report, "entity_f1")).isZero();
    assertThat(measure(report, "entity_f1_strict")).isZero();
    assertThat(measure(report, "word_accuracy")).isBetween(0.0, 1.0);
    rows.set(1, TEXTS.get(0) + "\tO O");
    CommandRun run = CommandRun.of("evaluate", file, "--data", data(folder, "few.tsv", rows));
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("2 tags for 6 words", "few.tsv, line 2");
  }

  @Test
  void tagsWithoutPrefixesAreMeasuredByWords() throws IOException {
    Path copy = FolderCopy.of(model("tagger"), folder.resolve("words"));
    Path config = copy.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("B-PER", "PER")
            .replace("I-PER", "ORG")
            .replace("B-LOC", "LOC")
            .replace("I-LOC", "MISC"));
    String file = converted(copy, folder, "words.tflite", "--recipe=f32");
    List<String> rows = new ArrayList<>(List.of("text\ttags"));
    for (String text : TEXTS) {
      rows.add(text + "\t" + text.replaceAll("\\S+", "ORG"));
    }
    String data = data(folder, "words.tsv", rows);
    JsonNode report = json("evaluate", file, "--data", data, "--json");
    assertThat(report.at("/main_measure").asText()).isEqualTo("word_accuracy");
    assertThat(report.at("/notes/0").asText()).startsWith("no label begins with B- or I-");
    double recall = Double.NaN;
    for (JsonNode one : report.at("/files/0/classes")) {
      assertThat(one.get("label").asText()).isIn("PER", "ORG", "LOC", "MISC");
      recall = one.get("label").asText().equals("ORG") ? one.get("recall").asDouble() : recall;
    }
    // Each word is an ORG, so that its recall is the part of words that are right.
    assertThat(recall).isCloseTo(measure(report, "word_accuracy"), within(1e-12));
  }

  @Test
  void wordsHaveTheTagsOfTheirFirstTokens() throws IOException {
    String file = RecordedTask.convert("tagger", folder).file();
    List<String> rows = new ArrayList<>(List.of("text\ttags"));
    int wrong = 0;
    int words = 0;
    try (TokenClassifier tagger = TokenClassifier.open(Path.of(file))) {
      for (String text : TEXTS) {
        List<String> tags = new ArrayList<>();
        int begin = 0;
        for (String word : text.split(" ", -1)) {
          int from = begin;
          tags.add(
              tagger.classify(text, Aggregation.NONE).labels().stream()
                  .filter(token -> token.start() >= from)
                  .findFirst()
                  .orElseThrow()
                  .label());
          begin += word.length() + 1;
        }
        words += tags.size();
        if (rows.size() == 3) {
          wrong += tags.get(1).equals("O") ? 1 : 0;
          tags.set(1, tags.get(1).equals("O") ? "B-LOC" : tags.get(1));
        }
        rows.add(text + "\t" + String.join(" ", tags));
      }
    }
    JsonNode report = json("evaluate", file, "--data", data(folder, "own.tsv", rows), "--json");
    assertThat(measure(report, "word_accuracy"))
        .isCloseTo(1 - (double) wrong / words, within(1e-12));
    assertThat(measure(report, "entity_f1")).isGreaterThan(wrong == 0 ? 0.999 : 0.5);
    rows.set(1, rows.get(1).replaceAll("\t.*", "\tO O"));
    CommandRun run = CommandRun.of("evaluate", file, "--data", data(folder, "short.tsv", rows));
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
  }
}
