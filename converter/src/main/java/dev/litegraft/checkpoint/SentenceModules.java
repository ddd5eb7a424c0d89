package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Kind;
import dev.litegraft.checkpoint.SentenceTransformer.Norm;
import dev.litegraft.checkpoint.SentenceTransformer.Normalize;
import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.SentenceTransformer.Truncate;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the modules of a sentence-transformers folder, one after the other. */
final class SentenceModules {
  private static final String VECTOR = "sentence_embedding";
  private static final String SCORES = "scores";
  private static final String TRY =
      "use a model of the modules Transformer, Pooling, Dense, LayerNorm and Normalize";
  private static final String DOWNLOAD = "download the folder again, with all of its files";

  private final Path folder;
  private final String where;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable Path model;
  private @Nullable SentencePooling pooling;
  private int width;
  private boolean scored;

  SentenceModules(Path folder, String where) {
    this.folder = folder;
    this.where = where;
  }

  SentenceTransformer read(List<Map<String, @Nullable Object>> modules) throws IOException {
    for (Map<String, @Nullable Object> module : modules) {
      String type = String.valueOf(module.get("type"));
      String kind = type.substring(type.lastIndexOf('.') + 1);
      Path path = inside(String.valueOf(module.getOrDefault("path", "")));
      // Jina's own, which passes texts and a task on.
      boolean passesOn = type.equals("custom_st.Transformer") && model == null;
      if (!type.startsWith("sentence_transformers.") && !passesOn) {
        throw refused("the module " + Json.show(type) + " is custom code in Python");
      }
      add(kind, path);
    }
    if (model == null) {
      throw refused("the modules have no Transformer among them");
    }
    SentenceSettings settings = SentenceSettingsReader.read(folder, model);
    return finished(model, settings);
  }

  private void add(String kind, Path path) throws IOException {
    boolean first = model == null;
    boolean second = !first && pooling == null;
    if (kind.equals("Transformer") && first) {
      model = path;
    } else if (kind.equals("Pooling") && second) {
      pooling = SentencePooling.read(path.resolve("config.json"));
      width = pooling.joinedWidth();
      notes.addAll(unknown(pooling.config()));
    } else if (scored) {
      throw refused(
          "the module " + Json.show(kind) + " stands behind the one that makes the scores");
    } else if (kind.equals("Dense") && pooling != null) {
      steps.add(dense(path));
    } else if (kind.equals("LayerNorm") && pooling != null) {
      steps.add(norm(path));
    } else if (kind.equals("Normalize") && pooling != null) {
      requireOfVector(path);
      steps.add(new Normalize());
    } else if (kind.equals("LogitScore")) {
      throw new InvalidCheckpointException(
          "the folder is a reranker that reads two words of a language model (LogitScore), which"
              + " cannot be converted",
          where,
          "use a cross-encoder with a classification head");
    } else if (kind.equals("WeightedLayerPooling") && second) {
      throw refused(
          "the module WeightedLayerPooling reads the vectors of every layer, where those of the"
              + " last one can be converted");
    } else if (!(kind.equals("Dropout") && pooling != null)) {
      throw refused("the module " + Json.show(kind) + " cannot be converted at its place");
    }
  }

  /** Names of folders come from a file that somebody else wrote. */
  private Path inside(String name) {
    return FolderLinks.inside(folder, name)
        .orElseThrow(() -> refused("the path " + Json.show(name) + " leads out of the folder"));
  }

  private Dense dense(Path path) throws IOException {
    HfConfig config = HfConfig.read(required(path.resolve("config.json")));
    int in = config.integer("in_features");
    if (in != width) {
      throw new InvalidCheckpointException(
          "in_features is " + in + ", but the module before it makes " + width + " numbers",
          config.where(),
          "download the folder again; its files do not belong together");
    }
    requireName(config, "module_input_name", VECTOR);
    String output = config.text("module_output_name", VECTOR);
    scored = output.equals(SCORES);
    if (!scored) {
      requireName(config, "module_output_name", VECTOR);
    }
    width = config.integer("out_features");
    Dense dense =
        new Dense(
            name(path),
            path,
            in,
            width,
            config.flag("bias", true),
            activation(config),
            config.flag("use_residual", false),
            config.where() + ", activation_function");
    notes.addAll(unknown(config));
    return dense;
  }

  private Norm norm(Path path) throws IOException {
    HfConfig config = HfConfig.read(required(path.resolve("config.json")));
    int dimension = config.integer("dimension");
    if (dimension != width) {
      throw new InvalidCheckpointException(
          "dimension is " + dimension + ", but the module before it makes " + width + " numbers",
          config.where(),
          "download the folder again; its files do not belong together");
    }
    notes.addAll(unknown(config));
    return new Norm(name(path), path, width);
  }

