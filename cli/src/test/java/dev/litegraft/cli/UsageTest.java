package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to one who mistypes, and to one who asks. */
class UsageTest {
  private static void assertUsage(CommandRun run, String what, String where, String remedy) {
    assertThat(run.err())
        .isEqualTo("error: " + what + "\nwhere: " + where + "\ntry:   " + remedy + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void anUnknownCommandNamesTheNearest() {
    assertUsage(
        CommandRun.of("cnvert"),
        "unknown command \"cnvert\"",
        "litegraft",
        "convert, or: litegraft --help");
  }

  @Test
  void anUnknownOptionNamesTheNearestAlsoWhereAnotherIsMissing() {
    assertUsage(
        CommandRun.of("convert", "folder", "--recipie=f32"),
        "unknown option \"--recipie=f32\"",
        "litegraft convert",
        "--recipe, or: litegraft convert --help");
  }

  @Test
  void aMissingOptionIsNamed() {
    assertUsage(
        CommandRun.of("convert", "folder"),
        "missing: --output FILE",
        "litegraft convert",
        "litegraft convert --help");
  }

  /** Of a folder that nobody has, and that is no name on the Hub: neither is looked for. */
  @ParameterizedTest
  @ValueSource(strings = {"--for web", "--length 16,32", "--recipe static_wi8_ai8"})
  void severalTextsAtOnceExclude(String other) {
    List<String> command =
        new ArrayList<>(List.of("convert", "org/name", "-o", "file", "--batch", "4"));
    command.addAll(List.of(other.split(" ")));
    assertUsage(
        CommandRun.of(command.toArray(String[]::new)),
        "--batch 4 and " + other + " are both given",
        "litegraft convert",
        "one of them: several texts at once are for a dynamic length, for many texts on this"
            + " project's own runtime");
  }

  @Test
  void aTypeOrLayoutThatIsNoneNamesTheOthers() {
    assertUsage(
        CommandRun.of("convert", "folder", "-o", "file", "--input-type=int8"),
        "--input-type is \"int8\"",
        "litegraft convert",
        "one of: int32, int64");
    assertUsage(
        CommandRun.of("convert", "folder", "-o", "file", "--qkv=joined"),
        "--qkv is \"joined\"",
        "litegraft convert",
        "one of: split, fused");
  }

  @Test
  void aMissingCommandIsAUsageFault() {
    assertUsage(CommandRun.of(), "a command is missing", "litegraft", "litegraft --help");
  }

  @Test
  void anUnknownRecipeNamesTheKnownOnes() {
    CommandRun run = CommandRun.of("convert", "folder", "-o", "file", "--recipe", "int9");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("unknown recipe \"int9\"", "dynamic_wi8_afp32 (int8)");
  }

  @Test
  void aRecipeAndAFileOfOneExcludeEachOther() {
    assertUsage(
        CommandRun.of("convert", "folder", "-o", "file", "--recipe=int8", "--recipe-file=r.json"),
        "--recipe and --recipe-file are both given",
        "litegraft convert",
        "one of them");
  }

  @Test
  void aFormOfConfidenceNeedsRows() {
    assertUsage(
        CommandRun.of("convert", "folder", "-o", "file", "--confidence-form=bias"),
        "--confidence-form without --confidence, whose rows it is fitted to",
        "litegraft convert",
        "add --confidence rows.tsv, or leave it out");
  }

  @Test
  void aTokenForTheHubNeedsSomethingFromThere() {
    String folder = CommandRun.EXAMPLE.toString();
    assertUsage(
        CommandRun.of("convert", folder, "-o", "file", "--token-file=no-such-token"),
        "--token-file is given, and nothing is asked of the Hub",
        "litegraft convert",
        "leave it out; a model on the Hub is given as org/name");
  }

  @Test
  void aRecipeInF32KeepsNothingElse() {
    assertUsage(
        CommandRun.of("convert", "folder", "-o", "file", "--recipe=f32", "--keep-float=score"),
        "the recipe f32 keeps all matrices in f32",
        "litegraft convert",
        "leave it out, or choose another recipe with --recipe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "16,", "16,x", "static", "16,,32", "99999999999"})
  void aLengthThatIsNoneIsAUsageFault(String length) {
    assertUsage(
        CommandRun.of("convert", "folder", "-o", "file", "--length=" + length),
        "--length is \"" + length + "\"",
        "litegraft convert",
        "dynamic, or numbers of tokens: 128, or 16,32,128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "65", "-3"})
  void aBatchThatIsNoneIsAUsageFault(String batch) {
    assertUsage(
        CommandRun.of("convert", "folder", "-o", "file", "--batch=" + batch),
        "--batch is " + batch,
        "litegraft convert",
        "2 to 64: 5 or 8 do well");
  }

  @Test
  void noThreadsIsAUsageFault() {
    assertUsage(
        CommandRun.of("families", "--threads", "0"),
        "--threads is 0",
        "litegraft families",
        "a number from 1 to 256");
  }

  @Test
  void textsAndAFileOfTextsAreTooMuch() {
    assertThat(CommandRun.of("classify", "model", "text", "--file", "texts.txt").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(CommandRun.of("classify", "model").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void helpListsEveryCommand() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("convert", "classify", "run", "inspect", "demo", "families", "completion");
    assertThat(run.err()).isEmpty();
  }

  /** A % in a description begins a value's form unless it is doubled; picocli warns of it. */
  @Test
  void noHelpPrintsAWarning() {
    PrintStream usual = System.err;
    ByteArrayOutputStream warned = new ByteArrayOutputStream();
    List<String> commands = new ArrayList<>();
    try {
      System.setErr(new PrintStream(warned, true, StandardCharsets.UTF_8));
      String help = CommandRun.of("--help").out();
      Matcher names = Pattern.compile("(?m)^  ([a-z]+) ").matcher(help);
      while (names.find()) {
        CommandRun run = CommandRun.of(names.group(1), "--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        commands.add(names.group(1));
      }
    } finally {
      System.setErr(usual);
    }
    assertThat(warned.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(commands).contains("convert", "evaluate", "tune", "completion");
    assertThat(CommandRun.of("evaluate", "--help").out()).contains("95 %").doesNotContain("%%");
  }

  @Test
  void whatTheExitCodeOfADiagnosisSaysIsInItsHelp() {
    assertThat(CommandRun.of("diagnose", "--help").out().replaceAll("\\s+", " "))
        .contains("With --expected, exit code 4");
  }

  @Test
  void versionIsThatOfTheBuild() {
    assertThat(CommandRun.of("--version").out()).matches("litegraft \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  @Test
  void completionIsAScriptThatKnowsTheOptions() {
    CommandRun run = CommandRun.of("completion", "bash");
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("--max-length", "inspect");
  }

  @Test
  void familiesNameTheirClasses() {
    assertThat(CommandRun.of("families").out()).contains("Llama", "LlamaForSequenceClassification");
    assertThat(CommandRun.of("families", "--json").out())
        .startsWith("{\"families\":[")
        .contains("\"LlamaForSequenceClassification\":\"sequence classification\"")
        .endsWith("]}\n");
  }

  @Test
  void coloursAreForTerminals() {
    assertThat(CommandRun.of("families").out()).doesNotContain("\u001b");
    assertThat(CommandRun.onTerminal("families").out()).contains("\u001b[1m");
    assertThat(CommandRun.onTerminal("nothing").err()).startsWith("\u001b[31merror: \u001b[0m");
  }
}
