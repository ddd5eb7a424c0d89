package dev.litegraft.cli;

import dev.litegraft.ConversionReport;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Pooling;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.verification.VerificationReport;
import dev.litegraft.lab.verification.VerifiedConversion;
import dev.litegraft.model.EmbeddingHead;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a conversion made, as text and as JSON. */
final class ConversionSummary {
  /** So many names of a list are shown; JSON has them all. */
  private static final int SHOWN = 4;

  private ConversionSummary() {}

  /**
   * As text.
   *
   * @param calibration what is to be known of the texts for calibration
   */
  static void print(
      VerifiedConversion made, Optional<String> calibration, HubOptions.Found found, Results out)
      throws IOException {
    ConversionReport report = made.conversion();
    Listing facts =
        new Listing(report.target().toString())
            .add(
                "model",
                report.family()
                    + " ("
                    + report.hfClass()
                    + "), "
                    + Units.count(report.parameters())
                    + " parameters")
            .add(
                report.head().isPresent()
                    ? "embedding"
                    : report.task().labels() ? "labels" : "task",
                report
                    .head()
                    .map(EmbeddingHead::toString)
                    .orElse(
                        report.task().labels()
                            ? some(report.labels())
                            : FamiliesCommand.words(report.task())))
            .add("recipe", name(report.recipe()))
            .add(
                "size",
                Units.bytes(report.sourceBytes()) + " -> " + Units.bytes(report.targetBytes()))
            .add("tokens", most(report.maxLength()) + ", " + lengths(report.lengths()))
            .add(
                "tokenizer", report.tokenizerEmbedded() ? "inside the file" : "not inside the file")
            .add("time", Units.seconds(report.seconds()));
    if (!report.recipe().rounding().equals(ModelFacts.PLAIN_ROUNDING)) {
      facts.add("rounding", report.recipe().rounding());
    }
    found.origin().ifPresent(origin -> facts.add("source", origin));
    if (!report.keptInFloat().isEmpty()) {
      facts.add("in f32", some(report.keptInFloat()));
    }
    if (!report.unusedTensors().isEmpty()) {
      facts.add(
          "not used",
          Units.of(report.unusedTensors().size(), "tensor") + ": " + some(report.unusedTensors()));
    }
    if (!report.unknownKeys().isEmpty()) {
      facts.add("not known", "keys of config.json: " + some(report.unknownKeys()));
    }
    made.verification()
        .ifPresent(v -> facts.add("verified", v.verdict() + ", in " + Units.seconds(v.seconds())));
    facts.add("runs in", ClientsView.line(report.clients()));
    facts.print(out);
    for (String note : report.notes()) {
      out.line("  note: " + Printable.line(note));
    }
    if (calibration.isPresent()) {
      out.line("  note: " + Printable.line(calibration.get()));
    }
    Optional<String> verdict = made.verification().map(VerificationReport::verdict);
    if (made.note().isPresent() && !made.note().equals(verdict)) {
      out.line("  note: " + Printable.line(made.note().get()));
    }
  }

  static String json(
      VerifiedConversion made,
      Optional<String> calibration,
      Optional<ConfidenceFit> fit,
      HubOptions.Found found)
      throws IOException {
    ConversionReport report = made.conversion();
    List<String> notes = new ArrayList<>(report.notes());
    calibration.ifPresent(notes::add);
    made.note().ifPresent(notes::add);
    return JsonLine.of(
        json -> {
          json.writeStringField("source", report.source().toString());
          if (found.model().isPresent()) {
            HubOptions.write(found.model().get(), json);
          }
          json.writeStringField("target", report.target().toString());
          json.writeStringField("family", report.family());
          json.writeStringField("class", report.hfClass());
          json.writeStringField("task", FamiliesCommand.words(report.task()));
          json.writeStringField("recipe", report.recipe().canonicalName());
          json.writeStringField("rounding", report.recipe().rounding());
          if (!report.keptInFloat().isEmpty()) {
            JsonLine.strings(json, "kept_in_f32", report.keptInFloat());
          }
          json.writeNumberField("parameters", report.parameters());
          json.writeNumberField("source_bytes", report.sourceBytes());
          json.writeNumberField("target_bytes", report.targetBytes());
          json.writeNumberField("max_length", report.maxLength());
          json.writeArrayFieldStart("lengths");
          for (int length : report.lengths()) {
            json.writeNumber(length);
          }
          json.writeEndArray();
          JsonLine.strings(json, "labels", report.labels());
          if (report.head().isPresent()) {
            json.writeStringField("pooling", Pooling.id(report.head().get().poolings()));
            json.writeBooleanField("normalize", report.head().get().normalizes());
          }
          json.writeBooleanField("tokenizer_embedded", report.tokenizerEmbedded());
          JsonLine.strings(json, "unused_tensors", report.unusedTensors());
          JsonLine.strings(json, "unknown_keys", report.unknownKeys());
          ClientsView.write(json, report.clients());
          JsonLine.strings(json, "notes", notes);
          if (made.verification().isPresent()) {
            json.writeObjectFieldStart("verification");
            VerificationView.write(made.verification().get(), Optional.empty(), json);
            json.writeEndObject();
          }
          if (fit.isPresent()) {
            ConfidenceOptions.write(fit.get(), json);
          }
          json.writeNumberField("seconds", report.seconds());
        });
  }

  /** {@code dynamic_wi8_afp32 (int8)}. */
  static String name(Recipe recipe) {
    return recipe.alias().equals(recipe.canonicalName())
        ? recipe.alias()
        : recipe.canonicalName() + " (" + recipe.alias() + ")";
  }

  /** The first names of a list, and how many more there are. */
  static String some(List<String> names) {
    String shown = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
  }

  private static String most(int tokens) {
    return tokens == Integer.MAX_VALUE ? "any number" : "at most " + tokens;
  }

  private static String lengths(List<Integer> lengths) {
    return lengths.isEmpty()
        ? "dynamic length"
        : "static lengths "
            + lengths.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
