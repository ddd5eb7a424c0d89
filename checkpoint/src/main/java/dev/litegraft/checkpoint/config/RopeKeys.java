package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidCheckpointException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Old and new spellings of config keys, most of them rotary: transformers 5 gathers {@code
 * rope_theta}, {@code rope_scaling} and {@code partial_rotary_factor} in {@code rope_parameters}.
 *
 * <p>Source: {@code transformers/modeling_rope_utils.py}, {@code RotaryEmbeddingConfigMixin}.
 */
final class RopeKeys {
  static final String SCALING = "rope_scaling";
  static final String PARAMETERS = "rope_parameters";

  private static final List<List<String>> SPELLINGS =
      List.of(
          List.of("rope_theta", "rotary_emb_base", PARAMETERS + ".rope_theta"),
          List.of("partial_rotary_factor", "rotary_pct", PARAMETERS + ".partial_rotary_factor"),
          List.of("dtype", "torch_dtype"),
          List.of("rope_type", "type"));

  /** Members of {@code rope_parameters} that are not part of the scaling. */
  private static final Set<String> NOT_SCALING = Set.of("rope_theta", "partial_rotary_factor");

  private RopeKeys() {}

  /** All spellings of the setting, {@code key} among them. */
  static List<String> spellings(String key) {
    for (List<String> group : SPELLINGS) {
      if (group.contains(key)) {
        return group;
      }
    }
    return List.of(key);
  }

  /**
   * Whether a spelling counts more than the older ones: version 5 fills {@code rope_parameters} up
   * from them and reads no others, and writes a class's default beside it.
   */
  static boolean winsOver(String spelling, HfConfig config) {
    return spelling.startsWith(PARAMETERS + ".")
        && SavedBy.UNKNOWN.orOf(config).transformersAtLeast(5, 0);
  }

  /** Whether a spelling holds for the whole model, and not for one layer type. */
  static boolean isFlat(Map<String, @Nullable Object> members, String spelling) {
    return !spelling.startsWith(PARAMETERS + ".") || !isNestedByLayerType(members.get(PARAMETERS));
  }

  /** ModernBERT, Gemma3: {"full_attention": {...}, "sliding_attention": {...}}. */
  static boolean isNestedByLayerType(@Nullable Object parameters) {
    return parameters instanceof Map<?, ?> map
        && !map.isEmpty()
        && map.values().stream().allMatch(v -> v == null || v instanceof Map);
  }

  /** Whether this object is what {@code rope_parameters} says of one layer type. */
  static boolean isOfOneLayerType(String path, Map<String, @Nullable Object> members) {
    return path.startsWith(PARAMETERS + ".") && !members.containsKey(SCALING);
  }

  /** The key under which the scaling stands: {@code rope_scaling} or {@code rope_parameters}. */
  static String scalingKey(Map<String, @Nullable Object> members, String where) {
    Object old = members.get(SCALING);
    Object parameters = members.get(PARAMETERS);
    if (parameters == null || isNestedByLayerType(parameters)) {
      return SCALING;
    }
    if (old == null) {
      return PARAMETERS;
    }
    if (!(old instanceof Map<?, ?> a)
        || !(parameters instanceof Map<?, ?> b)
        || scaling(b).isEmpty()) {
      return SCALING;
    }
    if (!scaling(a).equals(scaling(b))) {
      throw new InvalidCheckpointException(
          "rope_scaling is " + scaling(a) + ", but rope_parameters is " + scaling(b),
          where,
          "in a copy of the folder, leave the wrong one of the two keys out");
    }
    return PARAMETERS;
  }

  /** The members that scale, {@code type} spelt {@code rope_type}. */
  private static Map<Object, Object> scaling(Map<?, ?> parameters) {
    Map<Object, Object> scaling = new LinkedHashMap<>();
    parameters.forEach(
        (key, value) -> {
          if (value != null && !NOT_SCALING.contains(key)) {
            scaling.put(
                "type".equals(key) ? "rope_type" : key,
                value instanceof Number n ? (Object) n.doubleValue() : value);
          }
        });
    return scaling;
  }

  /** Removes every spelling of the setting from a root's members; nested maps are copied. */
  static void removeSpellings(Map<String, @Nullable Object> members, String key) {
    if (members.get(PARAMETERS) instanceof Map<?, ?> old && !isNestedByLayerType(old)) {
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>(old);
      for (String spelling : spellings(key)) {
        if (spelling.startsWith(PARAMETERS + ".")) {
          copy.remove(spelling.substring(PARAMETERS.length() + 1));
        }
      }
      if (key.equals(SCALING)) {
        copy.keySet().retainAll(NOT_SCALING);
      }
      @SuppressWarnings("unchecked")
      Map<String, @Nullable Object> typed = (Map<String, @Nullable Object>) (Map<?, ?>) copy;
      members.put(PARAMETERS, typed.isEmpty() ? null : typed);
    }
    for (String spelling : spellings(key)) {
      if (!spelling.equals(key)) {
        members.remove(spelling);
      }
    }
    if (key.equals(PARAMETERS)) {
      members.remove(SCALING);
    }
  }
}
