package dev.litegraft.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.ModuleNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Only a family knows its names: no other file of the main code has a {@code model_type}, a model's
 * class, or what one family alone calls a setting or a module. Excepted are the rope types, and the
 * classes of tokenizers, which stand in the tokenizer's own module and in one file of the runtime.
 */
class FamilyWordsTest {
  private static final List<String> MODULES =
      List.of("converter", "runtime", "lab", "cli", "tflite");
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
   * sentence-transformers' Dense module, too.
   */
  private static final Set<String> WORDS_OF_ALL =
      Set.of(
          "dim",
          "activation",
          "activation_function",
          "query",
          "key",
          "value",
          "attention",
          "score");

  private static final Pattern MODEL_CLASS =
      Pattern.compile(
          "\\b(?!AutoModel)\\w+(For[A-Z]\\w+(Classification|LM)|(?<!For|Bare|Base|Raw|Text)Model)");

  @Test
  void noOtherFileKnowsAFamily() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      Matcher literal = LITERAL.matcher(Files.readString(file));
      while (literal.find()) {
        if (isOfAFamily(literal.group(1))) {
          found.add(file.getFileName() + ": " + literal.group());
        }
      }
    }
    assertThat(found).isEmpty();
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
    names.addAll(List.of(of.query(), of.key(), of.value(), of.words(), of.attention()));
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
    String name = String.valueOf(file.getFileName());
    return String.valueOf(file.getParent()).endsWith("architecture")
        || List.of("ConfigNames.java", "ModuleNames.java").contains(name);
  }
}
