package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code web} refuses; the pages themselves are asked by {@code WebPageTest}. */
class WebCommandTest {
  @TempDir private static Path models;
  private static Path model;

  @TempDir private Path folder;

  @BeforeAll
  static void convert() {
    model = models.resolve("model.tflite");
    CommandRun run =
        CommandRun.of(
            "convert",
            "../examples/ko-movie-reviews-bert",
            "-o",
            model.toString(),
            "--for=web",
            "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  private CommandRun web(Path file, Path output, Path npm) {
    return CommandRun.of(
        "web", file.toString(), "-o", output.toString(), "--runtime", npm.toString());
  }

  private static void assertRefused(CommandRun run, String what, String remedy) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err().lines()).hasSize(3);
    assertThat(run.err()).contains(what).contains(remedy);
  }

  @Test
  void withoutTheRuntimeTheLineForNpmIsSaidAndNothingIsWritten() {
    Path output = folder.resolve("page");
    assertRefused(
        web(model, output, folder),
        "@litertjs/core/dist/index.js is missing",
        "npm install @litertjs/core@2.5.3 @litertjs/wasm-utils@2.5.3");
    assertThat(output).doesNotExist();
  }

  @Test
  void aRuntimeOfAnotherVersionIsToldByItsHash() throws IOException {
    Path dist = Files.createDirectories(folder.resolve("node_modules/@litertjs/core/dist"));
    Files.writeString(dist.resolve("index.js"), "export {};\n");
    assertRefused(
        web(model, folder.resolve("page"), folder),
        "expected e7daccc3a31eef890848a737ccb863ded5f046a6b40c3fdc0556495adeb5d9b3",
        "npm install");
    Files.writeString(dist.resolveSibling("package.json"), "{\"version\": \"2.4.0\"}");
    assertRefused(
        web(model, folder.resolve("page"), folder),
        "version 2.5.3 (@litertjs/core/package.json says 2.4.0)",
        "npm install @litertjs/core@2.5.3");
  }

  @Test
  void aFileThatIsNotOursIsRefused() throws IOException {
    Path other = Files.writeString(folder.resolve("other.tflite"), "no model at all");
    assertRefused(web(other, folder.resolve("page"), TestPages.NPM), "other.tflite", "");
  }

  @Test
  void aFileOfADynamicLengthIsToldWhatToConvertWith() {
    Path dynamic = folder.resolve("dynamic.tflite");
    CommandRun.of(
        "convert", "../examples/ko-movie-reviews-bert", "-o", dynamic.toString(), "--no-verify");
    assertRefused(
        web(dynamic, folder.resolve("page"), TestPages.NPM), "its length is dynamic", "--for web");
  }

  @ParameterizedTest
  @ValueSource(strings = {"notes.txt", "page.json", "lib/notes.txt"})
  void aFolderWithOtherFilesStaysAsItIs(String name) throws IOException {
    Path output = Files.createDirectories(folder.resolve("page"));
    Path mine = output.resolve(name);
    Files.createDirectories(mine.getParent());
    Files.writeString(mine, "{\"mine\": 1}");
    assertRefused(
        web(model, output, TestPages.NPM), "neither empty nor a page", "name a new folder");
    assertThat(mine).hasContent("{\"mine\": 1}");
  }

  @Test
  void theFileIsNotWrittenOver() throws IOException {
    Path output = Files.createDirectory(folder.resolve("page"));
    Path inside = Files.copy(model, output.resolve("model.tflite"));
    Files.writeString(output.resolve("page.json"), "{\"sizes\": {\"model.tflite\": 1}}");
    assertRefused(
        web(inside, output, TestPages.NPM), "the file stands in the folder", "name another folder");
    assertThat(inside).hasSameBinaryContentAs(model);
  }

  @Test
  void aFileInThePlaceOfTheFolderIsRefused() throws IOException {
    Path output = Files.writeString(folder.resolve("page"), "mine");
    assertRefused(web(model, output, TestPages.NPM), "the output is a file", "name a new folder");
    assertThat(output).hasContent("mine");
  }

  @Test
  void aPortThatIsNoneIsAFaultOfUse() {
    CommandRun run =
        CommandRun.of("web", model.toString(), "-o", folder.toString(), "--serve", "70000");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--serve is 70000", "a port from 0 to 65535");
  }

  @Test
  void aPortInUseIsSaidBeforeAnythingIsWritten() throws IOException {
    Path output = folder.resolve("page");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      CommandRun run =
          CommandRun.of("web", model.toString(), "-o", output.toString(), "--serve", port);
      assertRefused(run, "port " + port + " cannot be served", "choose another: --serve");
    }
    assertThat(output).doesNotExist();
  }
}
