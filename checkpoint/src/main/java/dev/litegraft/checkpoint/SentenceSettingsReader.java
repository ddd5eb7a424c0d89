package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Kind;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Similarity;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link SentenceSettings}. Every key is read, known to be harmless, named, or refused.
 *
 * <p>Source: {@code sentence_transformers/base/model.py}, _parse_model_config and _get_model_type;
 * {@code sentence_transformers/base/modules/transformer.py}, load_config and __init__.
 */
final class SentenceSettingsReader {
  static final String OF_FOLDER = "config_sentence_transformers.json";

  /** In the order in which the module looks for its own config. */
  static final List<String> OF_MODULE =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private static final String EXTRACTION = "feature-extraction";
  private static final String CLASSIFICATION = "sequence-classification";

  /** Of a reranker that reads words of a language model. */
  private static final String GENERATION = "text-generation";

  /** Of a sparse encoder. */
  private static final String FILLING = "fill-mask";

  private static final String TRY = "use a model whose texts are read as plain text";

  private final HfConfig whole;
  private final HfConfig module;
  private final List<String> notes = new ArrayList<>();
  private boolean structured;

  private SentenceSettingsReader(HfConfig whole, HfConfig module) {
    this.whole = whole;
    this.module = module;
  }

  /**
   * Reads both files; either may be absent.
   *
   * @param folder where modules.json is
   * @param model where the Transformer module is
   */
  static SentenceSettings read(Path folder, Path model) throws IOException {
    Optional<HfConfig> module = Optional.empty();
    for (String name : OF_MODULE) {
      if (module.isEmpty()) {
        module = optional(model.resolve(name)).filter(config -> !config.keys().isEmpty());
      }
    }
    return new SentenceSettingsReader(
            optional(folder.resolve(OF_FOLDER)).orElse(empty(folder, OF_FOLDER)),
            module.orElse(empty(model, OF_MODULE.get(0))))
        .read();
  }

  /**
   * What a folder of one file says, under the keys of {@code config_sentence_transformers.json}.
   */
  static SentenceSettings read(HfConfig whole) {
    return new SentenceSettingsReader(whole, HfConfig.parse("{}", whole.where())).read();
  }

  private static Optional<HfConfig> optional(Path file) throws IOException {
    return Files.isRegularFile(file) ? Optional.of(HfConfig.read(file)) : Optional.empty();
  }

  private static HfConfig empty(Path folder, String name) {
    return HfConfig.parse("{}", folder.resolve(name).toString());
  }

  private SentenceSettings read() {
    Kind kind = kind();
    String task = task();
    requirePlainTexts(task);
    Map<String, String> prompts = prompts();
    Optional<MultiVectorModules> multiVector =
        kind == Kind.MULTI_VECTOR_ENCODER
            ? Optional.of(MultiVectorModules.read(whole, module, prompts))
            : Optional.empty();
    String prompt = prompt(kind, prompts);
    SavedBy savedBy = SavedBy.of(whole);
    ModuleArguments arguments = new ModuleArguments(module);
    OptionalInt own = arguments.maxLength(savedBy);
    OptionalInt maxLength = multiVector.map(m -> m.longest(own)).orElse(own);
    Optional<Integer> dimensions =
        whole.has("truncate_dim") ? Optional.of(whole.integer("truncate_dim")) : Optional.empty();
    Optional<String> activation =
        whole.has("activation_fn") ? Optional.of(whole.text("activation_fn")) : Optional.empty();
    boolean lowerCase = module.flag("do_lower_case", false);
    Map<String, @Nullable Object> modelSettings = arguments.modelSettings();
    if (!modelSettings.isEmpty()) {
      notes.add(module.where() + " sets keys of config.json otherwise: " + modelSettings);
    }
    Similarity similarity = similarity(kind);
    whole.has("requirements");
    module.has("unpad_inputs");
    notes.addAll(ModuleReader.unknown(whole));
    notes.addAll(ModuleReader.unknown(module));
    return new SentenceSettings(
        kind,
        task,
        maxLength,
        lowerCase,
        prompt,
        prompts,
        dimensions,
        similarity,
        activation,
        modelSettings,
        new SentenceSettings.Chat(structured, generationPrompt()),
        multiVector,
        savedBy,
        notes);
  }

