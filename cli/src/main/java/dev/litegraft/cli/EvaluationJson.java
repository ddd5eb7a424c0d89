package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.lab.evaluation.ClassReport;
import dev.litegraft.lab.evaluation.Comparison;
import dev.litegraft.lab.evaluation.EvaluationReport;
import dev.litegraft.lab.evaluation.FileReport;
import dev.litegraft.lab.evaluation.Flip;
import dev.litegraft.lab.evaluation.Gate;
import dev.litegraft.lab.evaluation.Latency;
import dev.litegraft.lab.evaluation.Manifest;
import dev.litegraft.lab.statistics.Calibration;
import dev.litegraft.lab.statistics.Difference;
import dev.litegraft.lab.statistics.Interval;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** An evaluation as JSON. */
final class EvaluationJson {
  private EvaluationJson() {}

  static void write(EvaluationReport report, List<Gate> gates, JsonGenerator json)
      throws IOException {
    json.writeStringField("task", report.task());
    json.writeNumberField("rows", report.rows());
    if (report.judged().isPresent()) {
      json.writeNumberField("judged", report.judged().getAsInt());
    }
    JsonLine.strings(json, "notes", report.notes());
    json.writeStringField("main_measure", report.mainMeasure().orElse(null));
    JsonLine.strings(json, "labels", report.labels());
    json.writeArrayFieldStart("files");
    for (FileReport file : report.files()) {
      json.writeStartObject();
      file(file, json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("gates");
    for (Gate gate : gates) {
      json.writeStartObject();
      json.writeStringField("gate", gate.name());
      json.writeStringField("file", gate.file());
      json.writeNumberField("bound", gate.bound());
      number("value", gate.value(), json);
      interval("interval", gate.interval(), json);
      json.writeBooleanField("passed", gate.passed());
      json.writeEndObject();
    }
    json.writeEndArray();
    manifest(report.manifest(), json);
    json.writeNumberField("seconds", report.seconds());
  }

  private static void file(FileReport file, JsonGenerator json) throws IOException {
    json.writeStringField("file", file.file());
    json.writeNumberField("bytes", file.bytes());
    json.writeStringField("recipe", file.recipe());
    json.writeStringField("rounding", file.rounding());
    json.writeObjectFieldStart("measures");
    for (FileReport.MeasuredValue measure : file.measures()) {
      json.writeObjectFieldStart(measure.name());
      number("value", measure.value(), json);
      interval("interval", measure.interval(), json);
      json.writeEndObject();
    }
    json.writeEndObject();
    if (file.comparison().isPresent()) {
      comparison(file.comparison().get(), json);
    }
    if (!file.classes().isEmpty()) {
      classes(file.classes(), json);
    }
    if (file.confusion().isPresent()) {
      json.writeArrayFieldStart("confusion");
      for (long[] row : file.confusion().get().counts()) {
        json.writeArray(row, 0, row.length);
      }
      json.writeEndArray();
    }
    if (!file.reliability().isEmpty()) {
      reliability(file.reliability(), json);
    }
    latency(file.latency(), json);
    json.writeNumberField("rows_per_second", file.rowsPerSecond());
    json.writeNumberField("truncated", file.truncated());
    if (file.footprint().isPresent()) {
      json.writeNumberField("start_ms", file.footprint().get().startMilliseconds());
      if (file.footprint().get().peakBytes().isPresent()) {
        json.writeNumberField("peak_bytes", file.footprint().get().peakBytes().getAsLong());
      }
    }
  }

  private static void classes(List<ClassReport> classes, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("classes");
    for (ClassReport one : classes) {
      json.writeStartObject();
      json.writeStringField("label", one.label());
      json.writeNumberField("precision", one.precision());
      json.writeNumberField("recall", one.recall());
      json.writeNumberField("f1", one.f1());
      json.writeNumberField("support", one.support());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void reliability(List<Calibration.Bin> bins, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("reliability");
    for (Calibration.Bin bin : bins) {
      json.writeStartObject();
      json.writeNumberField("rows", bin.rows());
      json.writeNumberField("confidence", bin.confidence());
      json.writeNumberField("accuracy", bin.accuracy());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void comparison(Comparison comparison, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("comparison");
    number("agreement", comparison.agreement(), json);
    interval("agreement_interval", comparison.agreementInterval(), json);
    json.writeObjectFieldStart("differences");
    for (Map.Entry<String, Difference> entry : comparison.differences().entrySet()) {
      Difference difference = entry.getValue();
      json.writeObjectFieldStart(entry.getKey());
      number("value", difference.value(), json);
      interval("interval", difference.interval(), json);
      json.writeBooleanField("resolved", difference.isResolved());
      if (difference.rowsNeeded().isPresent()) {
        json.writeNumberField("rows_needed", difference.rowsNeeded().getAsLong());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    if (comparison.mcNemar().isPresent()) {
      json.writeNumberField("mcnemar_p", comparison.mcNemar().getAsDouble());
    }
    for (Map.Entry<String, Double> entry : comparison.numbers().entrySet()) {
      number(entry.getKey(), entry.getValue(), json);
    }
    json.writeArrayFieldStart("flips");
    for (Flip flip : comparison.flips()) {
      json.writeStartObject();
      json.writeStringField("where", flip.where());
      json.writeStringField("text", flip.text());
      if (flip.right().isPresent()) {
        json.writeStringField("right", flip.right().get());
      }
      json.writeStringField("first", flip.first());
      json.writeStringField("answer", flip.answer());
      number("first_margin", flip.firstMargin(), json);
      number("margin", flip.margin(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void latency(Latency latency, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("latency");
    json.writeNumberField("calls", latency.calls());
    json.writeNumberField("threads", latency.threads());
    json.writeNumberField("median_ms", latency.median());
    json.writeNumberField("p95_ms", latency.p95());
    interval("p95_interval", latency.p95Interval(), json);
    json.writeArrayFieldStart("by_tokens");
    for (Latency.Bucket bucket : latency.byTokens()) {
      json.writeStartObject();
      json.writeNumberField("most_tokens", bucket.most());
      json.writeNumberField("calls", bucket.calls());
      json.writeNumberField("median_ms", bucket.median());
      json.writeNumberField("p95_ms", bucket.p95());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void manifest(Manifest manifest, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("manifest");
    json.writeStringField("litegraft", manifest.litegraft());
    json.writeStringField("runtime", manifest.runtime());
    json.writeStringField("java", manifest.java());
    json.writeStringField("system", manifest.system());
    json.writeStringField("processor", manifest.processor());
    JsonLine.strings(json, "int8_instructions", manifest.int8Instructions());
    json.writeNumberField("threads", manifest.threads());
    json.writeStringField("data", manifest.data());
    json.writeStringField("data_sha256", manifest.dataSha256());
    json.writeObjectFieldStart("sha256");
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      json.writeStringField(file.getKey(), file.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  static void interval(String name, Interval interval, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(name);
    for (double end : new double[] {interval.low(), interval.high()}) {
      if (Double.isFinite(end)) {
        json.writeNumber(end);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  /** JSON has no NaN: what is not defined is null. */
  static void number(String name, double value, JsonGenerator json) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }
}
