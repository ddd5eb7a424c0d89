package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.lab.diagnosis.Diagnosis;
import dev.litegraft.lab.diagnosis.DiagnosisPage;
import dev.litegraft.lab.diagnosis.DiagnosisReport;
import dev.litegraft.lab.diagnosis.Explanation;
import dev.litegraft.lab.diagnosis.FoundWeights;
import dev.litegraft.lab.expected.ExpectedCheck;
import dev.litegraft.lab.expected.ExpectedReport;
import dev.litegraft.lab.verification.FileAsking;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Names the setting that explains why a file answers otherwise than its checkpoint. */
@Command(
    name = "diagnose",
    description = {
      "Name the setting that explains why a .tflite file answers otherwise than a checkpoint.",
      "Works for files of any exporter that take token ids and a mask. Exit code 0 whenever there is"
          + " a verdict about FILE; \"match\" in --json says whether it is the checkpoint's model."
          + " With --expected, exit code 4 where the folder is not read as the original read it."
    })
final class DiagnoseCommand extends Subcommand {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE]-?\\d+)?");

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The checkpoint's folder, or its name on the Hub.")
  private String given;

  @Mixin private HubOptions hub;

  private Path folder = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "A .tflite file; may be left out with --expected.")
  private @Nullable Path file;

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description =
          "What the original answered, recorded by the script that `litegraft expect` prints: names"
              + " the setting of our reading of the folder that explains a difference.")
  private @Nullable Path expected;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "The LoRA adapter that was merged into the file.")
  private @Nullable String adapterGiven;

  private @Nullable Path adapter;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Also write the diagnosis as a page of HTML: with the values inside the file, layer by"
              + " layer, and what to change in which tool.")
  private @Nullable Path page;

  @Option(
      names = "--as",
      paramLabel = "USE",
      description = "What the folder is read as: classifier or embedder.")
  private @Nullable ReadAs readAs;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "The task for which the file was converted, where the model has weights for several.")
  private @Nullable String task;

  @Mixin private FileOptions opening;

  @Override
  int execute() throws IOException {
    ReportFile target = page == null ? null : ReportFile.at(page);
    if (file == null && expected == null) {
      throw usage("there is no FILE", "a .tflite file, or --expected with recorded answers");
    }
    adapter = HubOptions.adapter(adapterGiven, hub, this).orElse(null);
    folder = hub.find(given, this, HubOptions.OPENS).path();
    if (expected != null) {
      ExpectedReport met = met(expected);
      if (file == null || !met.match()) {
        return said(met);
      }
    }
    if (file == null) {
      throw usage("there is no FILE", "a .tflite file, or --expected with recorded answers");
    }
    DiagnosisReport report;
    try (ProgressBar bar = notes().progress("diagnosing")) {
      report =
          Diagnosis.of(folder, file)
              .withAdapter(Optional.ofNullable(adapter))
              .readingAs(Optional.ofNullable(readAs))
              .withTask(Optional.ofNullable(task))
              .withRuntime(opening.runtime(common()))
              .withThreads(common().threads())
              .withProgress(bar::at)
              .withLayers(target != null)
              .run();
    }
    if (target != null) {
      target.write(DiagnosisPage.of(report, folder.toString(), file.toString()));
    }
    if (common().json()) {
      out().line(JsonLine.of(json -> write(report, json)));
    } else {
      print(report);
    }
    return ExitCode.DONE;
  }

  private ExpectedReport met(Path answers) throws IOException {
    Optional<String> asked = Optional.ofNullable(task);
    return ExpectedCheck.of(folder, answers)
        .with(Optional.ofNullable(adapter), Optional.ofNullable(readAs))
        .withTask(file == null ? asked : FileAsking.task(file, asked))
        .withThreads(common().threads())
        .explaining()
        .run();
  }

  /** A file cannot be better than the reading that it was made with. */
  private int said(ExpectedReport met) throws IOException {
    if (common().json()) {
      out().line(JsonLine.of(json -> ExpectedView.write(met, json)));
    } else {
      ExpectedView.print(met, out());
    }
    return met.match() ? ExitCode.DONE : ExitCode.PARITY;
  }

  private void print(DiagnosisReport report) throws IOException {
    out().line(report.match() ? "match: " + report.verdict() : report.verdict());
    out()
        .line(
            String.format(
                Locale.ROOT,
                "largest difference of a logit: %s (%s counts as none); %s tried in %.1f s",
                number(report.residual()),
                number(report.floor()),
                Units.of(report.hypotheses(), "model"),
                report.seconds()));
    if (report.weights().isPresent()) {
      out().line("weights: " + report.weights().get().sentence());
    }
    if (report.narrowed().isPresent() && !report.verdict().contains(report.narrowed().get())) {
      out().line("in the graph: " + report.narrowed().get());
    }
    table(report.explainedBy(), "In the exporting tool: ");
    table(report.conventions(), "By convention, for rows that the tokenizer does not make: ");
  }

  private void table(List<Explanation> explanations, String before) throws IOException {
    if (explanations.isEmpty()) {
      return;
    }
    Table table = new Table("setting", "checkpoint", "the file behaves like", "then differs by");
    for (Explanation e : explanations) {
      table.row(e.setting(), e.checkpoint(), e.file(), number(e.residual()));
    }
    out().line("");
    table.print(out());
    out().line("");
    for (Explanation e : explanations) {
      out().line(before + e.advice() + " (" + e.setting() + ").");
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2g", value);
  }

  private static void write(DiagnosisReport report, JsonGenerator json) throws IOException {
    json.writeBooleanField("match", report.match());
    json.writeNumberField("residual", report.residual());
    explanations(json, "explained_by", report.explainedBy());
    explanations(json, "conventions", report.conventions());
    json.writeStringField("verdict", report.verdict());
    json.writeStringField("kind", report.kind().name().toLowerCase(Locale.ROOT));
    if (report.narrowed().isPresent()) {
      json.writeStringField("narrowed", report.narrowed().get());
    }
    if (report.weights().isPresent()) {
      weights(report.weights().get(), json);
    }
    json.writeNumberField("floor", report.floor());
    json.writeNumberField("hypotheses", report.hypotheses());
    json.writeNumberField("seconds", report.seconds());
  }

  private static void weights(FoundWeights weights, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("weights");
    json.writeNumberField("looked_for", weights.lookedFor());
    json.writeNumberField("found", weights.found());
    json.writeArrayFieldStart("made_of_them");
    for (String statement : weights.madeOfThem()) {
      json.writeString(statement);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void explanations(JsonGenerator json, String name, List<Explanation> all)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Explanation e : all) {
      json.writeStartObject();
      json.writeStringField("setting", e.setting());
      value(json, "checkpoint", e.checkpoint());
      value(json, "file", e.file());
      json.writeNumberField("residual", e.residual());
      json.writeStringField("advice", e.advice());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Values of config.json as config.json has them; words as strings. */
  private static void value(JsonGenerator json, String name, String text) throws IOException {
    switch (text) {
      case "null" -> json.writeNullField(name);
      case "true", "false" -> json.writeBooleanField(name, text.equals("true"));
      default -> {
        if (NUMBER.matcher(text).matches()) {
          json.writeNumberField(name, new BigDecimal(text));
        } else if (text.startsWith("{") && text.endsWith("}")) { // an object of config.json
          json.writeFieldName(name);
          json.writeRawValue(text);
        } else {
          json.writeStringField(name, text);
        }
      }
    }
  }
}
