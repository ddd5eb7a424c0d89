package dev.litegraft.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pages stand together, in which order: a heading a line, and below it pages with two spaces
 * before them, each with another name than its title where two pages have the same.
 */
final class Navigation {
  private final Map<String, List<String>> groups = new LinkedHashMap<>();

  private final Map<String, String> names = new LinkedHashMap<>();

  private Navigation() {}

  static Navigation of(String text) {
    Navigation navigation = new Navigation();
    List<String> group = new ArrayList<>();
    for (String line : text.lines().filter(l -> !l.isBlank()).toList()) {
      if (line.startsWith("  ")) {
        String[] page = line.strip().split(" ", 2);
        group.add(page[0]);
        if (page.length == 2) {
          navigation.names.put(page[0], page[1]);
        }
      } else {
        group = new ArrayList<>();
        navigation.groups.put(line.strip(), group);
      }
    }
    return navigation;
  }

  boolean knows(String source) {
    return pages().contains(source);
  }

  List<String> pages() {
    return groups.values().stream().flatMap(List::stream).toList();
  }

  /** The navigation beside a page. */
  String html(String here, String top, Map<String, Page> pages) {
    StringBuilder html = new StringBuilder();
    groups.forEach(
        (heading, sources) -> {
          html.append("<h2>").append(Site.escaped(heading)).append("</h2>\n<ul>\n");
          for (String source : sources) {
            Page page = pages.get(source);
            if (page != null) {
              html.append("<li><a href=\"")
                  .append(top)
                  .append(Site.name(source))
                  .append('"')
                  .append(source.equals(here) ? " aria-current=\"page\"" : "")
                  .append('>')
                  .append(Site.escaped(names.getOrDefault(source, page.title())))
                  .append("</a></li>\n");
            }
          }
          html.append("</ul>\n");
        });
    return html.toString();
  }
}
