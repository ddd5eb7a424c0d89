package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.Cosine;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Makes vectors of texts with a .tflite file. */
@Command(
    name = "embed",
    description = {
      "Make vectors of texts with a .tflite file.",
      "The vectors are in what --json gives; without it: how long they are, and how similar."
    })
final class EmbedCommand extends TextCommand {
  /** More columns are too wide to read. */
  private static final int MAX_COMPARED = 16;

  @Override
  void answer(RawModel raw) throws IOException {
    try (TextEmbedder embedder = TextEmbedder.of(raw)) {
      if (common().json() && fromFile()) {
        lines(text -> print(text, embedder.embed(text)));
        return;
      }
      List<String> all = new ArrayList<>(texts());
      List<TextEmbedding> answers = new ArrayList<>();
      if (fromFile()) {
        lines(
            text -> {
              all.add(text);
              answers.add(embedder.embed(text));
            });
      } else {
        answers.addAll(embedder.embed(all));
      }
      if (common().json()) {
        for (int i = 0; i < answers.size(); i++) {
          print(all.get(i), answers.get(i));
        }
      } else {
        describe(all, answers);
      }
    }
  }

  private void print(String text, TextEmbedding answer) throws IOException {
    out().line(JsonLine.of(json -> write(json, text, answer)));
  }

  private static void write(JsonGenerator json, String text, TextEmbedding answer)
      throws IOException {
    json.writeStringField("text", text);
    json.writeArrayFieldStart("embedding");
    for (float number : answer.vector()) {
      json.writeNumber(number);
    }
    json.writeEndArray();
    json.writeNumberField("tokens", answer.tokens());
    json.writeBooleanField("truncated", answer.truncated());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }

  private void describe(List<String> texts, List<TextEmbedding> answers) throws IOException {
    Table table = new Table("", "dims", "norm", "tokens", "ms", "text");
    for (int i = 0; i < answers.size(); i++) {
      TextEmbedding answer = answers.get(i);
      String shown = Printable.line(texts.get(i), MAX_TEXT_COLUMNS);
      table.row(
          Integer.toString(i + 1),
          Integer.toString(answer.vector().length),
          String.format(Locale.ROOT, "%.4f", Cosine.norm(answer.vector())),
          Integer.toString(answer.tokens()),
          Units.milliseconds(answer.milliseconds()),
          answer.truncated() ? shown + "  " + cut(answer.tokens()) : shown);
    }
    table.print(out());
    if (answers.size() > MAX_COMPARED) {
      notes().note("similarities are shown of at most " + MAX_COMPARED + " texts");
    } else if (answers.size() > 1) {
      compare(answers);
    }
  }

  private void compare(List<TextEmbedding> answers) throws IOException {
    out().line("\nHow similar they are (the cosine of the angle between their vectors):");
    Table matrix =
        new Table(
            Stream.concat(
                    Stream.of(""),
                    IntStream.rangeClosed(1, answers.size()).mapToObj(Integer::toString))
                .toArray(String[]::new));
    for (int i = 0; i < answers.size(); i++) {
      TextEmbedding one = answers.get(i);
      matrix.row(
          Stream.concat(
                  Stream.of(Integer.toString(i + 1)),
                  answers.stream()
                      .map(other -> String.format(Locale.ROOT, "%.3f", one.similarity(other))))
              .toArray(String[]::new));
    }
    matrix.print(out());
  }
}