  /** Where the folder says nothing, or null: cosine, of sparse vectors the inner product. */
  private Similarity similarity(Kind kind) {
    if (kind == Kind.MULTI_VECTOR_ENCODER) {
      whole.has("similarity_fn_name");
      return Similarity.DOT;
    }
    String usual = kind == Kind.SPARSE_ENCODER ? "dot" : "cosine";
    String name = whole.has("similarity_fn_name") ? whole.text("similarity_fn_name") : usual;
    return Arrays.stream(Similarity.values())
        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidCheckpointException(
                    "similarity_fn_name is "
                        + Json.show(name)
                        + ", where cosine, dot, euclidean or manhattan can be converted",
                    whole.where() + ", similarity_fn_name",
                    "compare the file with the model's original one"));
  }

  private boolean generationPrompt() {
    return module
        .at("processing_kwargs")
        .flatMap(args -> args.at("chat_template"))
        .map(args -> args.flag("add_generation_prompt", false))
        .orElse(false);
  }

  private Kind kind() {
    String type = whole.text("model_type", "SentenceTransformer");
    return switch (type) {
      case "SentenceTransformer" -> Kind.EMBEDDER;
      case "CrossEncoder" -> Kind.CROSS_ENCODER;
      case "SparseEncoder" -> Kind.SPARSE_ENCODER;
      case "MultiVectorEncoder", "ColBERT" -> Kind.MULTI_VECTOR_ENCODER;
      default ->
          throw new InvalidCheckpointException(
              "model_type is "
                  + Json.show(type)
                  + ", where SentenceTransformer, CrossEncoder, SparseEncoder, MultiVectorEncoder"
                  + " or ColBERT can be converted",
              whole.where() + ", model_type",
              "use an embedder, a cross-encoder, a sparse encoder or late interaction");
    };
  }

  private String task() {
    String task = module.text("transformer_task", EXTRACTION);
    if (!List.of(EXTRACTION, CLASSIFICATION, GENERATION, FILLING).contains(task)) {
      throw new InvalidCheckpointException(
          "transformer_task is "
              + Json.show(task)
              + ", where "
              + String.join(", ", EXTRACTION, CLASSIFICATION, GENERATION, FILLING)
              + " can be converted",
          module.where() + ", transformer_task",
          TRY);
    }
    return task;
  }

  /** Texts that go through a chat template, and outputs of another layer, are other models. */
  private void requirePlainTexts(String task) {
    String usual = task.equals(EXTRACTION) ? "last_hidden_state" : "logits";
    module.has("module_output_name");
    for (HfConfig kinds : module.at("modality_config").stream().toList()) {
      Optional<HfConfig> message = kinds.at("message");
      if (message.isPresent() && task.equals(GENERATION)) {
        structured = message.get().text("format", "structured").equals("structured");
        message.get().keys().forEach(message.get()::has);
      } else if (message.isPresent()) {
        throw new InvalidCheckpointException(
            "the texts of this model go through a chat template, which cannot be converted",
            kinds.where() + ", message",
            TRY);
      }
      Optional<HfConfig> text = kinds.at("text");
      Object output = text.map(t -> t.value("method_output_name")).orElse(usual);
      if (!output.equals(usual) && !output.equals(List.of(usual))) {
        throw new InvalidCheckpointException(
            "method_output_name is " + Json.show(output) + ", where " + usual + " can be converted",
            kinds.where() + ".text, method_output_name",
            "use a model that reads the last layer");
      }
      kinds.keys().forEach(kinds::has);
      text.ifPresent(t -> t.keys().forEach(t::has));
    }
    if (module.has("tokenizer_name_or_path")) {
      throw ModuleArguments.changed(module, "tokenizer_name_or_path");
    }
    if (kind() == Kind.MULTI_VECTOR_ENCODER) {
      return;
    }
    if (module.has("query_expansion")) {
      throw ModuleArguments.changed(module, "query_expansion");
    }
    for (String key : List.of("query_length", "document_length")) {
      if (module.has(key)) {
        notes.add(
            module.where()
                + " has "
                + key
                + " "
                + module.integer(key)
                + ", which encode_query and encode_document take and encode does not: the file"
                + " does as encode does");
      }
    }
  }

  private Map<String, String> prompts() {
    Map<String, String> prompts = new LinkedHashMap<>();
    Optional<HfConfig> said = whole.at("prompts");
    if (said.isPresent()) {
      for (String name : said.get().keys()) {
        // Names have dots in them.
        if (!(said.get().value(name) instanceof String prompt)) {
          throw new InvalidCheckpointException(
              "the prompt "
                  + Json.show(name)
                  + " is "
                  + Json.show(said.get().value(name))
                  + ", where a string is needed",
              said.get().where(),
              "compare the file with the model's original one");
        }
        said.get().has(name);
        prompts.put(name, prompt);
      }
    }
    return prompts;
  }

  /** The prompt before every text. The others are the user's to put there: a note names them. */
  private String prompt(Kind kind, Map<String, String> prompts) {
    String name = whole.text("default_prompt_name", "");
    boolean known = prompts.containsKey(name);
    // An embedder has these two without a word, and empty.
    boolean builtIn = kind != Kind.CROSS_ENCODER && Set.of("query", "document").contains(name);
    if (!name.isEmpty() && !known && !builtIn) {
      throw new InvalidCheckpointException(
          "default_prompt_name is " + Json.show(name) + ", which prompts does not have",
          whole.where(),
          "in a copy of the folder, take default_prompt_name out, or add its prompt to prompts");
    }
    String prompt = prompts.getOrDefault(name, "");
    if (!prompt.isEmpty()) {
      notes.add(
          (module.text("transformer_task", EXTRACTION).equals(GENERATION)
                  ? "the model's usual instruction is its default prompt: "
                  : "the model's default prompt is put before every text: ")
              + Json.show(prompt)
              + (kind == Kind.CROSS_ENCODER ? " (of a pair before the first one)" : ""));
    }
    return prompt;
  }
}
