package dev.litegraft.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code release/notes} takes from CHANGELOG.md for a page that is not in the repository. */
@DisabledOnOs(OS.WINDOWS)
class ReleaseNotesTest {
  private static final Path HOME = Path.of(System.getProperty("litegraft.home", ".."));
  private static final String TAG = "https://github.com/litegraft/litegraft/blob/v0.2.0/";
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)[^)]*\\)");

  @TempDir Path folder;

  private Path notes;

  @BeforeEach
  void layOut() throws IOException {
    notes = Files.createDirectories(folder.resolve("a folder/release")).resolve("notes");
    Files.copy(HOME.resolve("release/notes"), notes);
  }

  private String notes(String version, int code) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", notes.toString(), version).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(code);
    return said;
  }

  private void changelog(String text) throws IOException {
    Files.writeString(folder.resolve("a folder/CHANGELOG.md"), text);
  }

  @Test
  void linksLeadToTheFilesOfTheTag() throws IOException, InterruptedException {
    changelog(
        """
        # Changelog

        ## [0.2.0] - unreleased

        - [a](docs/a.md), [b](docs/b.md#why-so) and `c(d)`; [e](https://e.org/f), [g](#h), *x \\ y*

        ## [0.1.0]

        - [old](docs/old.md)
        """);
    assertThat(notes("0.2.0", 0))
        .isEqualTo(
            """

            - [a](%1$sdocs/a.md), [b](%1$sdocs/b.md#why-so) and `c(d)`; [e](https://e.org/f), [g](#h), *x \\ y*
            """
                .formatted(TAG));
  }

  @Test
  void aVersionWithoutNotesIsAFault() throws IOException, InterruptedException {
    changelog("# Changelog\n\n## [0.2.0]\n\n- a\n");
    assertThat(notes("0.3.0", 1)).isEmpty();
  }

  @Test
  void eachLinkOfTheRealNotesIsAFileOfTheRepository() throws IOException, InterruptedException {
    changelog(Files.readString(HOME.resolve("CHANGELOG.md")));
    List<String> links =
        LINK.matcher(notes("0.2.0", 0)).results().map(link -> link.group(1)).toList();
    assertThat(links).hasSizeGreaterThan(20);
    for (String link : links) {
      assertThat(link).startsWith(TAG);
      assertThat(HOME.resolve(link.substring(TAG.length()))).exists();
    }
  }
}
