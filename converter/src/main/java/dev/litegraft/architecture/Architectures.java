package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Families;
import dev.litegraft.checkpoint.config.AnswerChangingKeys;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfClass;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The list of families, and how a checkpoint finds its own. */
public final class Architectures {
  /** Every family that can be converted. */
  public static final List<Architecture> ALL =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gemma(),
          new Gemma2(),
          new Gemma3(),
          new Phi3(),
          new SmolLM3(),
          new Granite(),
          new Gpt2(),
          new GptNeoX(),
          new Opt(),
          new Phi(),
          new Olmo2(),
          new Falcon(),
          new Bloom(),
          new StableLm(),
          new Starcoder2(),
          new GptJ(),
          new GptNeo(),
          new Exaone4(),
          new Glm4(),
          new Nemotron(),
          new Ministral(),
          new Arcee(),
          new Helium(),
          new Bert(),
          new DistilBert(),
          Roberta.ROBERTA,
          Roberta.XLM_ROBERTA,
          Roberta.CAMEMBERT,
          new Electra(),
          new Albert(),
          new Mpnet(),
          new ModernBert(),
          new EuroBert(),
          new NomicBert(),
          new NomicMoe(),
          new Gte(),
          new JinaV3(),
          new JinaBert(),
          new NeoBert(),
          new Bart(),
          new Mbart(),
          T5.ORIGINAL,
          T5.MT5,
          T5.UMT5,
          new DebertaV2(),
          new DebertaV1(),
          new Ernie(),
          Roberta.DATA2VEC,
          new MegatronBert(),
          RobertaPreNorm.ROBERTA,
          RobertaPreNorm.XLM_ROBERTA_XL,
          new RemBert(),
          new RoFormer(),
          new Luke(),
          new BigBird(),
          new Esm(),
          new MobileBert(),
          new SqueezeBert(),
          new ConvBert(),
          Xlm.XLM,
          Xlm.FLAUBERT,
          new FNet(),
          new Longformer(),
          new XlNet());

  /** What the reading of a folder asks of them. */
  public static final Families FAMILIES = families(Optional.empty());

  private Architectures() {}

  /**
   * What the reading of a folder asks of the families.
   *
   * @param task of several that a model was trained for, the one that is wanted
   */
  public static Families families(Optional<String> task) {
    return new Families() {
      @Override
      public ModuleNames moduleNames(HfConfig config) {
        return Architectures.moduleNames(config);
      }

      @Override
      public Optional<CustomCode> customCode(HfConfig config) {
        requireTasks(config, task);
        UnreadClass.require(config);
        return AnswerChangingKeys.isEmpty(config.value("auto_map"))
            ? Optional.empty()
            : ALL.stream().flatMap(a -> a.customCode(config, task).stream()).findFirst();
      }

      @Override
      public boolean isConsolidated(HfConfig config) {
        return family(config).map(Architecture::isConsolidated).orElse(false);
      }

      @Override
      public Map<String, TensorData> tensors(HfConfig config, Map<String, TensorData> stored) {
        return family(config).map(family -> family.tensors(stored)).orElse(stored);
      }
    };
  }

  private static void requireTasks(HfConfig config, Optional<String> task) {
    if (task.isPresent() && config.value("lora_adaptations") == null) {
      throw new InvalidRequestException(
          "the task " + task.get() + " is asked for, but the model has no tasks to choose from",
          config.where(),
          "leave --task out; a LoRA adapter in a folder of its own is given with --adapter");
    }
  }

  /**
   * Opens a folder as its family reads it.
   *
   * @throws InvalidCheckpointException as {@link Checkpoint#open(Path)}
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    return Checkpoint.open(folder, Optional.empty(), FAMILIES);
  }

  /**
   * A family and the class of it that a checkpoint names.
   *
   * @param architecture the family
   * @param hfClass Hugging Face's class name
   * @param task what the class does
   */
  public record Found(Architecture architecture, String hfClass, Task task) {}

  /**
   * The family of the class that {@code architectures} in config.json names.
   *
   * @throws InvalidCheckpointException if the key is missing, or no family has the class: the
   *     nearest known one is named, or what would be needed
   */
  public static Found of(HfConfig config) {
    List<String> names = config.texts("architectures");
    if (names.isEmpty()) {
      throw new InvalidCheckpointException(
          "config.json has no architectures, so the model's class is unknown",
          config.where(),
          "in a copy of the folder, add \"architectures\": [\""
              + example(config)
              + "\"], with the class that the model was trained with");
    }
    UnreadClass.require(config);
    return find(names.get(0), config).orElseThrow(() -> unknown(names.get(0), config));
  }

  /** The family of the class that {@code architectures} names, if it names one that is known. */
  public static Optional<Found> find(HfConfig config) {
    return config.has("architectures")
        ? config.texts("architectures").stream().findFirst().flatMap(name -> find(name, config))
        : Optional.empty();
  }

  private static Optional<Found> find(String hfClass, HfConfig config) {
    if (hfClass.equals(StaticEmbeddings.CLASS)) {
      return Optional.of(new Found(new StaticEmbeddings(), hfClass, Task.EMBEDDING));
    }
    for (Architecture architecture : ALL) {
      Task task = architecture.classes().get(hfClass);
      if (task != null) {
        requireSameFamily(architecture, hfClass, config);
        return Optional.of(new Found(architecture, hfClass, task));
      }
    }
    Optional<Found> spans = ofSpans(hfClass, config);
    return spans.isPresent() ? spans : ofModelType(hfClass, config);
  }

  /** The class for question answering, of which a family speaks apart. */
  private static Optional<Found> ofSpans(String hfClass, HfConfig config) {
    for (Architecture family : ALL) {
      if (hfClass.equals(family.spanClass().orElse(""))) {
        requireSameFamily(family, hfClass, config);
        return Optional.of(new Found(family, hfClass, Task.QUESTION_ANSWERING));
      }
    }
    return Optional.empty();
  }

  /** Every class of a family, with what it does. */
  public static Map<String, Task> classes(Architecture family) {
    Map<String, Task> all = new TreeMap<>(family.classes());
    family.spanClass().ifPresent(name -> all.put(name, Task.QUESTION_ANSWERING));
    return all;
  }

  /**
   * The class of the family that {@code model_type} names, whose name for the task is another than
   * those of the family's other classes: Gemma 3's Gemma3TextModel under Gemma3ForCausalLM.
   */
  private static Optional<Found> ofModelType(String name, HfConfig config) {
    Optional<Task> task = HfClass.task(name);
    return ofType(config)
        .flatMap(
            family ->
                family.classes().entrySet().stream()
                    .filter(c -> task.filter(c.getValue()::equals).isPresent())
                    .findFirst()
                    .map(c -> new Found(family, c.getKey(), c.getValue())));
  }

  /** Transformers builds the class of model_type, whatever architectures says. */
  private static void requireSameFamily(Architecture found, String name, HfConfig config) {
    Optional<Architecture> typed = ofType(config);
    if (typed.isPresent() && !typed.get().getClass().equals(found.getClass())) {
      throw new InvalidCheckpointException(
          "architectures names "
              + name
              + ", but model_type is \""
              + config.text("model_type")
              + "\": transformers would build a class of "
              + typed.get().family(),
          config.where() + ", model_type",
          "compare both keys with the model's original config.json; they must name one family");
    }
  }

  /**
   * The family that a config is of, whatever its class is for: by its class's name, else by its
   * {@code model_type}; absent where it is none of the list.
   */
  public static Optional<Architecture> family(HfConfig config) {
    String hfClass =
        config.value("architectures") instanceof List<?> names && !names.isEmpty()
            ? String.valueOf(names.get(0))
            : "";
    String bare = HfClass.of(hfClass, "Model");
    Optional<Architecture> named =
        ALL.stream().filter(a -> a.classes().containsKey(bare)).findFirst();
    return named.isPresent() ? named : ofType(config);
  }

  private static Optional<Architecture> ofType(HfConfig config) {
    Object type = config.value("model_type");
    return ALL.stream()
        .filter(a -> a.modelType().equals(type) || a.textParts().contains(String.valueOf(type)))
        .findFirst();
  }

  /** What a config's family calls its modules; of an unknown one what most decoders do. */
  public static ModuleNames moduleNames(HfConfig config) {
    return family(config).map(Architecture::moduleNames).orElse(ModuleNames.DECODER);
  }

  /** What the families call their settings. */
  public static List<ConfigNames> configNames() {
    return ALL.stream().map(Architecture::configNames).distinct().toList();
  }

  /** The sequence classifier of the family that {@code model_type} names; else any. */
  private static String example(HfConfig config) {
    Architecture family = family(config).orElse(ALL.get(0));
    return ofTask(family, Task.SEQUENCE_CLASSIFICATION).orElseThrow();
  }

  private static InvalidCheckpointException unknown(String name, HfConfig config) {
    String where = config.where() + ", architectures";
    Optional<String> family = familyPrefix(name);
    if (family(config).isPresent()
        && List.of("ForCausalLM", "LMHeadModel", "ForConditionalGeneration").stream()
            .anyMatch(name::endsWith)) {
      return new InvalidCheckpointException(
          name + " writes text; it is no classifier, tagger or embedder",
          where,
          "fine-tune it as "
              + family.orElse(familyPrefix(example(config)).orElse(""))
              + "ForSequenceClassification and convert that checkpoint"
              + ", or convert its vectors with --as embedder; a reranker that reads words needs its template: --reranker qwen3, mxbai,"
              + " bge-gemma or a file");
    }
    if (family.isPresent() && (name.endsWith("ForMaskedLM") || name.endsWith("ForPreTraining"))) {
      return new InvalidCheckpointException(
          name + " fills in words; it has no classification head",
          where,
          "fine-tune it as "
              + family.get()
              + "ForSequenceClassification and convert that checkpoint, or convert its vectors with"
              + " --as embedder");
    }
    return new InvalidCheckpointException(
        "no family has the class " + name,
        where,
        nearest(name, config)
                .map(n -> "by the keys of config.json the nearest known class is " + n + "; ")
                .orElse("")
            + "`litegraft families` lists what can be converted");
  }

  /**
   * The class for the same task of the family whose saved configs are most like this one; the first
   * of equals.
   */
  private static Optional<String> nearest(String name, HfConfig config) {
    Task task = HfClass.task(name).orElse(Task.SEQUENCE_CLASSIFICATION);
    SavedConfigs saved = SavedConfigs.read();
    @Nullable Architecture nearest = null;
    double most = 0;
    for (Architecture family : ALL) {
      double likeness = saved.likeness(config, family);
      if (likeness > most + SavedConfigs.ROUNDING) {
        nearest = family;
        most = likeness;
      }
    }
    return Optional.ofNullable(nearest).flatMap(family -> ofTask(family, task));
  }

  private static Optional<String> ofTask(Architecture family, Task task) {
    return family.classes().entrySet().stream()
        .filter(c -> c.getValue() == task)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** {@code Llama} of {@code LlamaForCausalLM}, where a family has classes that begin so. */
  private static Optional<String> familyPrefix(String name) {
    int end = name.indexOf("For");
    String prefix = end < 0 ? name.replaceAll("(LMHead)?Model$", "") : name.substring(0, end);
    return classNames().stream().anyMatch(c -> c.startsWith(prefix + "For"))
        ? Optional.of(prefix)
        : Optional.empty();
  }

  /** Every class name, sorted. */
  public static List<String> classNames() {
    return ALL.stream()
        .flatMap(a -> a.classes().keySet().stream())
        .sorted()
        .collect(Collectors.toList());
  }
}
