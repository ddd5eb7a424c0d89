package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.Answer;
import dev.litegraft.runtime.AnswerOptions;
import dev.litegraft.runtime.QuestionAnswerer;
import dev.litegraft.runtime.RawModel;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Answers questions with spans of a text. */
@Command(
    name = "answer",
    description = {
      "Answer questions with spans of a text, with a .tflite file.",
      "A long text is read in pieces that overlap; start and end count UTF-16 units."
    })
final class AnswerCommand extends TextCommand {
  @Option(
      names = "--context",
      paramLabel = "TEXT",
      required = true,
      description = "The text that has the answers.")
  private String context;

  @Option(names = "--top", paramLabel = "N", description = "How many answers; default: 1.")
  private int top = AnswerOptions.defaults().top();

  @Option(
      names = "--max-answer",
      paramLabel = "N",
      description = "The most tokens of an answer; default: 15.")
  private int longest = AnswerOptions.defaults().longest();

  @Option(
      names = "--stride",
      paramLabel = "N",
      description =
          "How many tokens a piece of a long text has in common with the one before it; default:"
              + " half of what the model reads, at most 128.")
  private int stride = AnswerOptions.defaults().stride();

  @Option(
      names = "--may-be-empty",
      description = "The answer may be that there is none, of models that were trained so.")
  private boolean mayBeEmpty;

  @Override
  void checkUsage() {
    if (top < 1 || longest < 1 || stride < -1) {
      throw usage(
          "--top is " + top + ", --max-answer " + longest + ", --stride " + stride,
          "numbers of 1 and more, and a stride of 0 and more");
    }
  }

  @Override
  void answer(RawModel raw) throws IOException {
    try (QuestionAnswerer answerer = QuestionAnswerer.of(raw)) {
      AnswerOptions options = new AnswerOptions(top, longest, stride, mayBeEmpty);
      eachText(question -> print(question, answerer.answer(question, context, options)));
    }
  }

  private void print(String question, List<Answer> answers) throws IOException {
    if (common().json()) {
      out().line(JsonLine.of(json -> write(json, question, answers)));
      return;
    }
    if (fromFile() || texts().size() > 1) {
      out().line(out().bold(Printable.line(question, MAX_TEXT_COLUMNS)));
    }
    if (answers.isEmpty()) {
      out().line("no answer");
      return;
    }
    Table table = new Table("answer", "score", "start", "end");
    for (Answer answer : answers) {
      table.row(
          answer.text().isEmpty() ? "(none)" : Printable.line(answer.text(), MAX_TEXT_COLUMNS),
          String.format(Locale.ROOT, "%.4f", answer.score()),
          Integer.toString(answer.start()),
          Integer.toString(answer.end()));
    }
    table.print(out());
  }

  private static void write(JsonGenerator json, String question, List<Answer> answers)
      throws IOException {
    json.writeStringField("question", question);
    if (!answers.isEmpty()) {
      fields(json, answers.get(0));
    }
    json.writeArrayFieldStart("answers");
    for (Answer answer : answers) {
      json.writeStartObject();
      fields(json, answer);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void fields(JsonGenerator json, Answer answer) throws IOException {
    json.writeStringField("answer", answer.text());
    json.writeNumberField("score", answer.score());
    json.writeNumberField("start", answer.start());
    json.writeNumberField("end", answer.end());
  }
}
