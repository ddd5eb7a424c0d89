package dev.litegraft.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages, their links and anchors, in a repository of a few files. */
class SiteTest {
  @TempDir Path folder;

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve("repository").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> faults() throws IOException {
    return Site.of(folder.resolve("repository")).write(folder.resolve("site")).stream()
        .filter(fault -> !fault.startsWith("navigation.txt: there is no"))
        .toList();
  }

  @Test
  void aLinkLeadsToThePageOrToTheFileInTheRepository() throws IOException {
    file(
        "docs/recipes.md",
        "# Recipes\n\n[a](adr/0001-a.md#why-so) [b](../pom.xml) [c](https://x.org)");
    file("docs/adr/0001-a.md", "# 1. A\n\n## Why so?\n\n[back](../recipes.md)");
    file("pom.xml", "");
    assertThat(faults()).isEmpty();
    assertThat(folder.resolve("site/recipes.html"))
        .content()
        .contains("<a href=\"adr/0001-a.html#why-so\">a</a>")
        .contains("blob/main/pom.xml\">b</a>")
        .contains("<a href=\"https://x.org\">c</a>");
    assertThat(folder.resolve("site/adr/0001-a.html"))
        .content()
        .contains("<h2 id=\"why-so\">")
        .contains("<a href=\"../recipes.html\">back</a>")
        .contains("href=\"../site.css\"");
  }

  @Test
  void aLinkThatLeadsNowhereIsAFault() throws IOException {
    file("docs/recipes.md", "# Recipes\n\n[a](none.md) [b](#none) [c](tasks.md#none) [d](../../x)");
    file("docs/tasks.md", "# Tasks");
    assertThat(faults())
        .containsExactly(
            "docs/recipes.md: there is no none.md",
            "docs/recipes.md: docs/recipes.md has no heading #none",
            "docs/recipes.md: docs/tasks.md has no heading #none",
            "docs/recipes.md: there is no ../../x");
  }

  @Test
  void aPageOutsideOfTheNavigationIsAFault() throws IOException {
    file("docs/lost.md", "# Lost");
    assertThat(faults()).containsExactly("docs/lost.md: no line of navigation.txt leads here");
  }

  /** Two links of one name would lead to two pages. */
  @Test
  void aPageMayHaveAnotherNameInTheNavigation() throws IOException {
    file("docs/index.md", "# Litegraft");
    file("README.md", "# Litegraft");
    assertThat(faults()).isEmpty();
    assertThat(folder.resolve("site/index.html"))
        .content()
        .contains("<a href=\"README.html\">The repository</a>")
        .contains("<a href=\"index.html\" aria-current=\"page\">Litegraft</a>");
  }

  @Test
  void anchorsAreThoseOfGitHub() {
    assertThat(Page.anchor("`litegraft.json`, and 한국어?")).isEqualTo("litegraftjson-and-한국어");
    Page page = Page.of("a.md", "# A\n\n## B\n\n## B\n");
    assertThat(page.title()).isEqualTo("A");
    assertThat(page.has("b") && page.has("b-1") && !page.has("b-2")).isTrue();
  }
}
