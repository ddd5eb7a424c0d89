package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.Reranker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Orders texts by how well they answer a query. */
@Command(
    name = "rerank",
    description = {
      "Order texts by how well they answer a query, with a .tflite file.",
      "Cross-encoders read the query with each text; embedders compare their vectors, with the"
          + " prompts that they were trained with before both."
    })
final class RerankCommand extends TextCommand {
  @Option(names = "--query", paramLabel = "TEXT", required = true, description = "The query.")
  private String query;

  @Option(
      names = "--instruction",
      paramLabel = "TEXT",
      description = "What a language model is told to look for, in place of its usual instruction.")
  private @Nullable String instruction;

  @Option(
      names = "--prompt",
      paramLabel = "NAME",
      description = {
        "Put the model's prompt of this name before the query, of models that compare vectors.",
        "Default: its prompt \"query\", where it has one; \"\" is none."
      })
  private @Nullable String prompt;

  @Option(
      names = "--document-prompt",
      paramLabel = "NAME",
      description = "The same of the texts'. Default: its prompt \"document\", where it has one.")
  private @Nullable String documentPrompt;

  @Option(names = "--top", paramLabel = "N", description = "Only the best N texts.")
  private @Nullable Integer top;

  @Override
  void checkUsage() {
    if (top != null && top < 1) {
      throw usage("--top is " + top, "a number from 1 on");
    }
  }

  @Override
  void answer(RawModel raw) throws IOException {
    try (Reranker opened = Reranker.of(raw)) {
      Reranker reranker = instruction == null ? opened : opened.withInstruction(instruction);
      if (prompt != null || documentPrompt != null) {
        reranker =
            reranker.withPrompts(Optional.ofNullable(prompt), Optional.ofNullable(documentPrompt));
      }
      notePrompts(opened);
      List<String> all = new ArrayList<>();
      eachText(all::add);
      List<RankedText> ranked = reranker.rank(query, all);
      if (ranked.get(0).queryTruncated()) {
        notes().note("the query was cut: it has more tokens than the model reads of one");
      }
      print(top == null ? ranked : ranked.subList(0, Math.min(top, ranked.size())));
    }
  }

  /** The library takes no other prompt for texts than this one, whatever it is called. */
  private void notePrompts(Reranker reranker) {
    Set<String> names = reranker.prompts().keySet();
    if (documentPrompt != null || names.contains("document")) {
      return;
    }
    Stream.of("passage", "corpus")
        .filter(names::contains)
        .findFirst()
        .ifPresent(
            name ->
                notes()
                    .note(
                        "no prompt stands before the texts, as in sentence-transformers, which looks"
                            + " for \"document\"; --document-prompt "
                            + name
                            + " puts the model's own there"));
  }

  private void print(List<RankedText> ranked) throws IOException {
    if (common().json()) {
      for (RankedText one : ranked) {
        out().line(JsonLine.of(json -> write(json, one)));
      }
      return;
    }
    Table table = new Table("", "score", "index", "text");
    for (RankedText one : ranked) {
      String shown = Printable.line(one.text(), MAX_TEXT_COLUMNS);
      table.row(
          Integer.toString(ranked.indexOf(one) + 1),
          String.format(Locale.ROOT, "%.4f", one.score()),
          Integer.toString(one.index()),
          one.truncated() ? shown + "  " + cut(one.tokens()) : shown);
    }
    table.print(out());
  }

  private static void write(JsonGenerator json, RankedText one) throws IOException {
    json.writeNumberField("index", one.index());
    json.writeStringField("text", one.text());
    json.writeNumberField("score", one.score());
    json.writeNumberField("logit", one.logit());
    json.writeNumberField("tokens", one.tokens());
    json.writeBooleanField("truncated", one.truncated());
    if (one.queryTruncated()) {
      json.writeBooleanField("query_truncated", true);
    }
    json.writeNumberField("milliseconds", one.milliseconds());
  }
}
