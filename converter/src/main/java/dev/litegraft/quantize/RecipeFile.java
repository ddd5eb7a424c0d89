package dev.litegraft.quantize;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.Nearest;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A recipe in a file of its own: a recipe that has a name, and rules, of which the last one counts
 * that holds for a matrix.
 *
 * <pre>
 * {"recipe": "dynamic_wi4_afp32",
 *  "rules": [
 *    {"path": "*.down_proj|*.o_proj", "storage": "int8"},
 *    {"operator": "EMBEDDING_LOOKUP", "storage": "f16"},
 *    {"path": "score", "storage": "f32"}]}
 * </pre>
 *
 * <p>Without a recipe the rules change one that keeps everything in f32. A rule has a path (see
 * {@link Recipe#keepingFloat}), an operator ({@code FULLY_CONNECTED} or {@code EMBEDDING_LOOKUP}),
 * or both. {@code rounding} is {@code plain}, {@code mse}, {@code smooth} or {@code gptq}; {@code
 * confidence} is what was fitted to the file's probabilities.
 */
public final class RecipeFile {
  private static final long MAX_BYTES = 1 << 20;

  /** What was fitted to the probabilities, which is no matter of a recipe's. */
  private static final String CONFIDENCE = "confidence";

  private static final String ROUNDING = "rounding";
  private static final String PLAIN = "plain";
  private static final String LEAST_ERROR = "mse";
  private static final List<String> ROUNDINGS = List.of(PLAIN, LEAST_ERROR, "smooth", "gptq");

  private final Recipe recipe;
  private final Optional<String> rounding;

  private RecipeFile(Recipe recipe, Optional<String> rounding) {
    this.recipe = recipe;
    this.rounding = rounding;
  }

  /**
   * Reads one, and rounds as it says.
   *
   * @throws InvalidRequestException if it is not as above, or rounds by what layers read
   * @throws IOException if it cannot be read
   */
  public static Recipe read(Path file) throws IOException {
    RecipeFile read = open(file);
    String rounding = read.rounding().orElse(PLAIN);
    if (!rounding.equals(PLAIN) && !rounding.equals(LEAST_ERROR)) {
      throw fault(
          "the recipe rounds by " + rounding + ", for which a model has to read texts",
          file.toString(),
          "convert with the command line, or with Calibration of the lab");
    }
    try {
      return rounding.equals(PLAIN) ? read.recipe() : CalibratedRecipe.leastError(read.recipe());
    } catch (InvalidRequestException e) {
      throw roundsNothing(e, file);
    }
  }

  /**
   * Reads one for somebody who rounds.
   *
   * @throws InvalidRequestException if it is not as above
   * @throws IOException if it cannot be read
   */
  public static RecipeFile open(Path file) throws IOException {
    Map<String, @Nullable Object> json;
    try {
      json = Json.read(file, MAX_BYTES);
    } catch (InvalidInputException e) {
      throw InvalidRequestException.of(e);
    }
    String where = file.toString();
    return new RecipeFile(
        recipe(json, where),
        json.containsKey(ROUNDING)
            ? Optional.of(known(text(json, ROUNDING, where), ROUNDINGS, where))
            : Optional.empty());
  }

  /**
   * That a rounding changes nothing of a recipe, where a file says both.
   *
   * @param fault as it is where options say so
   */
  public static InvalidRequestException roundsNothing(InvalidRequestException fault, Path file) {
    InvalidRequestException own =
        fault(
            fault.what(),
            file.toString(),
            "take \"" + ROUNDING + "\" out of the file, or change its recipe and rules");
    own.initCause(fault);
    return own;
  }

  /** Recipe and rules, rounded plainly. */
  public Recipe recipe() {
    return recipe;
  }

  /** How numbers are to be rounded; absent where the file does not say it. */
  public Optional<String> rounding() {
    return rounding;
  }

  private static Recipe recipe(Map<String, @Nullable Object> object, String file) {
    requireKeys(object.keySet(), Set.of("recipe", "rules", ROUNDING, CONFIDENCE), file);
    Recipe base = object.containsKey("recipe") ? named(object, file) : Recipe.F32;
    if (!object.containsKey("rules") && object.containsKey("recipe")) {
      return base;
    }
    if (!(object.get("rules") instanceof List<?> list)) {
      throw fault(
          object.containsKey("rules")
              ? "\"rules\" is " + Json.show(object.get("rules"))
              : "there is neither a recipe nor rules",
          file,
          "a list of rules under the key \"rules\", or the name of a recipe under \"recipe\"");
    }
    if (list.isEmpty() && !object.containsKey("recipe")) {
      throw fault("there are no rules", file, "a list of them under the key \"rules\"");
    }
    if (list.isEmpty()) {
      return base; // as tune writes it, where a recipe as it is was the best
    }
    List<FormRule> rules = new ArrayList<>();
    for (Object rule : list) {
      rules.add(rule(rule, file + ", rule " + (rules.size() + 1)));
    }
    return base.with(rules);
  }

  private static Recipe named(Map<String, @Nullable Object> object, String file) {
    try {
      return Recipe.of(text(object, "recipe", file));
    } catch (InvalidRequestException e) {
      throw fault(e.what(), file, e.remedy());
    }
  }

  private static FormRule rule(@Nullable Object rule, String where) {
    if (!(rule instanceof Map<?, ?> map)) {
      throw fault("a rule is " + Json.show(rule), where, "an object with path and storage");
    }
    requireKeys(map.keySet(), Set.of("path", "operator", "storage"), where);
    Optional<PathPattern> path =
        map.containsKey("path")
            ? Optional.of(PathPattern.of(text(map, "path", where), where))
            : Optional.empty();
    Optional<Matrix.Reader> reader =
        map.containsKey("operator")
            ? Optional.of(one(text(map, "operator", where), Matrix.Reader.values(), where))
            : Optional.empty();
    if (path.isEmpty() && reader.isEmpty()) {
      throw fault("a rule says not for which matrices", where, "a path, an operator, or both");
    }
    return new FormRule(path, reader, one(text(map, "storage", where), MatrixForm.values(), where));
  }

  private static String text(Map<?, ?> map, String key, String where) {
    if (map.get(key) instanceof String text) {
      return text;
    }
    throw fault(
        "\"" + key + "\" is " + (map.containsKey(key) ? Json.show(map.get(key)) : "missing"),
        where,
        "give it a text");
  }

  private static <T> T one(String wanted, T[] known, String where) {
    known(wanted, Arrays.stream(known).map(RecipeFile::word).toList(), where);
    return Arrays.stream(known)
        .filter(value -> word(value).equals(wanted))
        .findFirst()
        .orElseThrow();
  }

  private static String known(String wanted, List<String> known, String where) {
    if (!known.contains(wanted)) {
      throw fault("\"" + wanted + "\" is unknown", where, "one of: " + String.join(", ", known));
    }
    return wanted;
  }

  private static String word(Object value) {
    return value instanceof MatrixForm form ? form.word() : value.toString();
  }

  private static void requireKeys(Collection<?> found, Set<String> known, String where) {
    for (Object key : found) {
      if (!known.contains(key)) {
        throw fault(
            "the key \"" + key + "\" is unknown",
            where,
            Nearest.to(String.valueOf(key), known)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("known keys: " + known.stream().sorted().toList()));
      }
    }
  }

  private static InvalidRequestException fault(String what, String where, String remedy) {
    return new InvalidRequestException(what, where, remedy);
  }
}
