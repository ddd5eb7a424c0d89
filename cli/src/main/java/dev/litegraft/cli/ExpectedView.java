package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.error.ParityException;
import dev.litegraft.lab.expected.ExpectedReport;
import java.io.IOException;

/** How recorded answers compare, as people and programs read it. */
final class ExpectedView {
  private ExpectedView() {}

  /**
   * The error of a folder that is read otherwise than the original read it.
   *
   * @param asked a command line of {@code diagnose} about the same reading
   */
  static ParityException fault(ExpectedReport report, String asked) {
    return new ParityException(
        report.verdict(),
        report.where(),
        report
            .explanation()
            .map(what -> "what explains it: " + what)
            .orElseGet(
                () ->
                    "check that the answers are of this very folder; `"
                        + asked
                        + "` searches the setting that explains them"));
  }

  static void print(ExpectedReport report, Results out) throws IOException {
    out.line(out.bold((report.match() ? "same: " : "DIFFERENT: ") + report.verdict()));
    out.line("where: " + Printable.line(report.where()));
    if (report.explanation().isPresent()) {
      out.line("explained by: " + Printable.line(report.explanation().get()));
    } else if (!report.match()) {
      out.line(
          "no setting or rule that we know explains it: are they the answers of this very folder?");
    }
  }

  static void write(ExpectedReport report, JsonGenerator json) throws IOException {
    json.writeBooleanField("match", report.match());
    json.writeNumberField("answers", report.answers());
    json.writeNumberField("max_abs", report.maxAbs());
    json.writeStringField("verdict", report.verdict());
    json.writeStringField("where", report.where());
    if (report.explanation().isPresent()) {
      json.writeStringField("explained_by", report.explanation().get());
    }
  }
}
