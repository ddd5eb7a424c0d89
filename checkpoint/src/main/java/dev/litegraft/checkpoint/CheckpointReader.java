package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.adapter.Adapter;
import dev.litegraft.checkpoint.adapter.AdapterMerge;
import dev.litegraft.checkpoint.adapter.AdapterTask;
import dev.litegraft.checkpoint.config.ConfigKeys;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.checkpoint.config.QuantizedWeights;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.checkpoint.consolidated.ConsolidatedWeights;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.Shell;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens a folder, and an adapter's, step by step: what it is, its config, its weights, and what of
 * it is read as what.
 */
final class CheckpointReader {
  static final String CONFIG = "config.json";

  private final Path folder;
  private final Optional<Path> adapterFolder;
  private final Optional<ReadAs> readAs;
  private final Optional<Checkpoint.Asking> asking;
  private final Families families;
  private final Map<String, @Nullable Object> adapterSettings;
  private final List<TensorFile> files = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private Optional<SetFit> setFit = Optional.empty();

  CheckpointReader(
      Path folder,
      Optional<Path> adapterFolder,
      Optional<ReadAs> readAs,
      Optional<Checkpoint.Asking> asking,
      Families families,
      Map<String, @Nullable Object> adapterSettings) {
    this.adapterSettings = adapterSettings;
    this.asking = asking;
    this.families = families;
    this.folder = folder;
    this.adapterFolder = adapterFolder;
    this.readAs = readAs;
  }

  Checkpoint open() throws IOException {
    requireFolder(folder);
    FolderLinks.require(folder);
    if (adapterFolder.isPresent() && Files.isDirectory(adapterFolder.get())) {
      FolderLinks.require(adapterFolder.get());
    }
    Optional<SentenceTransformer> own =
        readAs.isPresent() && !isEmbedder()
            ? Optional.empty()
            : SentenceTransformer.find(folder, asking.isPresent());
    Optional<SentenceTransformer> ofAdapter =
        adapterFolder.isPresent()
            ? SentenceTransformer.find(adapterFolder.get())
            : Optional.empty();
    setFit = SetFit.find(folder, readAs);
    if (setFit.isPresent()) {
      own = Optional.of(setFit.get().behind(SentenceTransformer.find(folder)));
    }
    Path model = own.map(SentenceTransformer::modelFolder).orElse(folder);
    FolderFiles.requireOneModel(model);
    if (own.isEmpty()) {
      own = Model2Vec.find(folder);
    }
    if (own.isEmpty()) {
      own = StanfordColbert.find(folder);
    }
    boolean table = own.filter(s -> s.reading() instanceof SentenceTransformer.Table).isPresent();
    HfConfig config = table ? StaticTable.config(model) : HfConfig.read(requireConfig(model));
    Optional<CustomCode> code = families.customCode(config);
    if (code.isPresent()) {
      config = code.get().config();
      notes.add(code.get().note());
    }
    ConfigKeys.requireConvertible(config);
    // An adapter that sentence-transformers saved brings all modules with it.
    Optional<SentenceTransformer> sentence =
        asked(model, config, ofAdapter.isPresent() ? ofAdapter : own);
    for (Map.Entry<String, @Nullable Object> setting : settings(sentence).entrySet()) {
      config = config.with(setting.getKey(), setting.getValue());
    }
    try {
      return opened(model, config, sentence, code);
    } catch (Throwable t) {
      closeAll(files, t);
      throw t;
    }
  }

  /** A reranker's template goes before what the folder says of itself. */
  private Optional<SentenceTransformer> asked(
      Path model, HfConfig config, Optional<SentenceTransformer> own) throws IOException {
    boolean words = own.filter(s -> s.reading() instanceof SentenceTransformer.Words).isPresent();
    if (asking.isEmpty() && !words) {
      return own;
    }
    CheckpointTokenizer tokenizer =
        CheckpointTokenizer.of(
            model,
            folder,
            Optional.empty(),
            own.map(s -> s.settings().lowersInTokenizer()).orElse(false));
    Optional<SentenceTransformer> sentence = own;
    if (asking.isPresent()) {
      boolean causal =
          config.texts("architectures").stream().limit(1).anyMatch(n -> n.endsWith("ForCausalLM"));
      if (!causal || (own.isPresent() && !words)) {
        throw new InvalidCheckpointException(
            "a template for rerankers is given, and the folder holds no causal language model that"
                + " is read as it is: "
                + config.texts("architectures"),
            config.where() + ", architectures",
            "leave --reranker out: cross-encoders with a head and embedders need no template");
      }
      sentence = Optional.of(SentenceTransformer.reranker(asking.get().of(tokenizer)));
    }
    if (sentence.isPresent()
        && sentence.get().reading() instanceof SentenceTransformer.Words read) {
      RerankingTokens.require(tokenizer, read.reranking());
    }
    return sentence;
  }

