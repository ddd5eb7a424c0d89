package dev.litegraft.cli;

import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.expected.ExpectedCheck;
import dev.litegraft.lab.expected.ExpectedReport;
import dev.litegraft.lab.verification.FileAsking;
import dev.litegraft.lab.verification.Verification;
import dev.litegraft.lab.verification.VerificationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Proves that a file answers like its checkpoint. */
@Command(
    name = "verify",
    description = {
      "Prove that a .tflite file answers like its checkpoint; exit code 4 if it does not.",
      "The file runs under LiteRT, the checkpoint with textbook formulas, on texts in several"
          + " languages and on token sequences, padded and not. Where a float file differs, the first"
          + " layer that does is named."
    })
final class VerifyCommand extends Subcommand {
  /** A verification asks fewer tokens than this; more texts would only take memory. */
  private static final int MOST_TEXTS = 10_000;

  private static final String NOT_PROVEN =
      "that the folder was read as its own library reads it, for the rules that no"
          + " recorded case covers; `litegraft expect` prints a script that records what the original"
          + " answers, for --expected";

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The checkpoint's folder, or its name on the Hub.")
  private String given;

  @Mixin private HubOptions hub;

  private Path folder = Path.of("");

  @Parameters(index = "1", paramLabel = "FILE", description = "A .tflite file.")
  private Path file;

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description =
          "Texts to ask, one a line, the first ones first; - for standard input. Default: texts in"
              + " several languages.")
  private @Nullable String texts;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "The LoRA adapter that was merged into the file.")
  private @Nullable String adapterGiven;

  private @Nullable Path adapter;

  @Option(
      names = "--strict",
      description =
          "Rows that no tokenizer of the folder makes count, too: padded on the other side, with the"
              + " pad token inside. For files of other tools; Litegraft's own are always judged so.")
  private boolean strict;

  @Mixin private FileOptions opening;

  @Option(
      names = "--as",
      paramLabel = "USE",
      description = "What the folder was read as: classifier or embedder.")
  private @Nullable ReadAs readAs;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "The task for which the file was converted, where the model has weights for several."
              + " Default: what the file says.")
  private @Nullable String task;

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description =
          "What the original answered, recorded by the script that `litegraft expect` prints: whether"
              + " the folder is read as its own library reads it.")
  private @Nullable Path expected;

  @Override
  int execute() throws IOException {
    adapter = HubOptions.adapter(adapterGiven, hub, this).orElse(null);
    folder = hub.find(given, this, HubOptions.OPENS).path();
    Optional<ExpectedReport> met = asExpected();
    Verification verification =
        Verification.of(folder, file)
            .withAdapter(Optional.ofNullable(adapter))
            .withRuntime(opening.runtime(common()))
            .readingAs(Optional.ofNullable(readAs))
            .withTask(Optional.ofNullable(task))
            .withThreads(common().threads());
    if (strict) {
      verification = verification.asStrict();
    }
    if (texts != null) {
      verification = verification.withTexts(lines(texts));
    }
    VerificationReport report;
    try (ProgressBar bar = notes().progress("verifying")) {
      report = verification.withProgress(bar::at).run();
    }
    try {
      print(report, met);
    } catch (IOException e) {
      if (!out().isReaderGone()) { // `| head` may read a part; the verdict stands.
        throw e;
      }
    }
    return VerificationView.match(report, met) ? ExitCode.DONE : ExitCode.PARITY;
  }

  private Optional<ExpectedReport> asExpected() throws IOException {
    return expected == null
        ? Optional.empty()
        : Optional.of(
            ExpectedCheck.of(folder, expected)
                .with(Optional.ofNullable(adapter), Optional.ofNullable(readAs))
                .withTask(FileAsking.task(file, Optional.ofNullable(task)))
                .withThreads(common().threads())
                .explaining()
                .run());
  }

  private void print(VerificationReport report, Optional<ExpectedReport> met) throws IOException {
    if (common().json()) {
      out()
          .line(
              JsonLine.of(
                  json -> {
                    VerificationView.write(report, met, json);
                    if (met.isPresent()) {
                      json.writeObjectFieldStart("expected");
                      ExpectedView.write(met.get(), json);
                      json.writeEndObject();
                    }
                    JsonLine.strings(
                        json, "not_proven", met.isPresent() ? List.of() : List.of(NOT_PROVEN));
                  }));
      return;
    }
    VerificationView.print(report, met, out());
    out().line("");
    if (met.isPresent()) {
      ExpectedView.print(met.get(), out());
    } else {
      out().line("not proven: " + NOT_PROVEN);
    }
  }

  private List<String> lines(String path) throws IOException {
    List<String> all = new ArrayList<>();
    try (TextLines lines = TextLines.open(path, in())) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.isEmpty()) {
          if (all.size() == MOST_TEXTS) {
            notes().note("only the first " + MOST_TEXTS + " texts of " + path + " are read");
            break;
          }
          all.add(line);
        }
      }
    }
    if (all.isEmpty()) {
      throw new InvalidInputException(
          "there is no text in it", path, "give a file with one text a line");
    }
    return all;
  }
}
