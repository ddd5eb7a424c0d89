package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Kind;
import dev.litegraft.checkpoint.SentenceTransformer.Norm;
import dev.litegraft.checkpoint.SentenceTransformer.Normalize;
import dev.litegraft.checkpoint.SentenceTransformer.Reading;
import dev.litegraft.checkpoint.SentenceTransformer.Splade;
import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.SentenceTransformer.Table;
import dev.litegraft.checkpoint.SentenceTransformer.TokenVectors;
import dev.litegraft.checkpoint.SentenceTransformer.Truncate;
import dev.litegraft.checkpoint.SentenceTransformer.Vector;
import dev.litegraft.checkpoint.SentenceTransformer.Words;
import dev.litegraft.checkpoint.config.CheckpointJson;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ProblemTypes;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.LateInteraction;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Reranking;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the modules of a sentence-transformers folder, one after the other. */
final class SentenceModules {
  private static final String VECTOR = "sentence_embedding";
  private static final String SCORES = "scores";
  private static final String TOKENS = "token_embeddings";
  private static final String PYLATE_DENSE = "pylate.models.Dense.Dense";
  private static final String TRY =
      "use a model of the modules Transformer, Pooling, Dense, LayerNorm and Normalize";

  /** Stands in the place of a template that is not read. */
  private static final Reranking ASKED_OTHERWISE =
      new Reranking(List.of(Reranking.QUERY, Reranking.DOCUMENT), "", 0, -1);

  private static final String DOWNLOAD = "download the folder again, with all of its files";

  private final Path folder;
  private final String where;
  private final boolean asked;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable Path model;
  private @Nullable SentencePooling pooling;
  private int width;
  private boolean scored;
  private boolean multi;
  private @Nullable HfConfig words;
  private @Nullable HfConfig mask;
  private Reading reading = new Vector();

  /**
   * @param asked whether a template of the user's takes the place of the folder's own
   */
  SentenceModules(Path folder, String where, boolean asked) {
    this.folder = folder;
    this.where = where;
    this.asked = asked;
  }

  SentenceTransformer read(List<Map<String, @Nullable Object>> modules) throws IOException {
    multi = isMultiVector();
    for (Map<String, @Nullable Object> module : modules) {
      String type = String.valueOf(module.get("type"));
      String kind = type.substring(type.lastIndexOf('.') + 1);
      Path path = inside(String.valueOf(module.getOrDefault("path", "")));
      // Jina's own, which passes texts and a task on.
      boolean passesOn = type.equals("custom_st.Transformer") && model == null;
      if (!type.startsWith("sentence_transformers.") && !type.equals(PYLATE_DENSE) && !passesOn) {
        throw refused("the module " + Json.show(type) + " is custom code in Python");
      }
      add(kind, path);
    }
    if (model == null) {
      throw refused("the modules have no Transformer among them");
    }
    SentenceSettings settings = SentenceSettingsReader.read(folder, model);
    if (modules.size() == 1 && isLoneClassifier(model, settings)) {
      notes.add(
          "config_sentence_transformers.json says no model_type, and the one module is a"
              + " classifier: read as CrossEncoder loads the folder, which takes none of the"
              + " module's own settings");
      settings = SentenceSettings.CLASSIFIER;
    }
    if (settings.multiVector().isPresent()) {
      reading = new TokenVectors(lateInteraction(model, settings));
    }
    HfConfig score = words;
    if (score != null) {
      reading =
          new Words(
              asked
                  ? ASKED_OTHERWISE
                  : RerankingModules.read(model, score, settings.prompt(), settings.chat()));
    }
    return finished(model, settings);
  }

  /**
   * Whether a folder that does not say whose it is can only be a CrossEncoder's.
   *
   * <p>Source: {@code _get_model_type} and {@code _load_converted_modules} of sentence-transformers
   * 6.0's base/model.py, {@code _load_default_modules} of its cross_encoder/model.py.
   */
  private boolean isLoneClassifier(Path model, SentenceSettings settings) throws IOException {
    Path said = folder.resolve(SentenceSettingsReader.OF_FOLDER);
    if (!(reading instanceof Vector)
        || pooling != null
        || (Files.isRegularFile(said) && HfConfig.read(said).has("model_type"))) {
      return false;
    }
    Path config = model.resolve("config.json");
    return settings.task().equals("sequence-classification")
        || (Files.isRegularFile(config) && ProblemTypes.isCrossEncoder(HfConfig.read(config)));
  }

  private boolean isTable() {
    return reading instanceof Table;
  }

  private boolean isMultiVector() throws IOException {
    Path file = folder.resolve("config_sentence_transformers.json");
    return Files.isRegularFile(file)
        && Set.of("MultiVectorEncoder", "ColBERT")
            .contains(HfConfig.read(file).text("model_type", ""));
  }

