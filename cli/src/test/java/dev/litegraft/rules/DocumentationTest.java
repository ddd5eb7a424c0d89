package dev.litegraft.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation points at is there. */
class DocumentationTest {
  private static final Path HOME = Path.of(System.getProperty("litegraft.home", ".."));

  /** The target of a link, without its anchor. */
  private static final Pattern LINK =
      Pattern.compile("]\\((?!https?:|#|mailto:)([^)#\\s]+)[^)]*\\)");

  /** A path from a module or folder of the repository: {@code docs/adr}. */
  private static final Pattern PATH = Pattern.compile("`([a-z][\\w.-]*/[\\w./*-]+)`");

  /** What a build makes, a pattern, or a word in capitals that stands for a name. */
  private static final Pattern MADE = Pattern.compile("(^|.*/)target/.*|.*([*]|/[A-Z]+(/|$)).*");

  /** A class of ours whose name says so. */
  private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|Faults))`");

  static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("docs", "examples", "benchmarks")) {
      try (Stream<Path> files = Files.walk(HOME.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains("target"))
            .forEach(pages::add);
      }
    }
    try (Stream<Path> files = Files.list(HOME)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages.stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksAndPathsExist(Path page) throws IOException {
    assertThat(missing(page, Files.readString(page))).as(page.toString()).isEmpty();
  }

  @Test
  void testsAndFaultsThatAreNamedExist() throws IOException {
    Set<String> classes = classes();
    List<String> missing = new ArrayList<>();
    for (Path page : pages().toList()) {
      missing.addAll(missingClasses(Files.readString(page), classes));
    }
    assertThat(missing).isEmpty();
    assertThat(missingClasses("`NoSuchTest` `DocumentationTest` `NoFaults` `a.Test`", classes))
        .containsExactly("NoSuchTest", "NoFaults");
  }

  private static List<String> missingClasses(String text, Set<String> classes) {
    return CLASS
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .filter(name -> !classes.contains(name))
        .toList();
  }

  private static Set<String> classes() throws IOException {
    Set<String> classes = new HashSet<>();
    try (Stream<Path> modules = Files.list(HOME)) {
      for (Path module : modules.map(m -> m.resolve("src")).filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.walk(module)) {
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.endsWith(".java"))
              .forEach(name -> classes.add(name.substring(0, name.length() - ".java".length())));
        }
      }
    }
    assertThat(classes).contains("DocumentationTest");
    return classes;
  }

  @Test
  void aMissingPathIsFound() {
    String text =
        "[a](none.md) [b](https://example.org) `docs/none.md` `docs/architecture.md` `a/b`";
    assertThat(missing(HOME.resolve("README.md"), text)).containsExactly("none.md", "docs/none.md");
  }

  private static List<String> missing(Path page, String text) {
    List<String> missing = new ArrayList<>();
    Path folder = page.toAbsolutePath().getParent();
    for (Matcher link = LINK.matcher(text); link.find(); ) {
      if (folder != null && !Files.exists(folder.resolve(link.group(1)))) {
        missing.add(link.group(1));
      }
    }
    for (Matcher path = PATH.matcher(text); path.find(); ) {
      String name = path.group(1);
      Path first = HOME.resolve(name.substring(0, name.indexOf('/')));
      boolean ours = Files.isDirectory(first) && !MADE.matcher(name).matches();
      if (ours && !Files.exists(HOME.resolve(name))) {
        missing.add(name);
      }
    }
    return missing;
  }
}
