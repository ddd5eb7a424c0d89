package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.Cosine;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.SparseWeight;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import dev.litegraft.runtime.TokenEmbedder;
import dev.litegraft.runtime.TokenEmbeddings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes vectors of texts with a .tflite file. */
@Command(
    name = "embed",
    description = {
      "Make vectors of texts with a .tflite file.",
      "The vectors are in what --json gives; without it: how long they are, and how similar."
    })
final class EmbedCommand extends TextCommand {
  /** What a vector's numbers are given as. */
  enum Vectors {
    FLOAT,
    INT8,
    BINARY
  }

  @Option(
      names = "--dimensions",
      paramLabel = "N",
      description =
          "Only the first N numbers of each vector, of models that were trained for it"
              + " (matryoshka).")
  private @Nullable Integer dimensions;

  @Option(
      names = "--vectors",
      paramLabel = "KIND",
      description =
          "With --json: float (default), int8 (127 times the vector of length 1, rounded) or binary"
              + " (a bit a number, 1 above 0; eight to a byte, the first one highest).")
  private Vectors vectors = Vectors.FLOAT;

  /** More columns are too wide to read. */
  private static final int MAX_COMPARED = 16;

  @Option(
      names = "--prompt",
      paramLabel = "NAME",
      description = "Put the model's prompt of this name before each text, not its default one.")
  private @Nullable String prompt;

  private List<TextEmbedding> embedded(TextEmbedder embedder, List<String> texts) {
    return prompt == null ? embedder.embed(texts) : embedder.embed(texts, prompt);
  }

  private Stream<Outcome<String, TextEmbedding>> embedded(
      TextEmbedder embedder, Stream<String> texts) {
    return prompt == null ? embedder.embedAll(texts) : embedder.embedAll(texts, prompt);
  }

  @Override
  void checkUsage() {
    if (dimensions != null && dimensions < 1) {
      throw usage("--dimensions is " + dimensions, "a number from 1 on");
    }
    if (vectors != Vectors.FLOAT && !common().json()) {
      throw usage("--vectors without --json, which gives the vectors", "add --json");
    }
  }

  private TextEmbedding wanted(TextEmbedding answer) {
    return dimensions == null ? answer : answer.leading(dimensions);
  }

  @Override
  void answer(RawModel raw) throws IOException {
    if (raw.task().filter(task -> task == Task.TOKEN_EMBEDDING).isPresent()) {
      tokens(raw);
      return;
    }
    try (TextEmbedder embedder = TextEmbedder.of(raw)) {
      requireDense(embedder, raw);
      if (common().json() && fromFile()) {
        many(
            texts -> embedded(embedder, texts),
            (text, answer) -> print(embedder, text, wanted(answer)));
        return;
      }
      List<String> all = new ArrayList<>(texts());
      List<TextEmbedding> answers = new ArrayList<>();
      if (fromFile()) {
        many(
            texts -> embedded(embedder, texts),
            (text, answer) -> {
              all.add(text);
              answers.add(wanted(answer));
            });
      } else {
        embedded(embedder, all).forEach(answer -> answers.add(wanted(answer)));
      }
      if (common().json()) {
        for (int i = 0; i < answers.size(); i++) {
          print(embedder, all.get(i), answers.get(i));
        }
      } else {
        describe(all, answers);
      }
    }
  }

  /** Texts as documents, of late interaction; with the prompt of queries, as queries. */
  private void tokens(RawModel raw) throws IOException {
    try (TokenEmbedder embedder = TokenEmbedder.of(raw)) {
      requireFloats(raw);
      TokenVectorLines lines = new TokenVectorLines(out(), common().json());
      eachText(text -> lines.print(text, tokens(embedder, text)));
    }
  }

  private TokenEmbeddings tokens(TokenEmbedder embedder, String text) {
    if (prompt == null) {
      return embedder.document(text);
    }
    return prompt.equals("query") ? embedder.query(text) : embedder.document(text, prompt);
  }

  private void requireFloats(RawModel raw) {
    if (dimensions != null || vectors != Vectors.FLOAT) {
      throw new InvalidRequestException(
          "--dimensions and --vectors are for the vector of a text, and the file gives one a token",
          raw.where(),
          "leave them out");
    }
  }

  private void requireDense(TextEmbedder embedder, RawModel raw) {
    if (embedder.isSparse() && (dimensions != null || vectors != Vectors.FLOAT)) {
      throw new InvalidRequestException(
          "--dimensions and --vectors are for dense vectors, and the file gives weights of words",
          raw.where(),
          "leave them out");
    }
  }

  private void print(TextEmbedder embedder, String text, TextEmbedding answer) throws IOException {
    out().line(JsonLine.of(json -> write(json, embedder, text, answer)));
  }

  private void write(JsonGenerator json, TextEmbedder embedder, String text, TextEmbedding answer)
      throws IOException {
    json.writeStringField("text", text);
    if (embedder.isSparse()) {
      weights(json, embedder.weights(answer));
    } else {
      numbers(json, answer);
    }
    json.writeNumberField("tokens", answer.tokens());
    json.writeBooleanField("truncated", answer.truncated());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }

  private static void weights(JsonGenerator json, List<SparseWeight> weights) throws IOException {
    json.writeArrayFieldStart("sparse");
    for (SparseWeight weight : weights) {
      json.writeStartObject();
      json.writeStringField("token", weight.token());
      json.writeNumberField("id", weight.id());
      json.writeNumberField("weight", weight.weight());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void numbers(JsonGenerator json, TextEmbedding answer) throws IOException {
    json.writeArrayFieldStart("embedding");
    switch (vectors) {
      case FLOAT -> {
        for (float number : answer.vector()) {
          json.writeNumber(number);
        }
      }
      case INT8 -> {
        for (byte number : answer.int8()) {
          json.writeNumber((int) number);
        }
      }
      case BINARY -> {
        for (byte number : answer.bits()) {
          json.writeNumber(Byte.toUnsignedInt(number));
        }
      }
    }
    json.writeEndArray();
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