  private boolean isEmbedder() {
    return readAs.filter(ReadAs.EMBEDDER::equals).isPresent();
  }

  private static Map<String, @Nullable Object> settings(Optional<SentenceTransformer> sentence) {
    return sentence.isPresent() ? sentence.get().settings().modelSettings() : Map.of();
  }

  private Checkpoint opened(
      Path model, HfConfig read, Optional<SentenceTransformer> sentence, Optional<CustomCode> code)
      throws IOException {
    WeightFiles.Found found = WeightFiles.find(model);
    for (Path file : found.files()) {
      files.add(WeightFiles.open(file));
    }
    Map<String, RawTensorData> tensors = found.isInParts() ? Map.of() : merged(files);
    QuantizedWeights.refuse(tensors.keySet(), model.toString());
    requireIndexed(files, found.index(), found.indexFile());
    if (found.isConsolidated()) {
      tensors = consolidated(found, tensors, read);
    }
    files.forEach(file -> notes.addAll(file.notes()));
    tensors = TensorNames.unwrapped(tensors, model.toString(), notes);
    TextPart text = TextPart.of(read, tensors, notes);
    tensors = text.tensors();
    HfConfig config = text.config();
    SavedBy savedBy = sentence.map(s -> s.settings().savedBy()).orElse(SavedBy.UNKNOWN).orOf(read);
    // What sentence-transformers says of transformers goes before what config.json does.
    // A folder's own code says what it reads, whichever version saved it.
    if (code.isPresent()) {
      config = config.without("transformers_version");
    } else if (savedBy.transformers().isPresent()) {
      config = config.with("transformers_version", savedBy.transformers().get());
    }
    if (code.isEmpty()
        && Boolean.FALSE.equals(config.value("is_causal"))
        && savedBy.transformersBefore(5, 2)) {
      notes.add(
          "is_causal is false, which transformers "
              + savedBy.transformers().get()
              + ", which saved the folder, does not read: a decoder is causal there, and in the"
              + " file; transformers 5.2 and later would let every token see all");
    }
    Optional<Adapter> adapter = Optional.empty();
    if (adapterFolder.isPresent()) {
      Path root =
          sentence
              .map(SentenceTransformer::modelFolder)
              .filter(path -> path.startsWith(adapterFolder.get()))
              .orElse(adapterFolder.get());
      Adapter opened = Adapter.open(root, adapterSettings);
      adapter = Optional.of(text.module().isEmpty() ? opened : opened.within(text.module()));
      files.add(adapter.get().file());
    }
    Map<String, RawTensorData> stored = new LinkedHashMap<>(tensors);
    Map<String, TensorData> plain = new LinkedHashMap<>(tensors);
    plain = code.isPresent() ? code.get().tensors().apply(plain) : plain;
    Map<String, TensorData> named = families.tensors(config, plain);
    Map<String, TensorData> used = new LinkedHashMap<>(named);
    if (adapter.isPresent()) {
      ModuleNames modules = families.moduleNames(config);
      used = AdapterMerge.of(adapter.get(), config, modules, named);
      config = AdapterTask.config(adapter.get(), config, modules, used);
      stored.putAll(adapter.get().file().tensors());
    }
    TrainedClass trained =
        TrainedClass.of(
            config,
            used,
            sentence,
            setFit.isPresent() ? Optional.empty() : readAs,
            adapter.isPresent(),
            notes);
    config = setFit.isPresent() ? setFit.get().labelled(trained.config()) : trained.config();
    if (trained.sentence().isPresent()) {
      Map<String, RawTensorData> ofModules = new LinkedHashMap<>();
      setFit.ifPresent(head -> ofModules.putAll(head.tensors()));
      trained.sentence().get().openWeights(config, files, ofModules);
      stored.putAll(ofModules);
      used.putAll(ofModules);
    }
    FolderFiles.note(model, folder, adapterFolder, notes);
    FolderFiles.noteWhatCounts(model, read, notes);
    return new Checkpoint(
        new Checkpoint.Opened(
            model,
            folder,
            config,
            savedBy,
            List.copyOf(files),
            stored,
            CheckpointWeights.of(used, model + adapter.map(a -> " with " + a.folder()).orElse("")),
            trained.sentence(),
            adapter,
            List.copyOf(notes)));
  }

