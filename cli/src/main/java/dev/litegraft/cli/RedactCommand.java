package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RedactedText;
import dev.litegraft.runtime.TextRedactor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Replaces the spans that a tagger finds in texts. */
@Command(
    name = "redact",
    description = {
      "Replace what a token classifier finds in texts by its label: [PER] for a name.",
      "Long texts are read to their end, in pieces that overlap."
    })
final class RedactCommand extends TextCommand {
  @Option(
      names = "--keep",
      paramLabel = "LABEL,…",
      description = "Spans of these labels stay as they are.")
  private @Nullable String keep;

  @Option(
      names = "--aggregation",
      paramLabel = "HOW",
      description =
          "How the labels of tokens become spans: simple (default), first, average or max; the last"
              + " three replace whole words.")
  private Aggregation aggregation = Aggregation.SIMPLE;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description =
          "How many tokens a piece of a long text has in common with the one before it; default: a"
              + " quarter of what the model reads.")
  private @Nullable Integer stride;

  @Override
  void checkUsage() {
    if (aggregation == Aggregation.NONE) {
      throw usage("--aggregation is none, and spans are replaced", "simple, first, average or max");
    }
    if (stride != null && stride < 0) {
      throw usage("--stride is " + stride, "a number of tokens, 0 or more");
    }
  }

  @Override
  void answer(RawModel raw) throws IOException {
    try (TextRedactor redactor = TextRedactor.of(raw)) {
      Set<String> kept = kept();
      eachText(
          text -> {
            int overlap = stride == null ? redactor.usualStride() : stride;
            print(text, redactor.redact(text, kept, aggregation, overlap));
          });
    }
  }

  private Set<String> kept() {
    return keep == null
        ? Set.of()
        : Arrays.stream(keep.split(",", -1)).map(String::strip).collect(Collectors.toSet());
  }

  private void print(String text, RedactedText answer) throws IOException {
    out()
        .line(common().json() ? JsonLine.of(json -> write(json, text, answer)) : answer.redacted());
  }

  private static void write(JsonGenerator json, String text, RedactedText answer)
      throws IOException {
    json.writeStringField("text", text);
    json.writeStringField("redacted", answer.redacted());
    EntityLines.entities(json, answer.entities());
    json.writeNumberField("tokens", answer.tokens());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }
}
