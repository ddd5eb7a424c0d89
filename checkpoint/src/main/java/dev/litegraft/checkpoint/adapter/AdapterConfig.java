package dev.litegraft.checkpoint.adapter;

import dev.litegraft.checkpoint.config.AnswerChangingKeys;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A PEFT adapter's {@code adapter_config.json}, of a LoRA that can be merged.
 *
 * <p>Source: {@code peft/tuners/lora/config.py}, LoraConfig; {@code peft/tuners/tuners_utils.py},
 * check_target_module_exists; {@code peft/utils/other.py}, get_pattern_key.
 */
final class AdapterConfig {
  /** Keys of training and bookkeeping, and those that PEFT sets by the kind of a module. */
  private static final Set<String> HARMLESS =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "revision",
          "inference_mode",
          "peft_version",
          "lora_dropout",
          "fan_in_fan_out",
          "bias",
          "eva_config",
          "loftq_config",
          "megatron_config",
          "megatron_core",
          "qalora_group_size",
          "runtime_config",
          "ensure_weight_tying");

  /** Kinds of LoRA that are more than a product of two matrices. */
  private static final List<String> OTHER_KINDS =
      List.of(
          "use_dora",
          "use_qalora",
          "use_bdlora",
          "layer_replication",
          "trainable_token_indices",
          "target_parameters",
          "alora_invocation_tokens",
          "arrow_config",
          "corda_config",
          "lora_ga_config");

  /** Ways to begin the training that leave the base model's weights as they are. */
  private static final Set<Object> PLAIN_BEGINNINGS =
      Set.of(true, false, "gaussian", "eva", "orthogonal");

  private final HfConfig config;
  private final int rank;
  private final double alpha;
  private final boolean rootOfRank;
  private final Map<PythonPattern, Double> ranks;
  private final Map<PythonPattern, Double> alphas;
  private final Predicate<String> targets;
  private final Predicate<String> layers;

  /** What the module that is read is called in the model that was trained; mostly empty. */
  private final String inWhole;

  private AdapterConfig(HfConfig config, String inWhole) {
    this.config = config;
    this.inWhole = inWhole;
    this.rank = config.integer("r");
    this.alpha = config.number("lora_alpha", 8);
    this.rootOfRank = config.flag("use_rslora", false);
    this.ranks = patterns("rank_pattern");
    this.alphas = patterns("alpha_pattern");
    Predicate<String> excluded =
        AnswerChangingKeys.isEmpty(config.value("exclude_modules"))
            ? module -> false
            : modules("exclude_modules");
    this.targets = modules("target_modules").and(excluded.negate());
    this.layers = layers();
  }

  /**
   * Reads a file.
   *
   * @param settings keys of it whose values are taken to be others
   * @throws InvalidCheckpointException if it is no LoRA, or one that cannot be merged
   */
  static AdapterConfig read(Path file, Map<String, @Nullable Object> settings) throws IOException {
    HfConfig config = HfConfig.read(file);
    for (Map.Entry<String, @Nullable Object> setting : settings.entrySet()) {
      config = config.with(setting.getKey(), setting.getValue());
    }
    String type = config.text("peft_type");
    if (!type.equals("LORA")) {
      throw new InvalidCheckpointException(
          "the adapter is of the type " + Json.show(type) + ", where \"LORA\" can be merged",
          file + ", peft_type",
          "train a LoRA adapter, or merge this one with PEFT's merge_and_unload()");
    }
    requirePlain(config);
    AdapterConfig adapter = new AdapterConfig(config, "");
    if (adapter.rank < 1) {
      throw new InvalidCheckpointException(
          "r is " + adapter.rank + ", where a rank of 1 or more is needed",
          file + ", r",
          "compare with the adapter's original adapter_config.json");
    }
    return adapter;
  }

  private static void requirePlain(HfConfig config) {
    for (String key : OTHER_KINDS) {
      Object value = config.value(key);
      if (!AnswerChangingKeys.isEmpty(value)) {
        throw cannotMerge(config, key, value);
      }
      config.has(key);
    }
    Object beginning = config.value("init_lora_weights");
    config.has("init_lora_weights");
    if (beginning != null && !PLAIN_BEGINNINGS.contains(beginning)) {
      throw cannotMerge(config, "init_lora_weights", beginning);
    }
  }

  private static InvalidCheckpointException cannotMerge(
      HfConfig config, String key, @Nullable Object value) {
    return new InvalidCheckpointException(
        key + " is " + Json.show(value) + ", where only a plain LoRA can be merged",
        config.where() + ", " + key,
        "merge it with PEFT's merge_and_unload(), save the model, and convert that");
  }

  private Map<PythonPattern, Double> patterns(String key) {
    Map<PythonPattern, Double> patterns = new LinkedHashMap<>();
    Optional<HfConfig> object = config.at(key);
    if (object.isPresent()) {
      for (String regex : object.get().keys()) {
        patterns.put(
            PythonPattern.of(regex, "(?:.*\\.)?(?:%s)", object.get().where()),
            number(object.get(), regex));
      }
    }
    return patterns;
  }

  /** By the literal key: module names have dots in them. */
  private static double number(HfConfig object, String key) {
    if (object.value(key) instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw new InvalidCheckpointException(
        key + " is " + Json.show(object.value(key)) + ", where a number is needed",
        object.where(),
        "compare with the adapter's original adapter_config.json");
  }

  /** A list has ends of module names; a string is an expression for all of the name. */
  private Predicate<String> modules(String key) {
    Object value = config.value(key);
    if (value instanceof String regex) {
      config.has(key);
      return regex.equals("all-linear")
          ? module -> true
          : PythonPattern.of(regex, "%s", config.where() + ", " + key)::matches;
    }
    List<String> names = config.texts(key);
    if (names.isEmpty()) {
      throw new InvalidCheckpointException(
          key + " is " + Json.show(value) + ", where names of modules are needed",
          config.where() + ", " + key,
          "compare with the adapter's original adapter_config.json");
    }
    return module -> names.stream().anyMatch(n -> module.equals(n) || module.endsWith("." + n));
  }

  /** The layers that {@code layers_to_transform} names, by the first number in a module's name. */
  private Predicate<String> layers() {
    Object value = config.value("layers_to_transform");
    config.has("layers_pattern");
    if (value == null) {
      return module -> true;
    }
    List<Integer> numbers = new ArrayList<>();
    if (value instanceof List<?>) {
      config.numbers("layers_to_transform").forEach(n -> numbers.add(n.intValue()));
    } else {
      numbers.add(config.integer("layers_to_transform"));
    }
    return module -> {
      for (String name : module.split("\\.", -1)) {
        if (isNumber(name)) {
          return numbers.contains(Integer.parseInt(name));
        }
      }
      return false;
    };
  }

  /** Whether a module's name is one of a list: a layer's. */
  static boolean isNumber(String name) {
    return name.matches("[0-9]{1,6}");
  }

  String where() {
    return config.where();
  }

  /** The rank of a module's matrices. */
  int rank(String module) {
    return (int) Math.round(of(module, ranks, rank));
  }

  /** What the product of a module's matrices is multiplied with. */
  float scale(String module) {
    double r = rank(module);
    return (float) (of(module, alphas, alpha) / (rootOfRank ? Math.sqrt(r) : r));
  }

  private double of(String module, Map<PythonPattern, Double> patterns, double otherwise) {
    for (Map.Entry<PythonPattern, Double> entry : patterns.entrySet()) {
      if (names(module).stream().anyMatch(entry.getKey()::matches)) {
        return entry.getValue();
      }
    }
    return otherwise;
  }

  /** Whether the adapter changes a module. */
  boolean targets(String module) {
    return names(module).stream().anyMatch(name -> targets.test(name) && layers.test(name));
  }

  /** The names of a module of the text's part, alone and in the model that reads images too. */
  private List<String> names(String module) {
    int dot = module.indexOf('.') + 1;
    return inWhole.isEmpty()
        ? List.of(module)
        : List.of(
            module, module.substring(0, dot) + inWhole + module.substring(dot), inWhole + module);
  }

  /** The same of an adapter that was trained on a model of which only this module is read. */
  AdapterConfig within(String module) {
    return new AdapterConfig(config, module);
  }

  /** Whether the second matrix of every module has a bias. */
  boolean hasBiases() {
    return config.flag("lora_bias", false);
  }

  /** The modules that were trained as a whole; those that no model has are named too. */
  List<String> modulesToSave() {
    return config.value("modules_to_save") == null ? List.of() : config.texts("modules_to_save");
  }

  /** {@code target_modules}, as messages show it. */
  String targetsText() {
    return Json.show(config.value("target_modules"));
  }

  /**
   * {@code SEQ_CLS}, {@code TOKEN_CLS}, {@code FEATURE_EXTRACTION} …; absent where it says none.
   */
  Optional<String> taskType() {
    return config.has("task_type") ? Optional.of(config.text("task_type")) : Optional.empty();
  }

  /** The class that was trained, where the config says it and no task type. */
  Optional<String> trainedClass() {
    return config.value("auto_mapping.base_model_class") instanceof String name
        ? Optional.of(name)
        : Optional.empty();
  }

  /** The model that the adapter says it was made for. */
  Optional<String> baseModel() {
    return config.value("base_model_name_or_path") instanceof String name && !name.isBlank()
        ? Optional.of(name)
        : Optional.empty();
  }

  /** Keys that say something, were not read, and that nobody knows. */
  List<String> unknownKeys() {
    return config.unread().stream()
        .filter(key -> !HARMLESS.contains(key.replaceFirst("\\..*", "")))
        .filter(key -> !AnswerChangingKeys.isEmpty(config.value(key)))
        .filter(key -> !key.startsWith("rank_pattern.") && !key.startsWith("alpha_pattern."))
        .toList();
  }
}
