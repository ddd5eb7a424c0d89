package dev.litegraft.cli;

import dev.litegraft.error.InvalidInputException;
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

  @Parameters(index = "0", paramLabel = "DIR", description = "The checkpoint's folder.")
  private Path folder;

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
  private @Nullable Path adapter;

  @Option(
      names = "--strict",
      description =
          "Rows that no tokenizer of the folder makes count, too: padded on the other side, with the"
              + " pad token inside. For files of other tools; Litegraft's own are always judged so.")
  private boolean strict;

  @Mixin private FileOptions opening;

  @Override
  int execute() throws IOException {
    Verification verification =
        Verification.of(folder, file)
            .withAdapter(Optional.ofNullable(adapter))
            .withRuntime(opening.runtime(common()))
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
      print(report);
    } catch (IOException e) {
      if (!out().isReaderGone()) { // `| head` may read a part; the verdict stands.
        throw e;
      }
    }
    return report.match() ? ExitCode.DONE : ExitCode.PARITY;
  }

  private void print(VerificationReport report) throws IOException {
    if (common().json()) {
      out().line(JsonLine.of(json -> VerificationView.write(report, json)));
    } else {
      VerificationView.print(report, out());
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