  /** Older versions wrote no config for this module, which has no other meaning. */
  private void requireOfVector(Path path) throws IOException {
    Path file = path.resolve("config.json");
    if (!path.equals(folder) && Files.isRegularFile(file)) {
      HfConfig config = HfConfig.read(file);
      requireName(config, "module_input_name", VECTOR);
      requireName(config, "module_output_name", VECTOR);
      notes.addAll(unknown(config));
    }
  }

  private static void requireName(HfConfig config, String key, String wanted) {
    String name = config.text(key, wanted);
    if (!name.equals(wanted)) {
      throw new InvalidCheckpointException(
          key + " is " + Json.show(name) + ", where " + wanted + " can be converted",
          config.where(),
          TRY);
    }
  }

  private String name(Path path) {
    return folder.normalize().relativize(path.normalize()).toString().replace('\\', '/');
  }

  /** {@code tanh} of {@code torch.nn.modules.activation.Tanh}. */
  private String activation(HfConfig config) {
    String type = config.text("activation_function", "torch.nn.modules.activation.Tanh");
    if (!type.startsWith("torch.")) {
      notes.add(
          "activation_function of "
              + config.where()
              + " is "
              + Json.show(type)
              + ", which sentence-transformers does not trust: it takes Tanh, and so does the file");
      return "tanh";
    }
    return switch (type.substring(type.lastIndexOf('.') + 1)) {
      case "Tanh" -> "tanh";
      case "Identity" -> "linear";
      case "ReLU" -> "relu";
      case "ReLU6" -> "relu6";
      case "LeakyReLU" -> "leaky_relu";
      case "GELU" -> "gelu";
      case "SiLU" -> "silu";
      case "Mish" -> "mish";
      case "Sigmoid" -> "sigmoid";
      default ->
          throw new InvalidCheckpointException(
              "activation_function is "
                  + Json.show(type)
                  + ", where Tanh, Identity, ReLU, ReLU6, LeakyReLU, GELU, SiLU, Mish or Sigmoid can"
                  + " be converted",
              config.where() + ", activation_function",
              TRY);
    };
  }

  static Path required(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidCheckpointException(
          "the module's folder has no " + file.getFileName(),
          String.valueOf(file.getParent()),
          DOWNLOAD);
    }
    return file;
  }

  /** A note of the keys that nobody read; empty without any. */
  static List<String> unknown(HfConfig config) {
    List<String> keys = config.unread().stream().filter(k -> config.value(k) != null).toList();
    return keys.isEmpty()
        ? List.of()
        : List.of("keys of " + config.where() + " that are not known: " + keys);
  }

  private SentenceTransformer finished(Path modelFolder, SentenceSettings settings) {
    Kind kind = settings.kind();
    requireModules(kind, settings);
    settings
        .dimensions()
        .filter(dimensions -> kind == Kind.EMBEDDER && dimensions < width)
        .ifPresent(dimensions -> steps.add(new Truncate(dimensions)));
    notes.addAll(settings.notes());
    SentencePooling pooled = pooling;
    prompts(settings, pooled == null || pooled.includePrompt());
    return new SentenceTransformer(
        kind,
        modelFolder,
        pooled == null ? List.of() : pooled.modes(),
        pooled == null ? 0 : pooled.width(),
        steps,
        settings,
        notes);
  }

  private void requireModules(Kind kind, SentenceSettings settings) {
    boolean head = settings.task().equals("sequence-classification");
    if (kind == Kind.EMBEDDER && pooling == null) {
      throw refused("the modules have no Pooling among them");
    }
    if (kind == Kind.EMBEDDER && scored) {
      throw refused("the modules of an embedder make scores");
    }
    if (head == (pooling != null)) {
      throw refused(
          head
              ? "a Pooling follows a model with a classification head"
              : "the modules have neither a classification head nor a Pooling among them");
    }
    if (kind == Kind.CROSS_ENCODER && pooling != null && !scored) {
      throw refused("the modules of a CrossEncoder have no Dense that makes the scores");
    }
  }

  /** Of prompts that are left out of the pooling only their absence can be converted. */
  private void prompts(SentenceSettings settings, boolean pooled) {
    if (!settings.prompt().isEmpty()) {
      if (pooled) {
        return;
      }
      throw new InvalidCheckpointException(
          "include_prompt is false, where the pooling of the prompt's tokens cannot be left out",
          folder + ": " + Json.show(settings.prompt()),
          "use a model that pools its prompts with the text");
    }
    List<String> used =
        settings.prompts().entrySet().stream()
            .filter(p -> !p.getValue().isEmpty())
            .map(p -> p.getKey() + " " + Json.show(p.getValue()))
            .toList();
    if (!used.isEmpty()) {
      notes.add(
          (pooled
                  ? "the model was trained with prompts, which are not in the file; put them before"
                      + " the texts: "
                  : "the model leaves its prompts out of the pooling, which the file cannot; embed"
                      + " texts without them: ")
              + String.join(", ", used));
    }
  }

  private InvalidCheckpointException refused(String what) {
    return new InvalidCheckpointException(what, where, TRY);
  }
}
