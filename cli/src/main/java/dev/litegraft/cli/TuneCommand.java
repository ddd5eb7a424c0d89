package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.Converter;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.evaluation.Gate;
import dev.litegraft.lab.tuning.Bound;
import dev.litegraft.lab.tuning.FittedConfidence;
import dev.litegraft.lab.tuning.Tried;
import dev.litegraft.lab.tuning.Tuning;
import dev.litegraft.lab.tuning.TuningReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the smallest file that keeps the answers. */
@Command(
    name = "tune",
    description = {
      "Find the smallest file (or the fastest) that keeps a checkpoint's answers on your own data.",
      "One half of the rows, by a hash of the text, chooses, the other judges the choice; exit code 4"
          + " if it misses there. The recipe is written beside the file, so that convert"
          + " --recipe-file repeats it."
    })
final class TuneCommand extends Subcommand {
  private static final double USUAL_AGREEMENT = 0.995;

  /** What is to be small. */
  enum Goal {
    SIZE,
    SPEED
  }

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The checkpoint's folder, or its name on the Hub.")
  private String given;

  @Mixin private HubOptions hub;

  private Path folder = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The file to write.")
  private Path output;

  @Mixin private DataOptions data;

  @Option(
      names = "--min-agreement",
      paramLabel = "P",
      description = "So many rows keep the answer of f32; default: 0.995.")
  private @Nullable String agreement;

  @Option(
      names = "--max-drop",
      paramLabel = "P",
      description = "Instead: accuracy (or what the task has for it) is lower by this at most.")
  private @Nullable String drop;

  @Option(
      names = "--for",
      paramLabel = "GOAL",
      description = "What is to be best: size (the default) or speed.")
  private Goal goal = Goal.SIZE;

  /** What is fitted to the probabilities. */
  enum ConfidenceForm {
    NONE,
    TEMPERATURE,
    BIAS
  }

  @Option(
      names = "--confidence-form",
      paramLabel = "FORM",
      description =
          "How the file's probabilities are fitted to rows that did not choose it, if these have"
              + " labels: temperature (default; changes no label; labels that are each right or not"
              + " get a threshold each), bias (a number a label, too) or none. It is kept where they"
              + " are better on further rows.")
  private ConfidenceForm form = ConfidenceForm.TEMPERATURE;

  @Override
  int execute() throws IOException {
    if (agreement != null && drop != null) {
      throw usage("--min-agreement and --max-drop are both given", "give one of them");
    }
    OptionalDouble allowed = GateOptions.drop(drop, this);
    OptionalDouble least = GateOptions.part("--min-agreement", agreement, this);
    Bound bound =
        allowed.isPresent()
            ? new Bound(Bound.Kind.MAX_DROP, allowed.getAsDouble())
            : new Bound(Bound.Kind.MIN_AGREEMENT, least.orElse(USUAL_AGREEMENT));
    DataFile rows = data.file(); // what is at fault with it is told before a download
    folder =
        hub.find(
                given,
                this,
                preview -> {
                  Converter.of(preview).check();
                  tuning(preview, rows, bound).check(output);
                })
            .path();
    TuningReport report;
    try (ProgressBar bar = notes().progress("trying", "rows")) {
      report = tuning(folder, rows, bound).withProgress(bar::at).run(output);
    }
    if (common().json()) {
      out().line(JsonLine.of(json -> write(report, json)));
    } else if (!common().quiet()) {
      print(report);
    }
    return report.reached().met() ? ExitCode.DONE : ExitCode.PARITY;
  }

  private Tuning tuning(Path checkpoint, DataFile rows, Bound bound) {
    return Tuning.of(checkpoint, rows)
        .withColumns(data.columns())
        .withBound(bound)
        .forSpeed(goal == Goal.SPEED)
        .withThreads(common().threads())
        .withConfidence(form());
  }

  private Optional<ConfidenceFit.Form> form() {
    return switch (form) {
      case NONE -> Optional.empty();
      case TEMPERATURE -> Optional.of(ConfidenceFit.Form.TEMPERATURE);
      case BIAS -> Optional.of(ConfidenceFit.Form.BIAS);
    };
  }

  private void print(TuningReport report) throws IOException {
    boolean agrees = report.bound().kind() == Bound.Kind.MIN_AGREEMENT;
    Table table =
        new Table(
            "recipe",
            "size",
            "median ms",
            agrees ? "agreement" : "drop",
            "95 % interval",
            "damage",
            "");
    for (Tried one : report.tried()) {
      table.row(
          one.name(),
          Units.bytes(one.bytes()),
          Units.milliseconds(one.medianMilliseconds()),
          one.reached().map(r -> EvaluationView.number(r.value())).orElse(""),
          one.reached().map(r -> EvaluationView.interval(r.interval())).orElse(""),
          one.reached().map(r -> EvaluationView.number(one.damage())).orElse(""),
          one.note().isEmpty()
              ? one.reached().map(r -> r.met() ? "meets it" : "misses it").orElse("")
              : one.note());
    }
    table.print(out());
    out().line("");
    out().line(out().bold(report.chosen()) + ": " + report.why() + " (" + report.rows() + " rows)");
    out()
        .line(
            "it "
                + report.verdict()
                + ": "
                + EvaluationView.number(report.reached().value())
                + " "
                + EvaluationView.interval(report.reached().interval())
                + " of "
                + report.judged().rows()
                + ", asked "
                + EvaluationView.number(report.bound().value()));
    out().line("");
    new EvaluationView(report.judged(), out()).print(List.<Gate>of());
    out().line("");
    out().line("confidence: " + shown(report.confidence()));
    out().line(report.file() + ", " + report.recipeFile());
  }

  private static String shown(FittedConfidence confidence) {
    String fit = confidence.fit().map(ConfidenceOptions::shown).orElse("not fitted");
    return confidence.note().isEmpty() ? fit : fit + "; " + confidence.note();
  }

  private static void write(TuningReport report, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("tried");
    for (Tried one : report.tried()) {
      json.writeStartObject();
      json.writeStringField("recipe", one.name());
      json.writeNumberField("bytes", one.bytes());
      json.writeNumberField("median_ms", one.medianMilliseconds());
      if (one.reached().isPresent()) {
        reached(one.reached().get(), json);
      }
      json.writeStringField("note", one.note());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("chosen", report.chosen());
    json.writeStringField("why", report.why());
    json.writeStringField("bound", report.bound().kind().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("asked", report.bound().value());
    json.writeNumberField("rows_of_choice", report.rows());
    json.writeNumberField("rows_of_judgement", report.judged().rows());
    json.writeObjectFieldStart("judged");
    reached(report.reached(), json);
    json.writeStringField("verdict", report.verdict());
    json.writeEndObject();
    json.writeObjectFieldStart("evaluation");
    EvaluationJson.write(report.judged(), List.of(), json);
    json.writeEndObject();
    if (report.confidence().fit().isPresent()) {
      ConfidenceOptions.write(report.confidence().fit().get(), json);
    }
    json.writeBooleanField("confidence_kept", report.confidence().kept());
    json.writeStringField("confidence_note", report.confidence().note());
    json.writeStringField("file", report.file().toString());
    json.writeStringField("recipe_file", report.recipeFile().toString());
  }

  private static void reached(Bound.Reached reached, JsonGenerator json) throws IOException {
    EvaluationJson.number("value", reached.value(), json);
    EvaluationJson.interval("interval", reached.interval(), json);
    json.writeBooleanField("met", reached.met());
    json.writeBooleanField("uncertain", reached.isUncertain());
  }
}
