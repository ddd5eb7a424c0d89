package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a listing a model is read from: its configs and its tokenizer, the modules of
 * sentence-transformers, and its weights once, in one container and one precision, safetensors
 * before PyTorch's.
 */
final class NeededFiles {
  static final String MODULES = "modules.json";
  static final String INDEX = "model.safetensors.index.json";
  static final String PICKLED_INDEX = "pytorch_model.bin.index.json";

  private static final String CONFIG = "config.json";
  private static final String ADAPTER_CONFIG = "adapter_config.json";
  private static final String SINGLE = "model.safetensors";
  private static final String PICKLED = "pytorch_model.bin";
  private static final List<String> OF_ADAPTER =
      List.of("adapter_model.safetensors", "adapter_model.bin");
  private static final String SAFETENSORS = ".safetensors";
  private static final String CONSOLIDATED = "consolidated";
  private static final String CONSOLIDATED_INDEX = "consolidated.safetensors.index.json";
  private static final String HEAD = "model_head.pkl";
  private static final String TEMPLATES = "additional_chat_templates/";

  private static final Set<String> SUFFIXES = Set.of("json", "txt", "model", "jinja");

  /** Of training, and of other programs: nobody reads them. */
  private static final Pattern IGNORED =
      Pattern.compile(
          "trainer_state\\.json|training_args\\.json|(.*_)?(results?|metrics|scores|history)\\.json"
              + "|(eval|expected|test|train|predictions?|onnx_config|ort_config|openvino_config"
              + "|quant_strategy|merge_log|params|tekken|croissant)\\.json"
              + "|requirements.*\\.txt|(licen[cs]e|notice|use_policy|readme|citation).*"
              + "|(tf_model\\.h5|flax_model\\.msgpack|model\\.ckpt)\\.index\\.json",
          Pattern.CASE_INSENSITIVE);

  /** Larger ones of these suffixes are data, unless a tokenizer is read from them. */
  private static final long MOST_OTHER = 8L << 20;

  private static final Set<String> TOKENIZER =
      Set.of(
          "tokenizer.json",
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          "spiece.model",
          "sentencepiece.bpe.model",
          "tokenizer.model",
          "spm.model",
          INDEX,
          PICKLED_INDEX,
          CONSOLIDATED_INDEX);

  private static final List<String> FOREIGN =
      List.of(".gguf", ".h5", ".msgpack", ".onnx", ".ckpt", ".pth", ".pt", ".nemo", ".tflite");

  private final ModelName name;
  private final Listing listing;
  private final String base;

  /**
   * @param base the folder in which the model is, with a slash behind; empty for the whole
   */
  NeededFiles(ModelName name, Listing listing, String base) {
    this.name = name;
    this.listing = listing;
    this.base = base;
  }

  /** What a file of the snapshot holds. */
  interface Content {
    byte[] of(HubFile file) throws IOException;
  }

  /**
   * The small files that say what the model is.
   *
   * @throws HubException if nothing says it
   */
  List<HubFile> first() {
    if (!has(CONFIG) && !has(MODULES) && !has(ADAPTER_CONFIG)) {
      throw noConfig();
    }
    return in(base).filter(file -> isSmall(file) || file.last().equals(HEAD)).toList();
  }

  private boolean has(String file) {
    return listing.find(base + file) != null;
  }

  private HubException noConfig() {
    boolean isThere = listing.files().keySet().stream().anyMatch(file -> file.startsWith(base));
    List<String> others =
        listing.files().keySet().stream()
            .filter(file -> (!isThere || file.startsWith(base)) && file.endsWith("/" + CONFIG))
            .map(file -> file.substring(0, file.length() - CONFIG.length() - 1))
            .sorted()
            .toList();
    List<String> foreign = foreign();
    String found =
        foreign.isEmpty() ? "" : "; its weights are for other programs: " + some(foreign);
    return new HubException(
        Reason.NO_FILE,
        isThere || base.isEmpty()
            ? whole() + " has no " + CONFIG + found
            : "the model " + name + " has no folder " + base.substring(0, base.length() - 1),
        name + " at " + listing.commit(),
        others.isEmpty()
            ? noOther(isThere, !foreign.isEmpty())
            : "there is one in " + some(others) + ": --subfolder " + others.get(0));
  }

