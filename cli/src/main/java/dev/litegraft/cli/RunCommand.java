package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a .tflite file on token ids. */
@Command(
    name = "run",
    description = {
      "Run a .tflite file on token ids, without a tokenizer.",
      "A line {\"input_ids\":[…],\"attention_mask\":[…],\"token_type_ids\":[…]}, of which the last"
          + " two are optional, gives a line {\"logits\":[…]}."
    })
final class RunCommand extends Subcommand {
  @Parameters(paramLabel = "FILE", description = "A .tflite file.")
  private Path model;

  @Option(
      names = "--input",
      paramLabel = "rows.jsonl",
      required = true,
      description = "A file of rows, one a line; - for standard input.")
  private String input;

  @Mixin private FileOptions opening;

  private static final Set<String> NAMED = Set.of("embedding", "token_embeddings", "probabilities");

  @Override
  int execute() throws IOException {
    try (RawModel raw = RawModel.open(model, opening.asking(common(), environment()));
        TextLines lines = TextLines.open(input, in())) {
      raw.notes().forEach(notes()::note);
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.isBlank()) {
          TokenRow row = RunLine.parse(line, lines.where());
          List<RawOutput> outputs = outputs(raw, row, lines);
          out().line(JsonLine.of(json -> write(json, outputs)));
        }
      }
    }
    return ExitCode.DONE;
  }

  private static List<RawOutput> outputs(RawModel raw, TokenRow row, TextLines lines) {
    try {
      return raw.run(row);
    } catch (InvalidInputException e) {
      throw lines.fault(e);
    }
  }

  /**
   * A file's only output is its logits, whatever its exporter called them, unless it is called an
   * embedding or probabilities.
   */
  private static void write(JsonGenerator json, List<RawOutput> outputs) throws IOException {
    for (RawOutput output : outputs) {
      boolean nameless = outputs.size() == 1 && !NAMED.contains(output.name());
      json.writeFieldName(nameless ? "logits" : output.name());
      write(json, output);
    }
  }

  private static void write(JsonGenerator json, RawOutput output) throws IOException {
    int rank = output.shape().size();
    int columns = rank == 0 ? 1 : output.shape().get(rank - 1);
    boolean oneRow = output.values().length == columns && rank < 3;
    json.writeStartArray();
    for (int i = 0; i < output.values().length; i++) {
      if (!oneRow && i % columns == 0) {
        json.writeStartArray();
      }
      json.writeNumber(output.values()[i]);
      if (!oneRow && i % columns == columns - 1) {
        json.writeEndArray();
      }
    }
    json.writeEndArray();
  }
}
