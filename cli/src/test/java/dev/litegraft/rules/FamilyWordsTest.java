package dev.litegraft.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.ModuleNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Only a family knows its names: no other file of the main code has a {@code model_type}, a model's
 * class, what one family alone calls a setting or a module, or a key that one family alone reads.
 * Excepted are the rope types, the classes of tokenizers, and the files of {@link #TABLES_OF_KEYS}
 * and {@link #WORDS_OF_OTHERS}; ADR 7 has the reasons.
 */
class FamilyWordsTest {
  private static final List<String> MODULES =
      List.of("checkpoint", "converter", "runtime", "lab", "cli", "tflite", "tokenizer");
  private static final Path FAMILIES =
      Path.of("..", "converter", "src", "main", "java", "dev", "litegraft", "architecture");
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");

  /** Types of models that no family of the list has; those of the list are added. */
  private static final Set<String> OTHER_TYPES =
      Set.of(
          "mpnet",
          "data2vec-text",
          "xlm-roberta-xl",
          "deberta",
          "t5",
          "mt5",
          "bart",
          "bloom",
          "falcon",
          "xlnet",
          "longformer",
          "mobilebert",
          "squeezebert",
          "convbert",
          "ernie",
          "roformer",
          "fnet",
          "gptj",
          "gpt_neo",
          "phi",
          "olmo2",
          "nomic_bert",
          "new",
          "gemma3");

  /**
   * Of several meanings: they are no family's alone. {@code activation_function} is a key of
   * sentence-transformers' Dense module, {@code embeddings} an input of LiteRT-LM's encoders,
   * {@code encoder} what these are called, {@code max_length} a fact of every file, too.
   */
  private static final Set<String> WORDS_OF_ALL =
      Set.of(
          "dim",
          "activation",
          "activation_function",
          "embeddings",
          "encoder",
          "max_length",
          "query",
          "key",
          "value",
          "attention",
          "score");

  /** What keys of config.json and names of tensors of several words look like. */
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)+");

  /** What one family alone reads in its own file, and shared layers read for the others. */
  private static final Set<String> KEYS_OF_ALL =
      Set.of(
          "original_max_position_embeddings",
          "max_length",
          "rotary_pct",
          "rope_parameters",
          "lora_alpha",
          "attn_implementation",
          "add_pooling_layer",
          "use_memory_efficient_attention",
          "unpad_inputs",
          "gate_proj",
          "up_proj",
          "down_proj");

  /** Words of config.json, whatever the family: what an unread key means, and what is tried. */
  private static final Set<String> TABLES_OF_KEYS =
      Set.of(
          "AnswerChangingKeys.java",
          "AttentionFaults.java",
          "LayerFaults.java",
          "RotaryFaults.java");

  /**
   * Which models had a wrong pattern in their tokenizer; the one tensor of a table that is no
   * family's, under a word that a family has too.
   */
  private static final Set<String> WORDS_OF_OTHERS =
      Set.of("MistralPattern.java", "StaticTable.java");

  private static final Pattern COMMENT = Pattern.compile("(?s:/\\*.*?\\*/)|(?m:^\\s*//.*$)");

  private static final Pattern MODEL_CLASS =
      Pattern.compile(
          "\\b(?!AutoModel)\\w+(For[A-Z]\\w+(Classification|LM)|(?<!For|Bare|Base|Raw|Text)Model)");

  @Test
  void noOtherFileKnowsAFamily() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      if (WORDS_OF_OTHERS.contains(name(file))) {
        continue;
      }
      Matcher literal = LITERAL.matcher(Files.readString(file));
      while (literal.find()) {
        if (isOfAFamily(literal.group(1))) {
          found.add(name(file) + ": " + literal.group());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void noOtherFileKnowsAKeyThatOneFamilyAloneReads() throws IOException {
    Set<String> alone = keysOfOneFamily();
    List<String> found = new ArrayList<>();
    Set<String> tables = new TreeSet<>();
    for (Path file : sources()) {
      for (String literal : literals(Files.readString(file))) {
        if (alone.contains(literal) && TABLES_OF_KEYS.contains(name(file))) {
          tables.add(name(file));
        } else if (alone.contains(literal)) {
          found.add(name(file) + ": " + literal);
        }
      }
    }
    assertThat(found).isEmpty();
    assertThat(tables).as("exceptions that are needed").isEqualTo(new TreeSet<>(TABLES_OF_KEYS));
  }

  @Test
  void keysOfOneFamilyAreFound() throws IOException {
    assertThat(keysOfOneFamily())
        .contains(
            "embedding_multiplier",
            "do_layer_norm_before",
            "no_rope_layers",
            "local_rope_theta",
            "num_hidden_groups")
        .doesNotContain(
            "hidden_size", "num_key_value_heads", "position_embedding_type", "max_window_layers");
  }

  /** Which family's files have a key: those that it is put together of, too. */
  private static Set<String> keysOfOneFamily() throws IOException {
    Map<String, String> code = new TreeMap<>();
    try (Stream<Path> files = Files.list(FAMILIES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
        code.put(name(file).replace(".java", ""), text);
      }
    }
    code.keySet().removeAll(Set.of("Architecture", "Architectures"));
    Map<String, Set<String>> families = new TreeMap<>();
    for (Architecture family : Architectures.ALL) {
      for (String part : parts(family.getClass().getSimpleName(), code)) {
        for (String literal : literals(code.getOrDefault(part, ""))) {
          if (KEY.matcher(literal).matches()) {
            families.computeIfAbsent(literal, l -> new TreeSet<>()).add(family.family());
          }
        }
      }
    }
    families.values().removeIf(of -> of.size() > 1);
    families.keySet().removeAll(KEYS_OF_ALL);
    return families.keySet();
  }

  /** A class of the families' package, and those of it that it uses. */
  private static Set<String> parts(String start, Map<String, String> code) {
    Set<String> parts = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      String part = open.pop();
      if (parts.add(part)) {
        String text = code.getOrDefault(part, "");
        code.keySet().stream()
            .filter(other -> Pattern.compile("\\b" + other + "\\b").matcher(text).find())
            .forEach(open::push);
      }
    }
    return parts;
  }

  private static Set<String> literals(String code) {
    Set<String> literals = new LinkedHashSet<>();
    for (Matcher literal = LITERAL.matcher(code); literal.find(); ) {
      literals.add(literal.group(1));
    }
    return literals;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  @Test
  void wordsOfFamiliesAreFound() {
    assertThat(
            Stream.of(
                "modernbert",
                "xlm-roberta",
                "mpnet",
                "LlamaForSequenceClassification",
                "BartForSequenceClassification",
                "BertModel",
                "such as LlamaForCausalLM",
                "n_embd",
                "init_std",
                "c_attn",
                "Wqkv",
                "pre_classifier",
                "layer_norm_epsilon"))
        .allMatch(FamilyWordsTest::isOfAFamily);
    assertThat(
            Stream.of(
                "llama3",
                "dynamic",
                "hidden_size",
                "score",
                "ForSequenceClassification",
                "AutoModelForSequenceClassification"))
        .noneMatch(FamilyWordsTest::isOfAFamily);
  }

  private static boolean isOfAFamily(String literal) {
    Matcher hfClass = MODEL_CLASS.matcher(literal);
    while (hfClass.find()) {
      if (isModelClass(hfClass.group())) {
        return true;
      }
    }
    return TYPES.contains(literal) || names().contains(literal);
  }

  /** A known class, or one that is called as Hugging Face calls classes with a head. */
  private static boolean isModelClass(String word) {
    return Architectures.classNames().contains(word)
        || word.matches("[A-Z]\\w+For(Sequence|Token)Classification")
        || word.matches("[A-Z]\\w+For(Causal|Masked)LM");
  }

  private static final Set<String> TYPES = types();

  private static Set<String> types() {
    Set<String> types = new LinkedHashSet<>(OTHER_TYPES);
    Architectures.ALL.stream().map(Architecture::modelType).forEach(types::add);
    return types;
  }

  private static Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (Architecture family : Architectures.ALL) {
      add(names, family.configNames());
      add(names, family.moduleNames());
    }
    names.removeAll(ConfigNames.USUAL.sizes());
    ConfigNames usual = ConfigNames.USUAL;
    List.of(usual.heads(), usual.layers(), usual.sharedHeads(), usual.headWidth())
        .forEach(names::remove);
    names.remove(usual.initializerRange());
    names.removeAll(WORDS_OF_ALL);
    return names;
  }

  private static void add(Set<String> names, ConfigNames of) {
    names.addAll(of.sizes());
    names.addAll(of.epsilon());
    names.addAll(of.activations());
    names.addAll(
        List.of(of.heads(), of.layers(), of.sharedHeads(), of.headWidth(), of.initializerRange()));
  }

  private static void add(Set<String> names, ModuleNames of) {
    names.addAll(of.heads());
    names.addAll(of.dense());
    names.addAll(of.transposed());
    names.addAll(List.of(of.query(), of.key(), of.value(), of.words()));
    names.addAll(of.attention());
    of.fused().ifPresent(names::add);
    of.positions().ifPresent(names::add);
    of.tokenTypes().ifPresent(names::add);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path root = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !isTheFamilies(file))
            .forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(200);
    return sources;
  }

  /** The families, and what most of them call things. */
  private static boolean isTheFamilies(Path file) {
    return String.valueOf(file.getParent()).endsWith("architecture")
        || List.of("ConfigNames.java", "ModuleNames.java").contains(name(file));
  }
}