  private String whole() {
    return base.isEmpty()
        ? "the model " + name
        : "the folder " + base.substring(0, base.length() - 1) + " of " + name;
  }

  private String noOther(boolean isThere, boolean isForeign) {
    if (!isThere && listing.find(CONFIG) != null) {
      return "leave out --subfolder: " + CONFIG + " is in the model itself";
    }
    return isForeign
        ? "use the original model that this one was made from; its page names it"
        : "check the name and --revision; its page lists its files";
  }

  private List<String> foreign() {
    return listing.files().keySet().stream()
        .filter(file -> FOREIGN.stream().anyMatch(file.toLowerCase(Locale.ROOT)::endsWith))
        .sorted()
        .toList();
  }

  private static String some(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(3, names.size())));
    return names.size() <= 3 ? shown : shown + " and " + (names.size() - 3) + " more";
  }

  private Stream<HubFile> in(String folder) {
    return listing.files().values().stream()
        .filter(file -> file.folder().equals(folder))
        .sorted((a, b) -> a.name().compareTo(b.name()));
  }

  private static boolean isSmall(HubFile file) {
    String last = file.last();
    String suffix = last.substring(last.lastIndexOf('.') + 1);
    boolean read =
        last.equals("artifact.metadata")
            || (SUFFIXES.contains(suffix) && !IGNORED.matcher(last).matches());
    return read && (file.size() <= MOST_OTHER || TOKENIZER.contains(last));
  }

  /**
   * The small files of the modules that {@code modules.json} names, and further templates.
   *
   * @throws HubException if a module is said to be elsewhere
   */
  List<HubFile> ofModules(Content content) throws IOException {
    List<HubFile> files = new ArrayList<>(in(base + TEMPLATES).filter(f -> isSmall(f)).toList());
    for (String folder : moduleFolders(content)) {
      in(folder).filter(NeededFiles::isSmall).forEach(files::add);
    }
    return files;
  }

  /** The folders of modules, and those in them, without the model's own. */
  private List<String> moduleFolders(Content content) throws IOException {
    Set<String> folders = new TreeSet<>();
    HubFile modules = listing.find(base + MODULES);
    if (modules == null || !(parsed(modules, content) instanceof List<?> list)) {
      return List.of();
    }
    for (Object module : list) {
      String path = HubJson.text(HubJson.at(module, "path"));
      String folder = base + path + "/";
      if (!path.isEmpty() && FileNames.isPlain(path)) {
        listing.files().values().stream()
            .map(HubFile::folder)
            .filter(other -> other.startsWith(folder))
            .forEach(folders::add);
      }
    }
    return List.copyOf(folders);
  }

  private @Nullable Object parsed(HubFile file, Content content) throws IOException {
    try {
      return HubJson.parse(content.of(file));
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new HubException(
          Reason.NO_FILE,
          "the file is no JSON: " + e.getOriginalMessage(),
          file.name() + " of " + name,
          "tell the model's authors; there is nothing that could be converted");
    }
  }

  /**
   * The weights.
   *
   * @throws HubException if there are none that can be read
   */
  List<HubFile> weights(Content content) throws IOException {
    boolean adapter = has(ADAPTER_CONFIG) && !has(CONFIG) && !has(MODULES);
    if (adapter) {
      return OF_ADAPTER.stream()
          .flatMap(file -> Stream.ofNullable(listing.find(base + file)))
          .findFirst()
          .map(List::of)
          .orElseThrow(this::noWeights);
    }
    Set<HubFile> weights = new LinkedHashSet<>(of(base, content));
    for (String folder : moduleFolders(content)) {
      weights.addAll(of(folder, content));
    }
    if (weights.isEmpty()) {
      throw noWeights();
    }
    return List.copyOf(weights);
  }

  private HubException noWeights() {
    List<String> foreign = foreign();
    return new HubException(
        Reason.NO_FILE,
        foreign.isEmpty()
            ? "the model " + name + " has no weights"
            : "the model " + name + " has its weights for other programs only: " + some(foreign),
        name + " at " + listing.commit(),
        foreign.isEmpty()
            ? "check the name and --revision; adapters are given with --adapter"
            : "use the original model in safetensors; this one's page names what it was made from");
  }

  /** The weights of a folder: of several forms the first that transformers looks for. */
  private Collection<HubFile> of(String folder, Content content) throws IOException {
    for (String form : List.of(SINGLE, INDEX, PICKLED, PICKLED_INDEX)) {
      HubFile file = listing.find(folder + form);
      if (file != null) {
        return form.endsWith(".json") ? shards(file, content) : List.of(file);
      }
    }
    List<HubFile> others =
        in(folder)
            .filter(f -> f.last().endsWith(SAFETENSORS) && !OF_ADAPTER.contains(f.last()))
            .filter(f -> !f.last().startsWith(CONSOLIDATED))
            .toList();
    if (others.size() == 1) {
      return others;
    }
    if (others.isEmpty()) {
      return consolidated(folder, content);
    }
    throw several(others);
  }

  private HubException several(List<HubFile> others) {
    return new HubException(
        Reason.NO_FILE,
        "the model "
            + name
            + " has several files of weights and none that is meant: "
            + some(others.stream().map(HubFile::name).toList()),
        name + " at " + listing.commit(),
        "download the folder, leave in it the one that you want, and convert the folder");
  }

  /** Those in the form of Meta's and Mistral's own programs, whole or in parts. */
  private Collection<HubFile> consolidated(String folder, Content content) throws IOException {
    HubFile single = listing.find(folder + CONSOLIDATED + SAFETENSORS);
    HubFile index = listing.find(folder + CONSOLIDATED_INDEX);
    if (single != null) {
      return List.of(single);
    }
    if (index != null) {
      return shards(index, content);
    }
    List<HubFile> all = in(folder).filter(f -> f.last().startsWith(CONSOLIDATED)).toList();
    List<HubFile> shards = all.stream().filter(f -> f.last().endsWith(SAFETENSORS)).toList();
    if (!shards.isEmpty()) {
      throw several(shards);
    }
    return all.stream().filter(f -> f.last().matches("[a-z]+\\.[0-9]{2,3}\\.pth")).toList();
  }

  private Collection<HubFile> shards(HubFile index, Content content) throws IOException {
    Set<HubFile> shards = new LinkedHashSet<>();
    Object map = HubJson.at(parsed(index, content), "weight_map");
    Set<Object> names = new LinkedHashSet<>(map instanceof Map<?, ?> m ? m.values() : List.of());
    for (Object shard : names) {
      String file = index.folder() + HubJson.text(shard);
      HubFile listed = listing.find(file);
      if (listed == null || !listed.folder().equals(index.folder())) {
        throw new HubException(
            Reason.NO_FILE,
            "the index names the shard " + HubJson.text(shard) + ", which the model does not have",
            index.name() + " of " + name,
            "try another --revision; the model was uploaded in part");
      }
      shards.add(listed);
    }
    return shards;
  }

  /** The model that an adapter was made for, where the files are an adapter's. */
  Optional<String> adapted(Content content) throws IOException {
    HubFile config = listing.find(base + ADAPTER_CONFIG);
    return config == null || has(CONFIG) || has(MODULES)
        ? Optional.empty()
        : Optional.of(HubJson.text(HubJson.at(parsed(config, content), "base_model_name_or_path")));
  }
}
