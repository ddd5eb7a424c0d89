package dev.litegraft.inspection;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.architecture.Factor;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Task;
import dev.litegraft.model.EdgeGraphs;
import dev.litegraft.model.Model;
import dev.litegraft.model.Signatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What is risky about a checkpoint, found before it is converted. The model's graph is built for
 * that, which reads no weights but those of the head.
 */
public final class CheckpointWarnings {
  private static final int SHOWN = 6;

  private static final List<String> LAYER_KINDS = List.of("full_attention", "sliding_attention");

  private static final Pattern UNNAMED = Pattern.compile("LABEL_\\d+");

  private final Checkpoint checkpoint;
  private final HfConfig config;
  private final Model model;
  private final List<CheckpointWarning> warnings = new ArrayList<>();

  private CheckpointWarnings(Checkpoint checkpoint, Model model) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.model = model;
  }

  /**
   * The warnings, those that change answers first.
   *
   * @throws IOException if the head's weights cannot be read
   */
  public static List<CheckpointWarning> of(Checkpoint checkpoint) throws IOException {
    return of(checkpoint, true);
  }

  /**
   * Those that can be told without a number of the weights.
   *
   * @throws IOException if the tokenizer cannot be read
   */
  public static List<CheckpointWarning> ofSettings(Checkpoint checkpoint) throws IOException {
    return of(checkpoint, false);
  }

  private static List<CheckpointWarning> of(Checkpoint checkpoint, boolean numbers)
      throws IOException {
    Model model;
    try {
      model = Model.of(checkpoint);
    } catch (InvalidInputException e) {
      return List.of(new CheckpointWarning("architectures", e.what(), e.remedy()));
    }
    CheckpointWarnings warnings = new CheckpointWarnings(checkpoint, model);
    if (warnings.builds()) {
      warnings.padToken();
      warnings.scaling();
      if (numbers) {
        warnings.head();
      }
      warnings.labels();
      warnings.keys();
      warnings.tensors();
    }
    return List.copyOf(warnings.warnings);
  }

  /** Runs the forward pass, so that all keys and tensors that it reads are ticked off. */
  private boolean builds() {
    try {
      int length = model.length(OptionalInt.empty(), List.of());
      new EdgeGraphs(model, Signatures.defaults(), length).build(List.of());
      return true;
    } catch (InvalidInputException e) {
      warn("conversion", "it cannot be converted: " + e.what(), e.remedy());
      return false;
    }
  }

  private void padToken() {
    OptionalInt pad = model.padding().padToken();
    boolean readsLast = model.padding().readsTheLast();
    if (pad.isEmpty()) {
      if (readsLast) {
        warn(
            "pad_token_id",
            "there is no pad token, and the classifier reads the last token: of a text that is padded"
                + " at its right it reads the padding",
            "in a copy of the folder, set pad_token_id in config.json to the one of training, or do"
                + " not pad: convert with a"
                + " dynamic length");
      }
      return;
    }
    int vocabulary = config.integer("vocab_size", Integer.MAX_VALUE);
    if (pad.getAsInt() < 0 || pad.getAsInt() >= vocabulary) {
      warn(
          "pad_token_id",
          "the pad token " + pad.getAsInt() + " is outside of the vocabulary of " + vocabulary,
          "in a copy of the folder, correct pad_token_id in config.json; padded texts cannot be read");
    } else if (readsLast && isEndOfText(pad.getAsInt())) {
      warn(
          "pad_token_id",
          "the pad token is also the end of a text ("
              + pad.getAsInt()
              + "): of a text that ends with it the classifier reads the token before",
          "make sure that texts were tokenized so in training, too");
    } else if (!model.task().embeds() && isEndOfText(pad.getAsInt())) {
      warn(
          "pad_token_id",
          "the pad token is also the end of a text ("
              + pad.getAsInt()
              + "): what tells padding by its id takes the end for padding",
          "in a copy of the folder, correct pad_token_id or eos_token_id in config.json, unless"
              + " training had them so");
    }
  }

  private boolean isEndOfText(int pad) {
    Object end = config.value("eos_token_id");
    return end instanceof List<?> several
        ? several.stream().anyMatch(id -> id instanceof Number n && n.intValue() == pad)
        : end instanceof Number one && one.intValue() == pad;
  }

  private void scaling() {
    Optional<HfConfig> scaling = config.at("rope_scaling");
    scaling.ifPresent(this::positions);
    for (String kind : LAYER_KINDS) {
      // Newer files have a rule for each kind of layer.
      scaling
          .filter(s -> s.value(kind) instanceof Map)
          .flatMap(s -> s.at(kind))
          .ifPresent(this::positions);
    }
    List<String> factors = new ArrayList<>();
    for (Architecture family : Architectures.ALL) {
      for (Factor factor : family.factors()) {
        Object value = config.value(factor.key());
        if (value != null && !sameNumber(value, factor.none())) {
          factors.add(factor.key() + " is " + value);
        }
      }
    }
    Object scalar = config.value("query_pre_attn_scalar");
    if (scalar != null
        && config.has("head_dim")
        && !sameNumber(scalar, config.integer("head_dim"))) {
      factors.add("query_pre_attn_scalar is " + scalar + ", not head_dim");
    }
    if (!factors.isEmpty()) {
      warn(
          factors.get(0).replaceAll(" .*", ""),
          "values are scaled as few models do: " + String.join(", ", factors),
          "verify the file; other converters leave such factors out");
    }
  }

  private void positions(HfConfig scaling) {
    String type = scaling.text("rope_type", "default");
    if (!type.equals("default")) {
      Object factor = scaling.value("factor");
      warn(
          "rope_scaling",
          "positions are scaled: " + type + (factor == null ? "" : " by " + factor),
          "verify with texts of the length that you need; other converters leave the scaling out");
    }
  }

  private static boolean sameNumber(Object value, Object other) {
    return (value instanceof Number a && other instanceof Number b)
        ? a.doubleValue() == b.doubleValue()
        : value.equals(other);
  }

  private void head() throws IOException {
    if (model.task().labels() && model.readsAHead()) {
      UntrainedHead.of(model, checkpoint.weights().tensors())
          .ifPresent(
              what ->
                  warn(
                      "head",
                      what,
                      "check that this is the fine-tuned checkpoint; a base model that was loaded"
                          + " as a classifier has a random head"));
    }
  }

  private void labels() {
    if (model.task().labels()
        && model.labels().stream().allMatch(n -> UNNAMED.matcher(n).matches())) {
      warn(
          "id2label",
          "the labels have no names: " + some(model.labels()),
          "in a copy of the folder, name them by id2label in config.json; their order cannot be"
              + " checked otherwise");
    }
  }

  private void keys() {
    try {
      List<String> unknown = model.unknownKeys();
      if (!unknown.isEmpty()) {
        warn(
            "config.json",
            "nothing reads these keys, and nobody knows them: " + some(unknown),
            "verify the file against answers of the original model if one of them changes it");
      }
    } catch (InvalidInputException e) {
      warn("config.json", "it cannot be converted: " + e.what(), e.remedy());
    }
  }

  private void tensors() {
    List<String> unused = new ArrayList<>(checkpoint.weights().unused());
    if (model.task() == Task.EMBEDDING) {
      // Every encoder is saved with the layer of its next-sentence task.
      unused.removeIf(model.architecture().moduleNames()::isOfPooler);
    }
    if (!unused.isEmpty()) {
      warn(
          "tensors",
          unused.size() + " tensors are used by no layer: " + some(unused),
          "check that architectures in config.json names the class that was trained");
    }
  }

  private void warn(String setting, String what, String remedy) {
    warnings.add(new CheckpointWarning(setting, what, remedy));
  }

  private static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return names.size() <= SHOWN ? first : first + " and " + (names.size() - SHOWN) + " more";
  }
}
