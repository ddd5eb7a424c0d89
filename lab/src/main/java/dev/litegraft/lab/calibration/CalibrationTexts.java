package dev.litegraft.lab.calibration;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.data.RowReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Texts that a model reads so that its activations are known.
 *
 * @param texts evenly from all that there were
 * @param source where they are from, for messages
 */
public record CalibrationTexts(List<Text> texts, String source) {
  /** Distinct texts below which nothing is known of a model's activations. */
  private static final int FEWEST = 8;

  /** Texts that are kept in memory. */
  private static final int MOST = 4096;

  private static final String BUILT_IN = "texts.txt";

  /** A text, or a pair of texts. */
  public record Text(String text, Optional<String> pair) {}

  public CalibrationTexts {
    texts = List.copyOf(texts);
  }

  /** Sentences of several kinds and languages, for users who have none of their own. */
  public static CalibrationTexts builtIn() throws IOException {
    try (InputStream in = CalibrationTexts.class.getResourceAsStream(BUILT_IN)) {
      if (in == null) {
        throw new IOException("the built-in texts are missing");
      }
      List<Text> texts =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> new Text(line, Optional.empty()))
              .toList();
      return new CalibrationTexts(texts, "built-in texts");
    }
  }

  /**
   * The texts of a file: a line each of {@code .txt}; else the columns {@code text} and {@code
   * pair} of {@code .tsv}, {@code .csv} or {@code .jsonl}.
   *
   * @throws InvalidInputException if it is no such file, or has too few texts, or always the same
   * @throws IOException if it cannot be read
   */
  public static CalibrationTexts of(Path file) throws IOException {
    Kept kept = new Kept();
    if (String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".txt")) {
      readLines(file, kept);
    } else {
      readRows(file, kept);
    }
    long distinct = kept.distinct();
    if (distinct < FEWEST) {
      throw new InvalidRequestException(
          kept.seen > FEWEST && distinct == 1
              ? "all " + kept.seen + " texts for calibration are the same"
              : "there are "
                  + distinct
                  + " different texts for calibration, where "
                  + FEWEST
                  + " are the fewest",
          file.toString(),
          "give some hundred texts as the model will read them, or leave --calibrate out");
    }
    return new CalibrationTexts(kept.texts, file.toString());
  }

  private static void readLines(Path file, Kept kept) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidRequestException(
          Files.exists(file) ? "this is no file of texts" : "there is no such file",
          file.toString(),
          "name a file: .txt with a text a line, .tsv, .csv or .jsonl");
    }
    DataFile.lines(
        file,
        line -> {
          if (!line.isBlank()) {
            kept.add(new Text(line, Optional.empty()));
          }
        });
  }

  private static void readRows(Path file, Kept kept) throws IOException {
    DataFile data = DataFile.of(file);
    if (!data.columns().contains("text")) {
      throw new InvalidRequestException(
          "there is no column \"text\"; there are " + String.join(", ", data.columns()),
          file.toString(),
          "call the column of the texts text, or give a .txt with a text a line");
    }
    boolean pairs = data.columns().contains("pair");
    try (RowReader rows = data.open()) {
      for (DataRow row = rows.next(); row != null; row = rows.next()) {
        kept.add(
            new Text(row.text("text"), pairs ? Optional.of(row.text("pair")) : Optional.empty()));
      }
    }
  }

  /** Every n-th text, n as small as memory allows. */
  private static final class Kept {
    private List<Text> texts = new ArrayList<>();
    private long seen;
    private long every = 1;

    void add(Text text) {
      if (seen % every == 0) {
        texts.add(text);
      }
      seen++;
      if (texts.size() > MOST) {
        List<Text> half = new ArrayList<>();
        for (int i = 0; i < texts.size(); i += 2) {
          half.add(texts.get(i));
        }
        texts = half;
        every *= 2;
      }
    }

    long distinct() {
      return new HashSet<>(texts).size();
    }
  }
}
