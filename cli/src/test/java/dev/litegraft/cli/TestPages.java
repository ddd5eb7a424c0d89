package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.web.WebPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What tests of pages need: a browser and LiteRT.js, without which they are skipped; {@code
 * .ci/run} sees to both where it can.
 */
final class TestPages {
  /** LiteRT.js, as npm installs it. */
  static final Path NPM = Path.of("..", "clients", "litert-js");

  /** Where pictures of pages are left. */
  static final Path PICTURES = Path.of("target", "pages");

  /** The page can be asked, or says why not. */
  static final String READY =
      "'ready' in document.body.dataset || 'fault' in document.body.dataset";

  /** The page has compared its answers, or says why not. */
  static final String CHECKED =
      "'checked' in document.body.dataset || 'fault' in document.body.dataset";

  private TestPages() {}

  /** Starts Chromium with a profile of its own below a folder. */
  static Chromium browser(Path folder) throws Exception {
    Optional<Path> program = Chromium.found();
    assumeTrue(program.isPresent(), "there is no Chromium on the PATH");
    assumeTrue(
        Files.isDirectory(NPM.resolve("node_modules")),
        "LiteRT.js is not installed: npm ci --prefix clients/litert-js");
    return new Chromium(program.get(), Files.createDirectory(folder.resolve("profile")));
  }

  /** The page of a checkpoint, in a folder in which its file is {@code model.tflite}. */
  static WebPage converted(String checkpoint, Path folder, String... options) throws Exception {
    Path file = folder.resolve("model.tflite");
    List<String> command =
        new ArrayList<>(
            List.of("convert", checkpoint, "-o", file.toString(), "--for=web", "--no-verify"));
    command.addAll(Arrays.asList(options));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return written(file, folder);
  }

  /** The page of a file. */
  static WebPage written(Path file, Path folder) throws Exception {
    return WebPage.write(file, folder.resolve("page"), NPM, RuntimeOptions.defaults());
  }
}