  /** What the family's own program calls by other names and keeps in another order. */
  private Map<String, RawTensorData> consolidated(
      WeightFiles.Found found, Map<String, RawTensorData> whole, HfConfig config) {
    Path folder = Objects.requireNonNull(found.files().get(0).getParent());
    if (!families.isConsolidated(config)) {
      throw new InvalidCheckpointException(
          "the folder has its weights only as "
              + found.files().get(0).getFileName()
              + ", in the form of Meta's and Mistral's own programs, which is read of Llama and"
              + " Mistral; config.json says "
              + config.texts("architectures"),
          folder.toString(),
          "use the model's folder with model.safetensors or its shards");
    }
    notes.add(
        "the weights are "
            + found.files().get(0).getFileName()
            + (found.files().size() > 1 ? " and " + (found.files().size() - 1) + " more" : "")
            + ", in the form of Meta's and Mistral's own programs: they were read as transformers'"
            + " conversion scripts read them");
    return ConsolidatedWeights.of(
        found.isInParts() ? files.stream().map(TensorFile::tensors).toList() : List.of(whole),
        config,
        folder.toString());
  }

  private static void requireFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new InvalidCheckpointException(
          "there is no such folder", folder.toString(), "check the path of the checkpoint");
    }
    if (!Files.isDirectory(folder)) {
      throw new InvalidCheckpointException(
          "the path is a file, where the folder of a checkpoint is needed",
          folder.toString(),
          "give the folder that holds config.json and model.safetensors");
    }
    try (Stream<Path> list = Files.list(folder)) {
      if (list.findAny().isEmpty()) {
        throw new InvalidCheckpointException(
            "the folder is empty, where config.json and model.safetensors are needed",
            folder.toString(),
            "check the path, or download the checkpoint again");
      }
    }
  }

  private static Path requireConfig(Path folder) throws IOException {
    Path config = folder.resolve(CONFIG);
    if (Files.isRegularFile(config)) {
      return config;
    }
    if (Files.exists(folder.resolve("adapter_config.json"))) {
      throw new InvalidCheckpointException(
          "the folder has no config.json, but adapter_config.json: it is an adapter, not a model",
          folder.toString(),
          "convert the folder of the base model, with --adapter " + Shell.word(folder.toString()));
    }
    if (Files.exists(folder.resolve("gliner_config.json"))) {
      throw new InvalidCheckpointException(
          "the folder has no config.json, but gliner_config.json: GLiNER compares spans of a text with"
              + " labels that it reads in the same row, which no class of transformers does",
          folder.toString(),
          "use a model that was trained for its labels (…ForTokenClassification), or litegraft"
              + " classify --labels with a model for natural language inference");
    }
    String remedy = "download the checkpoint again, with config.json";
    try (Stream<Path> list = Files.list(folder)) {
      remedy =
          list.filter(p -> Files.isRegularFile(p.resolve(CONFIG)))
              .sorted()
              .findFirst()
              .map(p -> "there is one in the folder " + p + "; give that folder")
              .orElse(remedy);
    }
    throw new InvalidCheckpointException(
        "the folder has no config.json" + MissingWeights.besides(folder),
        folder.toString(),
        MissingWeights.remedyWithoutConfig(folder, remedy));
  }

  private static Map<String, RawTensorData> merged(List<TensorFile> files) {
    Map<String, RawTensorData> all = new LinkedHashMap<>();
    Map<String, Path> owners = new LinkedHashMap<>();
    for (TensorFile file : files) {
      file.tensors()
          .forEach(
              (name, tensor) -> {
                Path other = owners.put(name, file.path());
                if (other != null) {
                  throw new InvalidCheckpointException(
                      "the tensor "
                          + name
                          + " stands in two shards: "
                          + other.getFileName()
                          + " and "
                          + file.path().getFileName(),
                      file.path().toString(),
                      "download or save the checkpoint again");
                }
                all.put(name, tensor);
              });
    }
    return all;
  }

  private static void requireIndexed(
      List<TensorFile> files, Map<String, Path> index, Path indexFile) {
    Map<Path, TensorFile> byPath = new LinkedHashMap<>();
    files.forEach(f -> byPath.put(f.path(), f));
    index.forEach(
        (tensor, path) -> {
          TensorFile file = byPath.get(path);
          if (file == null || !file.tensors().containsKey(tensor)) {
            throw new InvalidCheckpointException(
                "the index says that "
                    + tensor
                    + " is in "
                    + path.getFileName()
                    + ", which does not have it",
                indexFile.toString(),
                "download or save the checkpoint again; shards and index do not belong together");
          }
        });
  }

  static void closeAll(List<TensorFile> files, Throwable reason) {
    for (TensorFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }
}
