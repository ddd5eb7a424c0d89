package dev.litegraft.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The links of a site that is written, Javadoc included: each leads to a file and an anchor that
 * are there. {@link Site} checks the links of the pages' sources; this one what came of them, of
 * the frame around them, and of the Javadoc beside them.
 */
public final class WrittenLinks {
  private static final Pattern LINK = Pattern.compile("\\s(?:href|src)=\"([^\"]*)\"");
  private static final Pattern ANCHOR = Pattern.compile("\\s(?:id|name)=\"([^\"]*)\"");
  private static final String JAVADOC = "javadoc";

  private final Path site;
  private final boolean javadoc;
  private final Map<Path, Set<String>> anchors = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private int links;

  private WrittenLinks(Path site, boolean javadoc) {
    this.site = site;
    this.javadoc = javadoc;
  }

  /** Takes the folder, and whether Javadoc is there: {@code true} or {@code false}. */
  public static void main(String[] args) throws IOException {
    WrittenLinks written = new WrittenLinks(Path.of(args[0]), Boolean.parseBoolean(args[1]));
    List<String> faults = written.check();
    faults.forEach(System.err::println);
    System.out.println(written.links + " links of " + args[0]);
    if (!faults.isEmpty()) {
      System.exit(1);
    }
  }

  /**
   * What is wrong, a line each.
   *
   * @param javadoc whether Javadoc is there; else links to it are passed over
   */
  static List<String> faults(Path site, boolean javadoc) throws IOException {
    return new WrittenLinks(site, javadoc).check();
  }

  private List<String> check() throws IOException {
    List<Path> pages;
    try (Stream<Path> files = Files.walk(site)) {
      pages = files.filter(file -> file.toString().endsWith(".html")).sorted().toList();
    }
    for (Path page : pages) {
      if (javadoc || !page.startsWith(site.resolve(JAVADOC))) {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
          follow(page, link.group(1).replace("&amp;", "&"));
        }
      }
    }
    return faults;
  }

  private void follow(Path page, String link) throws IOException {
    if (link.matches("[a-z]+:.*") || link.startsWith("//") || link.isEmpty()) {
      return;
    }
    links++;
    int hash = link.indexOf('#');
    String path = (hash < 0 ? link : link.substring(0, hash)).replaceFirst("\\?.*", "");
    Path target =
        path.isEmpty()
            ? page
            : Objects.requireNonNull(page.getParent()).resolve(decoded(path)).normalize();
    if (!javadoc && target.startsWith(site.resolve(JAVADOC))) {
      return;
    }
    if (!target.startsWith(site) || !Files.isRegularFile(target)) {
      faults.add(site.relativize(page) + ": there is no " + link);
    } else if (hash >= 0
        && hash + 1 < link.length()
        && target.toString().endsWith(".html")
        && !page.startsWith(site.resolve(JAVADOC)) // javadoc 17 names accessors that it leaves out
        && !anchors(target).contains(decoded(link.substring(hash + 1)))) {
      faults.add(site.relativize(page) + ": " + link + " is no anchor there");
    }
  }

  private static String decoded(String link) {
    return java.net.URLDecoder.decode(
        link.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
  }

  private Set<String> anchors(Path page) throws IOException {
    Set<String> known = anchors.get(page);
    if (known == null) {
      known = new HashSet<>();
      Matcher anchor = ANCHOR.matcher(Files.readString(page));
      while (anchor.find()) {
        known.add(anchor.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
      }
      anchors.put(page, known);
    }
    return known;
  }
}
