package dev.litegraft.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.commonmark.node.Link;

/**
 * The documentation as pages of HTML. A link between pages leads to the other page, one to another
 * file of the repository to that file where the repository is shown; a link that leads nowhere, and
 * a page that the navigation does not know, fail the build.
 */
public final class Site {
  private static final String SHOWN = "https://github.com/litegraft/litegraft/blob/main/";
  private static final String DECISIONS = "docs/adr/";

  /** Pages that stand outside of {@code docs}. */
  private static final List<String> FURTHER =
      List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md");

  private final Path repository;
  private final Map<String, Page> pages = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  private Site(Path repository) {
    this.repository = repository;
  }

  /** Writes the site of a repository, the first argument, to the folder that is the second. */
  public static void main(String[] args) throws IOException {
    Site site = Site.of(Path.of(args[0]));
    List<String> faults = site.write(Path.of(args[1]));
    faults.forEach(System.err::println);
    System.out.println(site.pages.size() + " pages in " + args[1]);
    if (!faults.isEmpty()) {
      System.exit(1);
    }
  }

  /** The pages of a repository. */
  static Site of(Path repository) throws IOException {
    Site site = new Site(repository.toRealPath());
    List<String> sources = new ArrayList<>(FURTHER);
    try (Stream<Path> files = Files.walk(site.repository.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> site.repository.relativize(file).toString().replace('\\', '/'))
          .forEach(sources::add);
    }
    for (String source : sources) {
      Path file = site.repository.resolve(source);
      if (Files.exists(file)) {
        site.pages.put(source, Page.of(source, Files.readString(file)));
      }
    }
    return site;
  }

  /** Writes everything, and says what is wrong, a line each. */
  List<String> write(Path folder) throws IOException {
    Navigation navigation = Navigation.of(resource("navigation.txt"));
    for (String source : pages.keySet()) {
      if (!source.startsWith(DECISIONS) && !navigation.knows(source)) {
        faults.add(source + ": no line of navigation.txt leads here");
      }
    }
    navigation.pages().stream()
        .filter(source -> !pages.containsKey(source))
        .forEach(source -> faults.add("navigation.txt: there is no " + source));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("site.css"), resource("site.css"));
    String frame = resource("page.html");
    for (Page page : pages.values()) {
      page.links().forEach(link -> redirect(page, link));
      String name = name(page.source());
      String top = "../".repeat((int) name.chars().filter(c -> c == '/').count());
      Path file = folder.resolve(name);
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      boolean korean = page.source().endsWith("-ko.md");
      Files.writeString(
          file,
          frame
              .replace("{title}", escaped(page.title()))
              .replace("{language}", korean ? "ko" : "en")
              .replace("{skip}", korean ? "본문으로" : "To the page")
              .replace("{menu}", korean ? "문서 목록" : "Pages")
              .replace("{top}", top)
              .replace("{navigation}", navigation.html(page.source(), top, pages))
              .replace("{content}", page.html()));
    }
    return List.copyOf(faults);
  }

  private void redirect(Page page, Link link) {
    String destination = link.getDestination();
    if (destination.matches("[a-z]+:.*")) {
      return;
    }
    int hash = destination.indexOf('#');
    String path = hash < 0 ? destination : destination.substring(0, hash);
    String anchor = hash < 0 ? "" : destination.substring(hash + 1);
    String source = path.isEmpty() ? page.source() : resolved(page.source(), path);
    Page target = pages.get(source);
    if (target == null) {
      if (source.startsWith("..") || !Files.exists(repository.resolve(source))) {
        faults.add(page.source() + ": there is no " + destination);
      }
      link.setDestination(SHOWN + source);
      return;
    }
    if (!anchor.isEmpty() && !target.has(anchor)) {
      faults.add(page.source() + ": " + source + " has no heading #" + anchor);
    }
    String up = "../".repeat((int) name(page.source()).chars().filter(c -> c == '/').count());
    link.setDestination(up + name(source) + (anchor.isEmpty() ? "" : "#" + anchor));
  }

  private static String resolved(String source, String path) {
    Path folder = Path.of(source).getParent();
    Path found = folder == null ? Path.of(path) : folder.resolve(path);
    return found.normalize().toString().replace('\\', '/');
  }

  /** The file of a page: {@code docs/adr/x.md} is {@code adr/x.html}. */
  static String name(String source) {
    String inside = source.startsWith("docs/") ? source.substring("docs/".length()) : source;
    return inside.substring(0, inside.length() - ".md".length()) + ".html";
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Site.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
