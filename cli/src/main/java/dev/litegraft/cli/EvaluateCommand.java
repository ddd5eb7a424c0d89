package dev.litegraft.cli;

import dev.litegraft.inspection.CheckpointFacts;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.Evaluation;
import dev.litegraft.lab.evaluation.EvaluationPage;
import dev.litegraft.lab.evaluation.EvaluationReport;
import dev.litegraft.lab.evaluation.Gate;
import dev.litegraft.lab.evaluation.Gates;
import dev.litegraft.lab.evaluation.Relevance;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what files are worth on a user's own data, and whether they differ. */
@Command(
    name = "evaluate",
    description = {
      "Ask files the rows of your own data: accuracy, agreement, latency, size, each with its 95 %%"
          + " interval.",
      "The first file is the one that others are compared with; a checkpoint's folder stands for its"
          + " conversion to f32. With a gate the exit code is 4 where it is missed."
    })
final class EvaluateCommand extends Subcommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files, or a checkpoint's folder, the one to compare with first.")
  private List<Path> files;

  @Mixin private DataOptions data;

  @Option(
      names = "--queries",
      paramLabel = "F",
      description =
          "Queries (columns id, text) that find texts of --data (columns id, text); needs"
              + " --relevance.")
  private @Nullable Path queries;

  @Option(
      names = "--relevance",
      paramLabel = "F",
      description = "Which texts are relevant for which query: columns query-id, corpus-id, score.")
  private @Nullable Path relevance;

  @Option(
      names = "--report",
      paramLabel = "out.html",
      description = "Write one page with tables and plots.")
  private @Nullable Path report;

  @Option(
      names = "--tokenizer",
      paramLabel = "DIR",
      description = "The checkpoint's folder, for files without a tokenizer inside.")
  private @Nullable Path tokenizer;

  @Mixin private GateOptions bounds;

  @Mixin private FileOptions opening;

  @Override
  int execute() throws IOException {
    if ((queries == null) != (relevance == null)) {
      throw usage(
          queries == null ? "--relevance without --queries" : "--queries without --relevance",
          "give both: queries with id and text, and a row a judged query and text");
    }
    Gates gates = bounds.gates(this);
    Optional<ReportFile> page =
        report == null ? Optional.empty() : Optional.of(ReportFile.at(report));
    DataFile rows = data.file();
    EvaluationReport result;
    try (ProgressBar bar = notes().progress("evaluating", "rows")) {
      result = evaluation(rows, gates).withProgress(bar::at).run();
    }
    List<Gate> judged = gates.judge(result);
    if (page.isPresent()) {
      page.get().write(EvaluationPage.of(result, judged));
    }
    if (common().json()) {
      out().line(JsonLine.of(json -> EvaluationJson.write(result, judged, json)));
    } else {
      new EvaluationView(result, out()).print(judged);
    }
    return judged.stream().allMatch(Gate::passed) ? ExitCode.DONE : ExitCode.PARITY;
  }

  private Evaluation evaluation(DataFile rows, Gates gates) throws IOException {
    RuntimeOptions options = opening.runtime(common());
    if (tokenizer != null) {
      options = options.withTokenizer(tokenizer).withFacts(CheckpointFacts.of(tokenizer));
    }
    Evaluation evaluation =
        Evaluation.of(files, rows)
            .withColumns(data.columns())
            .withRuntime(options)
            .withThreads(common().threads())
            .withGates(gates)
            .withFootprint(true);
    return queries == null || relevance == null
        ? evaluation
        : evaluation.withRelevance(new Relevance(DataFile.of(queries), DataFile.of(relevance)));
  }
}
