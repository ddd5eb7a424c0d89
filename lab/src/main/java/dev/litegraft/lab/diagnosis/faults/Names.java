package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a model's family calls its settings and modules.
 *
 * @param config the settings
 * @param keys the names of settings
 * @param modules the names of modules
 */
record Names(HfConfig config, ConfigNames keys, ModuleNames modules) {
  static Names of(VariantModel own) {
    Architecture family = own.model().architecture();
    return new Names(own.config(), family.configNames(), family.moduleNames());
  }

  /** The key under which the config counts its layers. */
  Optional<String> layers() {
    return present(List.of(keys.layers())).stream().findFirst();
  }

  /** The key of the norms' epsilon, where the config has it. */
  Optional<String> epsilon() {
    return present(keys.epsilon()).stream().findFirst();
  }

  /** The keys of the activation that the config has. */
  List<String> activations() {
    return present(keys.activations());
  }

  /** d. */
  Optional<Integer> width() {
    return ConfigNames.number(config, keys.width());
  }

  /** h. */
  Optional<Integer> heads() {
    return ConfigNames.number(config, keys.heads());
  }

  /** k; as many as query heads where the config does not say. */
  Optional<Integer> sharedHeads() {
    return ConfigNames.number(config, keys.sharedHeads()).or(this::heads);
  }

  /** e. */
  Optional<Integer> headWidth() {
    return ConfigNames.number(config, keys.headWidth())
        .or(() -> width().flatMap(d -> heads().map(h -> Math.max(1, d / h))));
  }

  private List<String> present(List<String> names) {
    return names.stream().filter(config::has).toList();
  }

  /** {@code model.layers.3.self_attn.q_proj} to {@code self_attn.q_proj}: one for all layers. */
  static String kind(String module) {
    String[] parts = module.split("\\.", -1);
    int from = Math.max(0, parts.length - 2);
    for (int i = 0; i < parts.length - 1; i++) {
      if (parts[i].matches("\\d+")) {
        from = i + 1;
      }
    }
    return String.join(".", Arrays.copyOfRange(parts, from, parts.length));
  }
}
