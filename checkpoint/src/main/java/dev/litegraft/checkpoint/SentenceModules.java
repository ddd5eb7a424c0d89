package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Kind;
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
  private static final String PYLATE_DENSE = "pylate.models.Dense.Dense";

  /** Stands in the place of a template that is not read. */
  private static final Reranking ASKED_OTHERWISE =
      new Reranking(List.of(Reranking.QUERY, Reranking.DOCUMENT), "", 0, -1);

  private final Path folder;
  private final String where;
  private final boolean asked;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final ModuleReader modules;
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
    this.modules = new ModuleReader(folder, notes);
  }

  SentenceTransformer read(List<Map<String, @Nullable Object>> listed) throws IOException {
    multi = isMultiVector();
    for (Map<String, @Nullable Object> module : listed) {
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
    if (listed.size() == 1 && isLoneClassifier(model, settings)) {
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
      notes.addAll(ModuleReader.unknown(pooling.config()));
    } else if (scored) {
      throw refused(
          "the module " + Json.show(kind) + " stands behind the one that makes the scores");
    } else if (kind.equals("MultiVectorMask") && multi) {
      mask = ModuleReader.config(path);
    } else if (kind.equals("Dense") && (pooling != null || (multi && !first))) {
      ModuleReader.Layer layer = modules.dense(path, width, multi);
      width = layer.dense().out();
      scored = layer.scores();
      steps.add(layer.dense());
    } else if (kind.equals("LayerNorm") && pooling != null) {
      steps.add(modules.norm(path, width));
    } else if (kind.equals("Normalize") && (pooling != null || isTable() || (multi && !first))) {
      modules.requireNormalize(path, multi);
      steps.add(new Normalize());
    } else if (kind.equals("LogitScore") && second && reading instanceof Vector) {
      words = ModuleReader.config(path);
    } else if (kind.equals("SpladePooling") && second && reading instanceof Vector) {
      reading = ModuleReader.splade(path);
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

  /** Names of folders come from a file that somebody else wrote. */
  private Path inside(String name) {
    return FolderLinks.inside(folder, name)
        .orElseThrow(() -> refused("the path " + Json.show(name) + " leads out of the folder"));
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
    int leftOut =
        new FolderPrompts(folder, modelFolder, settings, notes)
            .leftOut(reading, Optional.ofNullable(pooled));
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

  private InvalidCheckpointException refused(String what) {
    return new InvalidCheckpointException(what, where, ModuleReader.TRY);
  }
}
