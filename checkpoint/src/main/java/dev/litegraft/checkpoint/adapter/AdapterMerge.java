package dev.litegraft.checkpoint.adapter;

import dev.litegraft.checkpoint.adapter.AdapterTensors.Update;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.Nearest;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a base model with an adapter in them: {@code W + scale · B · A}, computed when
 * they are read.
 *
 * <p>Source: {@code peft/tuners/lora/layer.py}, get_delta_weight of Linear and Embedding.
 */
public final class AdapterMerge {
  private static final String WEIGHT = ".weight";

  /** The head of the class that the base model was, which no class with labels has. */
  private static final String UNREAD = "lm_head.";

  private final Adapter adapter;
  private final AdapterConfig config;
  private final HfConfig model;
  private final ModuleNames names;
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();

  /** What the adapter's names have not, and the checkpoint's have: {@code bert.}; often empty. */
  private final String missingPrefix;

  private AdapterMerge(
      Adapter adapter, HfConfig model, ModuleNames names, Map<String, ? extends TensorData> base) {
    this.adapter = adapter;
    this.config = adapter.config();
    this.model = model;
    this.names = names;
    String module = anyLayer(adapter.tensors().updates().keySet());
    String surplus = surplusPrefix(module, base.keySet());
    base.forEach((name, tensor) -> tensors.put(surplus + name, tensor));
    this.missingPrefix = missingPrefix(module);
  }

  /**
   * The tensors of the base model with the adapter merged into them.
   *
   * @param model the base model's config.json
   * @param names what the model's family calls its modules
   * @param base the base model's tensors; for a bare model under an adapter of a class with a head
   *     their names get the prefix that they have in that class
   * @return the tensors by name
   * @throws InvalidCheckpointException if the adapter was made for another base or set of modules,
   *     or is not what its config says
   */
  public static Map<String, TensorData> of(
      Adapter adapter, HfConfig model, ModuleNames names, Map<String, ? extends TensorData> base) {
    AdapterMerge merge = new AdapterMerge(adapter, model, names, base);
    Set<String> stored = new LinkedHashSet<>(merge.tensors.keySet());
    merge.replace();
    adapter.tensors().updates().forEach(merge::update);
    merge.requireEveryTarget(stored);
    merge.requireEverySaved(stored);
    return merge.tensors;
  }

  private static String anyLayer(Collection<String> modules) {
    return modules.stream()
        .filter(m -> Arrays.stream(m.split("\\.", -1)).anyMatch(AdapterConfig::isNumber))
        .findFirst()
        .orElseGet(() -> modules.iterator().next());
  }

  /** {@code bert.} where the adapter says {@code bert.encoder} and the base {@code encoder}. */
  private static String surplusPrefix(String module, Set<String> base) {
    if (base.stream().noneMatch(name -> name.endsWith("." + module + WEIGHT))) {
      for (int dot = module.indexOf('.'); dot > 0; dot = module.indexOf('.', dot + 1)) {
        if (!base.contains(module + WEIGHT) && base.contains(module.substring(dot + 1) + WEIGHT)) {
          return module.substring(0, dot + 1);
        }
      }
    }
    return "";
  }

  /** {@code bert.} where the adapter says {@code encoder} and the base {@code bert.encoder}. */
  private String missingPrefix(String module) {
    String name = module + WEIGHT;
    return tensors.containsKey(name)
        ? ""
        : tensors.keySet().stream()
            .filter(n -> n.endsWith("." + name))
            .findFirst()
            .map(n -> n.substring(0, n.length() - name.length()))
            .orElse("");
  }

  private String inBase(String name) {
    return tensors.containsKey(name) ? name : missingPrefix + name;
  }

  private void replace() {
    adapter
        .tensors()
        .whole()
        .forEach(
            (name, tensor) -> {
              String full = inBase(name);
              TensorData old = tensors.put(full, TensorViews.renamed(tensor, full));
              if (old != null
                  && !old.shape().equals(tensor.shape())
                  && !names.isOfLabels(full)
                  && !isResized(old.shape(), tensor.shape())) {
                throw otherBase(
                    tensor.name() + " has shape " + tensor.shape(),
                    full + " of the base model " + old.shape());
              }
            });
  }

  /** An embedding that has more or fewer words than before. */
  private boolean isResized(Shape old, Shape now) {
    return old.rank() == 2
        && now.rank() == 2
        && old.last() == now.last()
        && model.value("vocab_size") instanceof Number words
        && words.longValue() == old.dim(0);
  }

