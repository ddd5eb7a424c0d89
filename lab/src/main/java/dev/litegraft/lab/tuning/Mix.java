package dev.litegraft.lab.tuning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.facts.Confidence;
import dev.litegraft.json.Json;
import dev.litegraft.lab.calibration.Rounding;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.RecipeFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A recipe, how it is rounded, and modules that are stored in a better form.
 *
 * @param recipe its name
 * @param rounding of its numbers; by the built-in texts, where it reads any
 * @param kept kinds of modules, in the order in which they were found to matter
 * @param storage how those are stored, as recipe files call it
 */
record Mix(String recipe, Rounding rounding, List<Kind> kept, String storage) {
  /** A recipe, rounded plainly, whose modules would be stored in the next better form. */
  static Mix of(Recipe recipe) {
    String better =
        recipe == Recipe.DYNAMIC_WI8_AFP32
            ? "int8_weight_only"
            : recipe == Recipe.WEIGHT_ONLY_WI8_AFP32 ? "f16" : "int8";
    return new Mix(recipe.canonicalName(), Rounding.PLAIN, List.of(), better);
  }

  /** The same that is rounded otherwise. */
  Mix rounded(Rounding other) {
    return new Mix(recipe, other, kept, storage);
  }

  Mix keeping(Kind kind) {
    List<Kind> more = new ArrayList<>(kept);
    more.add(kind);
    return new Mix(recipe, rounding, more, storage);
  }

  /** As people see it. */
  String shown() {
    String rounded = rounding == Rounding.PLAIN ? recipe : recipe + " " + rounding.word();
    return kept.isEmpty() ? rounded : rounded + ", " + joined(Kind::name, " | ") + " in " + storage;
  }

  private String joined(Function<Kind, String> part, String separator) {
    return kept.stream().map(part).collect(Collectors.joining(separator));
  }

  /**
   * As a recipe file.
   *
   * @param confidence what was fitted to the probabilities of its file
   */
  String json(Optional<Confidence> confidence) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("recipe", recipe);
    if (rounding != Rounding.PLAIN) {
      json.put("rounding", rounding.word());
    }
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("path", joined(Kind::pattern, "|"));
    rule.put("storage", storage);
    json.put("rules", kept.isEmpty() ? List.of() : List.of(rule));
    confidence.ifPresent(fitted -> json.put("confidence", fitted.json()));
    StringWriter text = new StringWriter();
    try (var out = Json.generator(text)) {
      Json.write(out, json);
    }
    return text + "\n";
  }

  /** The recipe, read from its file, and not rounded yet. */
  Recipe unrounded(Path workspace) throws IOException {
    if (kept.isEmpty()) {
      return Recipe.of(recipe);
    }
    Path file = Files.createTempFile(workspace, "recipe", ".json");
    try {
      Files.writeString(file, json(Optional.empty()), UTF_8);
      return RecipeFile.open(file).recipe();
    } finally {
      Files.delete(file);
    }
  }
}