  private LateInteraction lateInteraction(Path model, SentenceSettings settings)
      throws IOException {
    MultiVectorModules said = settings.multiVector().orElseThrow();
    MultiVectorModules how = said;
    HfConfig skipped = mask;
    if (skipped != null) {
      List<String> tasks =
          skipped.has("skiplist_tasks") ? skipped.texts("skiplist_tasks") : List.of("document");
      if (skipped.has("keep_only_token_ids")) {
        throw refused("the module MultiVectorMask keeps tokens of images alone");
      }
      how =
          said.skipping(
              skipped.has("skiplist_words") ? skipped.texts("skiplist_words") : List.of(),
              tasks.contains("query"),
              tasks.contains("document"));
    } else if (steps.stream().noneMatch(Normalize.class::isInstance)) {
      // PyLate masks and normalises without modules of their own.
      steps.add(new Normalize());
    }
    Path config = model.resolve("tokenizer_config.json");
    return how.resolved(
        CheckpointTokenizer.of(model, folder, Optional.empty(), settings.lowersInTokenizer()),
        Files.isRegularFile(config) ? CheckpointJson.read(config, 16 << 20) : Map.of());
  }

  private void add(String kind, Path path) throws IOException {
    boolean first = model == null;
    boolean second = !first && pooling == null;
    if (kind.equals("StaticEmbedding") && first) {
      model = path;
      reading = new Table(List.of());
    } else if ((kind.equals("Transformer") || kind.equals("MLMTransformer")) && first) {
      model = path;
    } else if (kind.equals("Pooling") && second) {
      pooling = SentencePooling.read(path.resolve("config.json"));
      width = pooling.joinedWidth();
      notes.addAll(unknown(pooling.config()));
    } else if (scored) {
      throw refused(
          "the module " + Json.show(kind) + " stands behind the one that makes the scores");
    } else if (kind.equals("MultiVectorMask") && multi) {
      mask = HfConfig.read(required(path.resolve("config.json")));
    } else if (kind.equals("Dense") && (pooling != null || (multi && !first))) {
      steps.add(dense(path));
    } else if (kind.equals("LayerNorm") && pooling != null) {
      steps.add(norm(path));
    } else if (kind.equals("Normalize") && (pooling != null || isTable() || (multi && !first))) {
      requireOfVector(path);
      steps.add(new Normalize());
    } else if (kind.equals("LogitScore") && second && reading instanceof Vector) {
      words = HfConfig.read(required(path.resolve("config.json")));
    } else if (kind.equals("SpladePooling") && second && reading instanceof Vector) {
      reading = splade(HfConfig.read(required(path.resolve("config.json"))));
    } else if (kind.equals("WeightedLayerPooling") && second) {
      throw refused(
          "the module WeightedLayerPooling reads the vectors of every layer, where those of the"
              + " last one can be converted");
    } else if (!(kind.equals("Dropout") && pooling != null)) {
      throw refused("the module " + Json.show(kind) + " cannot be converted at its place");
    }
  }

  /** What the language model's head is used for is said twice. */
  private void requireTask(String task) {
    boolean fits =
        switch (task) {
          case "text-generation" -> reading instanceof Words;
          case "fill-mask" -> reading instanceof Splade;
          // Before version 5.4 a module of its own, MLMTransformer, said it.
          default -> !(reading instanceof Words);
        };
    if (!fits) {
      throw refused(
          "transformer_task is "
              + Json.show(task)
              + ", and no module that can be converted reads what it gives");
    }
  }

  private static Splade splade(HfConfig config) {
    config.has("embedding_dimension");
    config.has("word_embedding_dimension");
    return new Splade(
        oneOf(config, "pooling_strategy", "max", "sum"),
        oneOf(config, "activation_function", "relu", "log1p_relu"));
  }

  /** Whether a key says the second of two values; the first is the usual one. */
  private static boolean oneOf(HfConfig config, String key, String usual, String other) {
    String value = config.text(key, usual);
    if (!value.equals(usual) && !value.equals(other)) {
      throw new InvalidCheckpointException(
          key + " is " + Json.show(value) + ", where " + usual + " or " + other + " is known",
          config.where() + ", " + key,
          "compare the file with the model's original one");
    }
    return value.equals(other);
  }

  /** Names of folders come from a file that somebody else wrote. */
  private Path inside(String name) {
    return FolderLinks.inside(folder, name)
        .orElseThrow(() -> refused("the path " + Json.show(name) + " leads out of the folder"));
  }

