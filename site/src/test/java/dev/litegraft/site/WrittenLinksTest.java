package dev.litegraft.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenLinksTest {
  @TempDir Path site;

  private void file(String name, String text) throws IOException {
    Path file = site.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void linksToFilesAndAnchorsThatAreThereAreFollowed() throws IOException {
    file("index.html", "<a href=\"adr/a.html#why\">a</a> <a href=\"https://x.org\">x</a>");
    file(
        "adr/a.html",
        "<h2 id=\"why\">Why</h2> <a href=\"../index.html\">b</a> <a href=\"#why\">c</a>");
    assertThat(WrittenLinks.faults(site, false)).isEmpty();
  }

  @Test
  void whatLeadsNowhereIsNamed() throws IOException {
    file(
        "index.html",
        "<a href=\"none.html\">a</a> <a href=\"#none\">b</a> <a href=\"../up\">c</a>");
    assertThat(WrittenLinks.faults(site, false))
        .containsExactly(
            "index.html: there is no none.html",
            "index.html: #none is no anchor there",
            "index.html: there is no ../up");
  }

  @Test
  void javadocIsFollowedWhereItIsThere() throws IOException {
    file("index.html", "<a href=\"javadoc/index.html\">a</a>");
    assertThat(WrittenLinks.faults(site, false)).isEmpty();
    assertThat(WrittenLinks.faults(site, true))
        .containsExactly("index.html: there is no javadoc/index.html");
    file("javadoc/index.html", "<a href=\"dev/A.html#of(java.util.List)\">A</a>");
    file("javadoc/dev/A.html", "<section id=\"of(java.util.List)\"></section>");
    assertThat(WrittenLinks.faults(site, true)).isEmpty();
    file("more.html", "<a href=\"javadoc/dev/A.html#none()\">A</a>");
    assertThat(WrittenLinks.faults(site, true)).hasSize(1);
    file("javadoc/index.html", "<a href=\"dev/B.html\">B</a>");
    assertThat(WrittenLinks.faults(site, true)).hasSize(2);
  }
}