  private void update(String module, Update update) {
    String full = inBase(module + WEIGHT);
    TensorData base = tensors.get(full);
    String name = update.a().name();
    if (base == null) {
      throw otherBase(
          "the adapter changes " + module,
          "the base model has no tensor "
              + full
              + Nearest.to(full, tensors.keySet()).map(n -> "; the nearest is " + n).orElse(""));
    }
    if (!config.targets(module)) {
      throw new InvalidCheckpointException(
          "the adapter has matrices for "
              + module
              + ", which its target_modules do not name: "
              + config.targetsText(),
          config.where() + ", target_modules",
          "check that " + Adapter.CONFIG + " belongs to the adapter's weights");
    }
    requireRank(module, update);
    if (update.bias().isPresent() && !config.hasBiases()) {
      throw new InvalidCheckpointException(
          "lora_bias is false, but the adapter has " + update.bias().get().name(),
          config.where() + ", lora_bias",
          "check that " + Adapter.CONFIG + " belongs to the adapter's weights");
    }
    boolean turned = update.embedding() || names.isTransposed(module);
    TensorData left = turned ? TensorViews.transposed(update.a()) : update.b();
    TensorData right = turned ? TensorViews.transposed(update.b()) : update.a();
    Shape product = Shape.of(left.shape().dim(0), right.shape().dim(1));
    if (!product.equals(base.shape())) {
      throw otherBase(
          "the adapter changes a matrix of shape " + product + " (" + name + ")",
          full + " of the base model has " + base.shape());
    }
    tensors.put(full, TensorViews.plusProduct(base, config.scale(module), left, right));
    if (config.hasBiases()) {
      addBias(module, update);
    }
  }

  private void addBias(String module, Update update) {
    String full = inBase(module + ".bias");
    TensorData base = tensors.get(full);
    if (update.bias().isEmpty()) {
      throw new InvalidCheckpointException(
          "lora_bias is true, but the adapter has no lora_B.bias for " + module,
          config.where() + ", lora_bias",
          "check that " + Adapter.CONFIG + " belongs to the adapter's weights");
    }
    TensorData bias = update.bias().get();
    if (base == null || !base.shape().equals(bias.shape())) {
      throw otherBase(
          bias.name() + " has shape " + bias.shape(),
          full + " of the base model " + (base == null ? "is not there" : base.shape()));
    }
    tensors.put(full, TensorViews.plusScaled(base, config.scale(module), bias));
  }

  private void requireRank(String module, Update update) {
    Shape a = update.a().shape();
    Shape b = update.b().shape();
    int rank = config.rank(module);
    if (a.rank() != 2 || b.rank() != 2 || a.dim(0) != rank || b.dim(1) != rank) {
      throw new InvalidCheckpointException(
          "the adapter's config says rank "
              + rank
              + " for "
              + module
              + ", but its matrices have the shapes "
              + a
              + " and "
              + b,
          adapter.file().path() + ", tensor " + update.a().name(),
          "check that " + Adapter.CONFIG + " belongs to the adapter's weights");
    }
  }

  private InvalidCheckpointException otherBase(String adapterSays, String baseSays) {
    return new InvalidCheckpointException(
        adapterSays + ", but " + baseSays,
        adapter.file().path().toString(),
        config
            .baseModel()
            .map(
                name ->
                    isThis(name)
                        ? "merge it with PEFT's merge_and_unload(), save the model, and convert that"
                        : "convert the folder of the adapter's own base model, " + name)
            .orElse("convert the folder of the model that the adapter was trained on"));
  }

  /** Whether the folder that is converted has the name of the adapter's own base. */
  private boolean isThis(String base) {
    String folder = model.where().replaceFirst("[/\\\\][^/\\\\]*$", "");
    String name = folder.substring(Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\')) + 1);
    return !name.isEmpty() && name.equals(base.substring(base.lastIndexOf('/') + 1));
  }

  /** Every matrix of a layer that the config names must have been changed. */
  private void requireEveryTarget(Set<String> stored) {
    if (config.targetsText().equals("\"all-linear\"")) {
      return;
    }
    for (String name : tensors.keySet()) {
      if (stored.contains(name) && name.endsWith(WEIGHT)) {
        String full = name.substring(0, name.length() - WEIGHT.length());
        String module =
            full.startsWith(missingPrefix) ? full.substring(missingPrefix.length()) : full;
        if (List.of(module.split("\\.", -1)).stream().anyMatch(AdapterConfig::isNumber)
            && tensor(name).shape().rank() == 2
            && config.targets(module)
            && !adapter.tensors().whole().containsKey(module + WEIGHT)
            && !adapter.tensors().updates().containsKey(module)) {
          throw new InvalidCheckpointException(
              "the base model has "
                  + full
                  + ", which the adapter's target_modules name, but the adapter has no matrices for"
                  + " it",
              config.where() + ", target_modules is " + config.targetsText(),
              config
                  .baseModel()
                  .map(base -> "convert the folder of the adapter's own base model, " + base)
                  .orElse("check that the adapter is complete and was trained on this model"));
        }
      }
    }
  }

  /**
   * What was trained as a whole must have come with the adapter: the base model's own head would
   * answer in its place. PEFT names both {@code score} and {@code classifier} for a classifier.
   */
  private void requireEverySaved(Set<String> stored) {
    for (String saved : config.modulesToSave()) {
      for (String name : stored) {
        String module = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        boolean named = ("." + module + ".").contains("." + saved + ".");
        if (named && !name.startsWith(UNREAD) && !isReplaced(name)) {
          throw new InvalidCheckpointException(
              "modules_to_save names " + saved + ", but the adapter has no " + name,
              adapter.file().path().toString(),
              "save the adapter again with save_pretrained(), with all of its tensors");
        }
      }
    }
  }

  private boolean isReplaced(String name) {
    return adapter.tensors().whole().keySet().stream().anyMatch(w -> inBase(w).equals(name));
  }

  private TensorData tensor(String name) {
    return java.util.Objects.requireNonNull(tensors.get(name));
  }
}