  private Dense dense(Path path) throws IOException {
    HfConfig config = HfConfig.read(required(path.resolve("config.json")));
    int in = config.integer("in_features");
    if (in != width && !(multi && width == 0)) {
      throw new InvalidCheckpointException(
          "in_features is " + in + ", but the module before it makes " + width + " numbers",
          config.where(),
          "download the folder again; its files do not belong together");
    }
    requireName(config, "module_input_name", vectors());
    String output = config.text("module_output_name", vectors());
    scored = output.equals(SCORES);
    if (!scored) {
      requireName(config, "module_output_name", vectors());
    }
    width = config.integer("out_features");
    Dense dense =
        new Dense(
            name(path),
            path,
            in,
            width,
            config.flag("bias", true),
            DenseActivation.read(config, notes),
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
      requireName(config, "module_input_name", vectors());
      requireName(config, "module_output_name", vectors());
      notes.addAll(unknown(config));
    }
  }

  /** What modules read and make: the vector of a text, or those of its tokens. */
  private String vectors() {
    return multi ? TOKENS : VECTOR;
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

  private SentenceTransformer finished(Path modelFolder, SentenceSettings settings)
      throws IOException {
    Kind kind = settings.kind();
    requireModules(kind, settings);
    settings
        .dimensions()
        .filter(dimensions -> kind == Kind.EMBEDDER && (isTable() || dimensions < width))
        .ifPresent(dimensions -> steps.add(new Truncate(dimensions)));
    settings
        .dimensions()
        .filter(dimensions -> kind == Kind.EMBEDDER && !isTable() && dimensions > width)
        .ifPresent(
            dimensions ->
                notes.add(
                    "truncate_dim is "
                        + dimensions
                        + ", and the vector has "
                        + width
                        + " numbers: all of them are kept, as the library keeps them"));
    notes.addAll(settings.notes());
    SentencePooling pooled = pooling;
    boolean withPrompts = pooled == null || pooled.includePrompt();
    int leftOut = prompts(modelFolder, settings, withPrompts);
    return new SentenceTransformer(
        kind,
        reading,
        modelFolder,
        isTable() ? List.of(Pooling.MEAN) : pooled == null ? List.of() : pooled.modes(),
        pooled == null ? 0 : pooled.width(),
        steps,
        kind != Kind.CROSS_ENCODER && withPrompts ? settings : settings.withoutNamedPrompts(),
        notes,
        leftOut);
  }

  private void requireModules(Kind kind, SentenceSettings settings) {
    requireTask(settings.task());
    if (!(reading instanceof Vector)) {
      return;
    }
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

  /**
   * What is done with prompts.
   *
   * @param pooled whether their tokens are pooled with the text's
   * @return how many tokens of each text are not pooled
   */
  private int prompts(Path model, SentenceSettings settings, boolean pooled) throws IOException {
    if (!settings.prompt().isEmpty()) {
      return pooled || !(reading instanceof Vector) ? 0 : tokensOfPrompt(model, settings);
    }
    if (!(reading instanceof Vector || reading instanceof Table || reading instanceof Splade)) {
      return 0; // they are in the template, or in what is said of queries and documents
    }
    List<String> used =
        settings.prompts().entrySet().stream()
            .filter(p -> !p.getValue().isEmpty())
            .map(p -> p.getKey() + " " + Json.show(p.getValue()))
            .toList();
    if (!used.isEmpty()) {
      notes.add(
          (pooled
                  ? "the model was trained with prompts before texts; the file has them by their"
                      + " names (embed --prompt NAME), and puts none there unless asked: "
                  : "the model leaves its prompts out of the pooling, which the file cannot; embed"
                      + " texts without them: ")
              + String.join(", ", used));
    }
    return 0;
  }

  /**
   * Tokens of the default prompt, which the library counts by reading it alone. Of the first token,
   * which its versions pick otherwise, and the largest it is not known what they are behind it.
   */
  private int tokensOfPrompt(Path model, SentenceSettings settings) throws IOException {
    SentencePooling modes = pooling;
    Optional<byte[]> json =
        CheckpointTokenizer.of(model, folder, Optional.empty(), settings.lowersInTokenizer())
            .json();
    boolean picked =
        modes == null || modes.modes().contains(Pooling.CLS) || modes.modes().contains(Pooling.MAX);
    if (picked || json.isEmpty()) {
      throw new InvalidCheckpointException(
          "include_prompt is false, where the pooling "
              + (modes == null ? "" : Pooling.id(modes.modes()) + " ")
              + "of a text behind its prompt cannot be converted"
              + (json.isEmpty() ? " without a tokenizer" : ""),
          folder + ": " + Json.show(settings.prompt()),
          "use a model that pools its prompts with the text");
    }
    int count = PromptLength.of(json.get(), settings, model.toString());
    notes.add(
        "the "
            + count
            + " tokens of the default prompt are before every text, and are left out of the pooling;"
            + " the file holds no other prompt");
    return count;
  }

  private InvalidCheckpointException refused(String what) {
    return new InvalidCheckpointException(what, where, TRY);
  }
}
