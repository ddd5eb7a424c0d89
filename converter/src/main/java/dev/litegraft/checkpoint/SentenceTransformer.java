package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.json.Json;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a sentence-transformers folder adds to a model: {@code modules.json} and the settings of the
 * modules that it names.
 *
 * <p>Source: {@code sentence_transformers/models}, Transformer, Pooling, Dense and Normalize.
 *
 * @param modelFolder where config.json and the weights are: the folder itself or one in it
 * @param poolings of several the vectors are joined in this order
 * @param width numbers of a token's vector
 * @param steps what follows the pooling, in order
 * @param maxLength {@code max_seq_length}
 * @param prompt what is put before every text; empty where nothing is
 * @param lowerCase whether texts are lower-cased, after the prompt was put before them
 * @param notes what a user should know: prompts
 */
public record SentenceTransformer(
    Path modelFolder,
    List<Pooling> poolings,
    int width,
    List<Step> steps,
    OptionalInt maxLength,
    String prompt,
    boolean lowerCase,
    List<String> notes) {
  private static final String MODULES = "modules.json";
  private static final long MAX_BYTES = 16 << 20;
  private static final String TRY =
      "use a model of the modules Transformer, Pooling, Dense and Normalize";

  public SentenceTransformer {
    poolings = List.copyOf(poolings);
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  /** What is done with a text's vector. */
  public sealed interface Step {}

  /**
   * A linear layer.
   *
   * @param path the folder of its tensors in the weights: {@code 2_Dense.linear}
   * @param folder where its weights are
   * @param bias whether it has one
   * @param activation Hugging Face's name of the function after it
   * @param where the config that names the function, for messages
   */
  public record Dense(
      String path, Path folder, int in, int out, boolean bias, String activation, String where)
      implements Step {
    /** What the names of its tensors begin with, which in its own file begin with nothing. */
    String prefix() {
      return path.substring(0, path.lastIndexOf('.') + 1);
    }
  }

  /** Gives the vector length 1. */
  public record Normalize() implements Step {}

  /**
   * Reads a folder's modules; empty where it has no modules.json.
   *
   * @throws InvalidInputException if a module or a setting of one cannot be converted, or is
   *     missing
   */
  static Optional<SentenceTransformer> find(Path folder) throws IOException {
    Path file = folder.resolve(MODULES);
    return Files.isRegularFile(file)
        ? Optional.of(new Reader(folder, file.toString()).read(Json.readList(file, MAX_BYTES)))
        : Optional.empty();
  }

  /** Opens the weights of the linear layers, and adds them to those of the model. */
  void openDense(HfConfig config, List<SafetensorsFile> files, Map<String, RawTensorData> tensors)
      throws IOException {
    if (config.value("hidden_size") instanceof Number hidden && hidden.intValue() != width) {
      throw new InvalidInputException(
          "the Pooling module takes vectors of "
              + width
              + " numbers, but the model makes vectors of "
              + hidden,
          config.where(),
          "download the folder again; its files do not belong together");
    }
    for (Step step : steps) {
      if (step instanceof Dense dense) {
        SafetensorsFile file = SafetensorsFile.open(WeightFiles.single(dense.folder()));
        files.add(file);
        file.tensors()
            .forEach(
                (name, tensor) ->
                    tensors.put(
                        dense.prefix() + name, TensorViews.renamed(tensor, dense.prefix() + name)));
      }
    }
  }

  /** Reads the modules one after the other. */
  private static final class Reader {
    private final Path folder;
    private final String where;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable Path model;
    private @Nullable SentencePooling pooling;
    private int width;

    Reader(Path folder, String where) {
      this.folder = folder;
      this.where = where;
    }

    SentenceTransformer read(List<Map<String, @Nullable Object>> modules) throws IOException {
      for (Map<String, @Nullable Object> module : modules) {
        String type = String.valueOf(module.get("type"));
        String kind = type.substring(type.lastIndexOf('.') + 1);
        Path path = inside(String.valueOf(module.getOrDefault("path", "")));
        if (!type.startsWith("sentence_transformers.")) {
          throw refused("the module " + Json.show(type) + " is custom code in Python");
        }
        add(kind, path);
      }
      if (model == null || pooling == null) {
        throw refused(
            "the modules have no " + (model == null ? "Transformer" : "Pooling") + " among them");
      }
      return finished(model, pooling);
    }

    private void add(String kind, Path path) throws IOException {
      boolean first = model == null;
      boolean second = !first && pooling == null;
      if (kind.equals("Transformer") && first) {
        model = path;
      } else if (kind.equals("Pooling") && second) {
        pooling = SentencePooling.read(path.resolve("config.json"));
        width = pooling.joinedWidth();
      } else if (kind.equals("Dense") && pooling != null) {
        Dense dense = dense(path);
        steps.add(dense);
        width = dense.out();
      } else if (kind.equals("Normalize") && pooling != null) {
        steps.add(new Normalize());
      } else if (!(kind.equals("Dropout") && pooling != null)) {
        throw refused("the module " + Json.show(kind) + " cannot be converted at its place");
      }
    }

    /** Names of folders come from a file that somebody else wrote. */
    private Path inside(String name) {
      Path path = folder.resolve(name).normalize();
      if (name.indexOf('\0') >= 0 || !path.startsWith(folder.normalize())) {
        throw refused("the path " + Json.show(name) + " leads out of the folder");
      }
      return name.isEmpty() ? folder : path;
    }

    private Dense dense(Path path) throws IOException {
      HfConfig config = HfConfig.read(required(path.resolve("config.json")));
      int in = config.integer("in_features");
      if (in != width) {
        throw new InvalidInputException(
            "in_features is " + in + ", but the module before it makes " + width + " numbers",
            config.where(),
            "download the folder again; its files do not belong together");
      }
      for (String key : List.of("module_input_name", "module_output_name")) {
        String name = config.text(key, "sentence_embedding");
        if (!name.equals("sentence_embedding")) {
          throw new InvalidInputException(
              key + " is " + Json.show(name) + ", where sentence_embedding can be converted",
              config.where(),
              TRY);
        }
      }
      return new Dense(
          folder.normalize().relativize(path.normalize()).toString().replace('\\', '/') + ".linear",
          path,
          in,
          config.integer("out_features"),
          config.flag("bias", true),
          activation(config),
          config.where() + ", activation_function");
    }

    /** {@code tanh} of {@code torch.nn.modules.activation.Tanh}. */
    private static String activation(HfConfig config) {
      String type = config.text("activation_function", "torch.nn.modules.activation.Tanh");
      return switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Tanh" -> "tanh";
        case "Identity" -> "linear";
        case "ReLU" -> "relu";
        case "GELU" -> "gelu";
        case "SiLU" -> "silu";
        case "Sigmoid" -> "sigmoid";
        default ->
            throw new InvalidInputException(
                "activation_function is "
                    + Json.show(type)
                    + ", where Tanh, Identity, ReLU, GELU, SiLU or Sigmoid can be converted",
                config.where() + ", activation_function",
                TRY);
      };
    }

    private static Path required(Path file) {
      if (!Files.isRegularFile(file)) {
        throw new InvalidInputException(
            "the module's folder has no " + file.getFileName(),
            String.valueOf(file.getParent()),
            "download the folder again, with all of its files");
      }
      return file;
    }

    private SentenceTransformer finished(Path modelFolder, SentencePooling kind)
        throws IOException {
      Optional<HfConfig> text = Optional.empty();
      for (String family : List.of("bert", "roberta", "distilbert", "xlm-roberta", "albert")) {
        if (text.isEmpty()) {
          text = optional(modelFolder.resolve("sentence_" + family + "_config.json"));
        }
      }
      Optional<HfConfig> prompts = optional(folder.resolve("config_sentence_transformers.json"));
      String prompt = prompts.map(config -> prompt(config, kind)).orElse("");
      return new SentenceTransformer(
          modelFolder,
          kind.modes(),
          kind.width(),
          steps,
          text.isPresent() && text.get().has("max_seq_length")
              ? OptionalInt.of(Math.max(1, text.get().integer("max_seq_length")))
              : OptionalInt.empty(),
          prompt,
          text.isPresent() && text.get().flag("do_lower_case", false),
          notes);
    }

    private static Optional<HfConfig> optional(Path file) throws IOException {
      return Files.isRegularFile(file) ? Optional.of(HfConfig.read(file)) : Optional.empty();
    }

    /** The prompt before every text. The others are the user's to put there: a note names them. */
    private String prompt(HfConfig config, SentencePooling kind) {
      Optional<HfConfig> prompts = config.at("prompts");
      List<String> used = new ArrayList<>();
      for (String name : prompts.map(p -> List.copyOf(p.keys())).orElse(List.of())) {
        if (prompts.get().value(name) instanceof String prompt && !prompt.isEmpty()) {
          used.add(name + " " + Json.show(prompt));
        }
      }
      String standard = config.text("default_prompt_name", "");
      String prompt = standard.isEmpty() ? "" : standard(config, prompts, standard);
      if (!kind.includePrompt() && !prompt.isEmpty()) {
        throw new InvalidInputException(
            "include_prompt is false, where the pooling of the prompt's tokens cannot be left out",
            folder + ": " + standard + " " + Json.show(prompt),
            "use a model that pools its prompts with the text");
      }
      if (!prompt.isEmpty()) {
        notes.add("the model's default prompt is put before every text: " + Json.show(prompt));
      } else if (!used.isEmpty()) {
        notes.add(
            kind.includePrompt()
                ? "the model was trained with prompts, which are not in the file; put them before the"
                    + " texts: "
                    + String.join(", ", used)
                : "the model leaves its prompts out of the pooling, which the file cannot; embed texts"
                    + " without them: "
                    + String.join(", ", used));
      }
      return prompt;
    }

    private static String standard(HfConfig config, Optional<HfConfig> prompts, String name) {
      Object value = prompts.map(p -> p.value(name)).orElse(null);
      if (value instanceof String prompt) {
        return prompt;
      }
      throw new InvalidInputException(
          "default_prompt_name is " + Json.show(name) + ", which prompts does not have",
          config.where(),
          "add the prompt, or set default_prompt_name to null");
    }

    private InvalidInputException refused(String what) {
      return new InvalidInputException(what, where, TRY);
    }
  }
}
