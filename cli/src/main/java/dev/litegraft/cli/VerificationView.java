package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.lab.expected.ExpectedReport;
import dev.litegraft.lab.verification.Difference;
import dev.litegraft.lab.verification.LayerDifference;
import dev.litegraft.lab.verification.VerificationReport;
import dev.litegraft.lab.verification.WorstQuestion;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A verification as text and as JSON. */
final class VerificationView {
  private static final int TEXT_COLUMNS = 40;

  /** So many values before the first departure are shown, and so many from it on. */
  private static final int LAYERS_BEFORE = 3;

  private static final int LAYERS_AFTER = 12;

  private VerificationView() {}

  /**
   * @param met how recorded answers compare, where they were given
   */
  static void print(VerificationReport report, Optional<ExpectedReport> met, Results out)
      throws IOException {
    String first = match(report, met) ? "same: " : report.match() ? "NOT PROVEN: " : "DIFFERENT: ";
    out.line(out.bold(first + verdict(report, met)));
    summary(report).print(out);
    if (!report.differences().isEmpty()) {
      out.line("");
      Table table = new Table("setting", "checkpoint", "file");
      for (Difference d : report.differences()) {
        table.row(d.setting(), d.checkpoint(), d.file());
      }
      table.print(out);
    }
    if (!report.layers().isEmpty()) {
      out.line("");
      out.line("The file's values (LiteRT's plain kernels) beside the checkpoint's:");
      layers(report).print(out);
    }
    if (!report.worst().isEmpty()) {
      out.line("");
      worst(report).print(out);
    }
    for (String note : report.notes()) {
      out.line("note: " + Printable.line(note));
    }
  }

  /** A file that answers like a checkpoint that is misread does not answer like the original. */
  static boolean match(VerificationReport report, Optional<ExpectedReport> met) {
    return report.match() && met.map(ExpectedReport::match).orElse(true);
  }

  private static String verdict(VerificationReport report, Optional<ExpectedReport> met) {
    return report.match() && !match(report, met)
        ? "the file answers like our reading of the folder, which is not how the original reads it: "
            + met.orElseThrow().verdict()
        : report.verdict();
  }

  private static Listing summary(VerificationReport report) {
    Listing facts =
        new Listing(report.file() + " beside " + report.checkpoint())
            .add("weights", report.storage().name().toLowerCase(Locale.ROOT))
            .add("asked", report.questions() + " probes, " + report.tokens() + " tokens")
            .add("max diff", number(report.maxAbs()))
            .add("mean diff", number(report.meanAbs()))
            .add("same labels", Units.percent(report.agreement()))
            .add("max KL", number(report.klMax()));
    report.firstDeparture().ifPresent(name -> facts.add("departs at", name));
    return facts.add("time", Units.seconds(report.seconds()));
  }

  private static Table layers(VerificationReport report) {
    List<LayerDifference> all = report.layers();
    int first = 0;
    while (first < all.size() && !all.get(first).departs()) {
      first++;
    }
    Table table = new Table("value", "max diff", "relative", "cosine", "");
    int begin = Math.max(0, Math.min(first, all.size() - 1) - LAYERS_BEFORE);
    int end = Math.min(all.size(), first + LAYERS_AFTER);
    for (int i = begin; i < end; i++) {
      LayerDifference layer = all.get(i);
      table.row(
          layer.name(),
          number(layer.maxAbs()),
          number(layer.relative()),
          String.format(Locale.ROOT, "%.6f", layer.cosine()),
          i == first ? "<- first departure" : "");
    }
    return table;
  }

  private static Table worst(VerificationReport report) {
    Table table =
        new Table("farthest apart", "tokens", "max diff", "KL", "checkpoint", "file", "lead");
    for (WorstQuestion question : report.worst()) {
      table.row(
          Printable.line(question.question(), TEXT_COLUMNS),
          Integer.toString(question.tokens()),
          number(question.maxAbs()),
          number(question.kl()),
          question.expected(),
          question.actual(),
          question.margin() > 0 ? String.format(Locale.ROOT, "%.2f", question.margin()) : "");
    }
    return table;
  }

  private static String number(double number) {
    return Double.isInfinite(number) || Double.isNaN(number)
        ? "NaN"
        : String.format(Locale.ROOT, "%.2e", number);
  }

  /** The fields of the object; a number that the file did not answer with is null. */
  static void write(VerificationReport report, Optional<ExpectedReport> met, JsonGenerator json)
      throws IOException {
    json.writeStringField("verdict", verdict(report, met));
    json.writeBooleanField("match", match(report, met));
    json.writeStringField("checkpoint", report.checkpoint().toString());
    json.writeStringField("file", report.file().toString());
    json.writeStringField("weights", report.storage().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("tolerance", report.tolerance());
    number(json, "max_abs", report.maxAbs());
    number(json, "mean_abs", report.meanAbs());
    json.writeNumberField("agreement", report.agreement());
    number(json, "kl_max", report.klMax());
    json.writeArrayFieldStart("worst");
    for (WorstQuestion question : report.worst()) {
      write(question, json);
    }
    json.writeEndArray();
    if (report.firstDeparture().isPresent()) {
      json.writeStringField("first_departure", report.firstDeparture().get());
    } else {
      json.writeNullField("first_departure");
    }
    json.writeArrayFieldStart("layers");
    for (LayerDifference layer : report.layers()) {
      json.writeStartObject();
      json.writeStringField("name", layer.name());
      number(json, "max_abs", layer.maxAbs());
      number(json, "relative", layer.relative());
      number(json, "cosine", layer.cosine());
      json.writeBooleanField("departs", layer.departs());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("differences");
    for (Difference difference : report.differences()) {
      json.writeStartObject();
      json.writeStringField("setting", difference.setting());
      json.writeStringField("checkpoint", difference.checkpoint());
      json.writeStringField("file", difference.file());
      json.writeEndObject();
    }
    json.writeEndArray();
    JsonLine.strings(json, "notes", report.notes());
    json.writeNumberField("probes", report.questions());
    json.writeNumberField("tokens", report.tokens());
    json.writeNumberField("seconds", report.seconds());
  }

  private static void write(WorstQuestion question, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("probe", question.question());
    json.writeNumberField("tokens", question.tokens());
    number(json, "max_abs", question.maxAbs());
    number(json, "kl", question.kl());
    json.writeStringField("expected", question.expected());
    json.writeStringField("actual", question.actual());
    json.writeNumberField("margin", question.margin());
    numbers(json, "expected_numbers", question.expectedNumbers());
    numbers(json, "actual_numbers", question.actualNumbers());
    json.writeEndObject();
  }

  private static void numbers(JsonGenerator json, String name, List<Float> numbers)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (float number : numbers) {
      if (Float.isFinite(number)) {
        json.writeNumber(number);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  private static void number(JsonGenerator json, String name, double number) throws IOException {
    if (Double.isFinite(number)) {
      json.writeNumberField(name, number);
    } else {
      json.writeNullField(name);
    }
  }
}
