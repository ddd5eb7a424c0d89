package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.lab.benchmark.BenchmarkReport;
import dev.litegraft.lab.benchmark.BenchmarkedFile;
import dev.litegraft.lab.benchmark.Latency;
import dev.litegraft.lab.benchmark.Peak;
import dev.litegraft.lab.benchmark.Timing;
import dev.litegraft.lab.evaluation.Machine;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A benchmark as JSON. */
final class BenchJson {
  private BenchJson() {}

  static void write(BenchmarkReport report, List<String> notes, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("files");
    for (BenchmarkedFile file : report.files()) {
      json.writeStartObject();
      file(file, json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("peaks");
    for (Peak peak : report.peaks()) {
      json.writeStartObject();
      json.writeNumberField("threads", peak.threads());
      json.writeNumberField("int8_gops", peak.int8());
      json.writeNumberField("f32_gops", peak.f32());
      json.writeEndObject();
    }
    json.writeEndArray();
    machine(report, json);
    json.writeNumberField("rounds", report.rounds());
    json.writeNumberField("seconds", report.seconds());
    JsonLine.strings(json, "notes", notes);
  }

  private static void file(BenchmarkedFile file, JsonGenerator json) throws IOException {
    json.writeStringField("file", file.file());
    json.writeNumberField("bytes", file.bytes());
    json.writeStringField("recipe", file.recipe());
    if (file.coldStart().isPresent()) {
      json.writeObjectFieldStart("cold_start");
      timing(file.coldStart().get(), json);
      json.writeEndObject();
    }
    json.writeObjectFieldStart("warm_start");
    timing(file.warmStart(), json);
    json.writeEndObject();
    number("resident_bytes", file.residentBytes(), json);
    number("peak_bytes", file.peakBytes(), json);
    json.writeArrayFieldStart("latency");
    for (Latency one : file.latencies()) {
      json.writeStartObject();
      json.writeNumberField("tokens", one.tokens());
      json.writeNumberField("threads", one.threads());
      timing(one.timing(), json);
      json.writeNumberField("tokens_per_second", one.tokensPerSecond());
      json.writeNumberField("texts_per_second", one.textsPerSecond());
      number("gops", one.gops(), json);
      number("peak_share", one.peakShare(), json);
      if (one.besideFirst().isPresent()) {
        json.writeObjectFieldStart("beside_first");
        ratio(one.besideFirst().get(), json);
        json.writeEndObject();
      }
      if (one.together().isPresent()) {
        together(one.together().get(), json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void together(Latency.Together all, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("together");
    json.writeNumberField("texts", all.texts());
    timing(all.timing(), json);
    json.writeNumberField("texts_per_second", all.textsPerSecond());
    json.writeObjectFieldStart("beside_alone");
    ratio(all.besideAlone(), json);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void ratio(Latency.Ratio ratio, JsonGenerator json) throws IOException {
    json.writeNumberField("median", ratio.median());
    json.writeNumberField("min", ratio.min());
    json.writeNumberField("max", ratio.max());
  }

  private static void timing(Timing timing, JsonGenerator json) throws IOException {
    json.writeNumberField("calls", timing.calls());
    json.writeNumberField("median_ms", timing.median());
    json.writeNumberField("p95_ms", timing.p95());
    json.writeNumberField("min_ms", timing.min());
  }

  private static void machine(BenchmarkReport report, JsonGenerator json) throws IOException {
    Machine machine = report.machine();
    json.writeObjectFieldStart("machine");
    json.writeStringField("litegraft", machine.litegraft());
    json.writeStringField("runtime", machine.runtime());
    json.writeStringField("java", machine.java());
    json.writeStringField("system", machine.system());
    json.writeStringField("processor", machine.processor());
    json.writeNumberField("processors", machine.processors());
    JsonLine.strings(json, "int8_instructions", machine.int8Instructions());
    number("load", report.load(), json);
    json.writeEndObject();
  }

  private static void number(String name, OptionalDouble number, JsonGenerator json)
      throws IOException {
    if (number.isPresent()) {
      json.writeNumberField(name, number.getAsDouble());
    }
  }

  private static void number(String name, OptionalLong number, JsonGenerator json)
      throws IOException {
    if (number.isPresent()) {
      json.writeNumberField(name, number.getAsLong());
    }
  }
}
