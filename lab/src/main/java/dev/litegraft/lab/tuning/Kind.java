package dev.litegraft.lab.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Modules that differ in the numbers of their layers alone.
 *
 * @param name with {@code *} for any number: {@code model.layers.*.mlp.down_proj}
 * @param pattern that fits these and no others, as recipe files have it: the name, or the paths
 *     themselves where {@code *}, which spans dots, would fit others, too
 */
record Kind(String name, String pattern) {
  /** The kinds of a model's matrices, in the order of their first paths. */
  static List<Kind> of(List<String> paths) {
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (String path : paths) {
      String name =
          Arrays.stream(path.split("\\.", -1))
              .map(part -> part.matches("\\d+") ? "*" : part)
              .collect(Collectors.joining("."));
      byName.computeIfAbsent(name, any -> new ArrayList<>()).add(path);
    }
    List<Kind> kinds = new ArrayList<>();
    byName.forEach(
        (name, own) -> {
          Pattern fits =
              Pattern.compile(
                  Arrays.stream(name.split("\\*", -1))
                      .map(Pattern::quote)
                      .collect(Collectors.joining(".*")));
          boolean exact =
              paths.stream().filter(path -> fits.matcher(path).matches()).count() == own.size();
          kinds.add(new Kind(name, exact ? name : String.join("|", own)));
        });
    return kinds;
  }
}
