package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.reference.GoldenCase.Input;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference against what the Hugging Face classes answered. */
class PlainLayersGoldenTest {
  /**
   * Against logits in f64: values between modules are f32 here, which moves logits of size 3 by
   * 1e-6 to 1e-5, as the recorded distance of Hugging Face's own f32 from f64 does. The smallest
   * effect of a wrong setting in these cases is 1e-3.
   */
  private static final double LOGITS = 2e-5;

  /** Against hidden states of Hugging Face in f32, relative to the largest number of the layer. */
  private static final double HIDDEN_STATES = 1e-5;

  private static final Pattern LAYER = Pattern.compile("(?:.*\\.)?(?:layers?|block)\\.(\\d+)");
  private static final Pattern EMBEDDINGS =
      Pattern.compile("(?:.*\\.)?(embeddings|embed_tokens|shared)");
  private static final Pattern LAST_NORM =
      Pattern.compile("(model\\.)?norm|(.*\\.)?encoder\\.final_layer_norm");

  static List<String> classifiers() throws IOException {
    List<String> names = new ArrayList<>(GoldenCase.names());
    names.remove("bert-model-meanpool");
    names.remove("llama-causallm-tied-bf16");
    return names;
  }

  static List<String> withHiddenStates() throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : GoldenCase.names()) {
      if (Files.exists(GoldenCase.read(name).hiddenStates())) {
        names.add(name);
      }
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void logitsAreThoseOfHuggingFace(String name) throws IOException {
    GoldenCase golden = GoldenCase.read(name);
    try (Checkpoint checkpoint = Architectures.open(golden.folder())) {
      Architectures.Found found = Architectures.of(checkpoint.config());
      for (Input input : golden.inputs()) {
        Array logits =
            forward(checkpoint, found.architecture(), found.task(), input, PlainLayers.of(2));
        boolean everyToken = found.task() != Task.SEQUENCE_CLASSIFICATION;
        assertClose(
            name + " " + input,
            logits,
            input.logits(),
            everyToken ? Optional.of(input.attended()) : Optional.empty(),
            LOGITS);
      }
    }
  }

  /** All texts of a case at once, long and short, padded on either side and not. */
  @ParameterizedTest
  @MethodSource("classifiers")
  void packedTextsAreComputedAsIfEachWereAlone(String name) throws IOException {
    GoldenCase golden = GoldenCase.read(name);
    try (Checkpoint checkpoint = Architectures.open(golden.folder())) {
      Architectures.Found found = Architectures.of(checkpoint.config());
      Array ids = packed(golden, Input::ids);
      Optional<Array> types =
          found.architecture().takesTokenTypes(checkpoint.config())
              ? Optional.of(
                  packed(
                      golden,
                      i -> i.tokenTypes().orElseGet(() -> Array.filled(i.ids().shape(), 0))))
              : Optional.empty();
      Inputs<Array> in =
          new Inputs<>(ids, packed(golden, Input::attended), types, found.task(), Optional.empty());
      PackedLayers layers = new PackedLayers(PlainLayers.of(2), lengths(golden));
      float[] logits =
          found
              .architecture()
              .forward(layers, checkpoint.config(), checkpoint.weights(), in)
              .numbers();
      boolean everyToken = found.task() != Task.SEQUENCE_CLASSIFICATION;
      int at = 0;
      for (Input input : golden.inputs()) {
        int count = input.logits().numbers().length;
        assertClose(
            name + " " + input,
            Array.of(input.logits().shape(), Arrays.copyOfRange(logits, at, at + count)),
            input.logits(),
            everyToken ? Optional.of(input.attended()) : Optional.empty(),
            LOGITS);
        at += count;
      }
      assertThat(at).isEqualTo(logits.length);
    }
  }

  private static int[] lengths(GoldenCase golden) {
    return golden.inputs().stream()
        .flatMapToInt(i -> IntStream.generate(() -> i.ids().dim(1)).limit(i.ids().dim(0)))
        .toArray();
  }

  private static Array packed(GoldenCase golden, Function<Input, Array> of) {
    float[] all = new float[IntStream.of(lengths(golden)).sum()];
    int at = 0;
    for (Input input : golden.inputs()) {
      float[] own = of.apply(input).numbers();
      System.arraycopy(own, 0, all, at, own.length);
      at += own.length;
    }
    return Array.of(Shape.of(1, all.length), all);
  }

  @ParameterizedTest
  @MethodSource("withHiddenStates")
  void everyLayerGivesTheHiddenStatesOfHuggingFace(String name) throws IOException {
    GoldenCase golden = GoldenCase.read(name);
    try (Checkpoint checkpoint = Architectures.open(golden.folder());
        SafetensorsFile recorded = SafetensorsFile.open(golden.hiddenStates())) {
      Map<String, Map<String, Array>> states = new LinkedHashMap<>();
      recorded
          .tensors()
          .forEach(
              (key, tensor) -> {
                int dot = key.indexOf('.');
                states
                    .computeIfAbsent(key.substring(0, dot), k -> new LinkedHashMap<>())
                    .put(key.substring(dot + 1), array(tensor));
              });
      for (Map.Entry<String, Map<String, Array>> entry : states.entrySet()) {
        Input input = golden.input(entry.getKey());
        Map<String, Array> ours = hiddenStates(checkpoint, input);
        assertThat(ours.keySet()).as(name).containsAll(entry.getValue().keySet());
        entry
            .getValue()
            .forEach(
                (state, expected) ->
                    assertClose(
                        name + " " + input + " " + state,
                        Objects.requireNonNull(ours.get(state)),
                        expected,
                        Optional.of(input.attended()),
                        HIDDEN_STATES * largest(expected)));
      }
    }
  }

  /** What the layers were heard to make, under the names of the recorded states. */
  private static Map<String, Array> hiddenStates(Checkpoint checkpoint, Input input) {
    PlainLayers f = PlainLayers.of(2);
    boolean scaled = checkpoint.config().text("model_type").startsWith("gemma");
    double factor = scaled ? Math.sqrt(checkpoint.config().integer("hidden_size")) : 1;
    Architecture family = Architectures.of(checkpoint.config()).architecture();
    int layers = checkpoint.config().integer(family.configNames().layers(), 0);
    Map<String, Array> states = new LinkedHashMap<>();
    ValueListener listener =
        (path, value) -> {
          Matcher layer = LAYER.matcher(path);
          if (layer.matches()) {
            states.put("hidden_states." + (Integer.parseInt(layer.group(1)) + 1), value);
            states.put("last_layer_output_before_final_norm", value);
          } else if (EMBEDDINGS.matcher(path).matches()) {
            states.put(
                "hidden_states.0", f.scale(value, factor)); // Gemma's state is the scaled one
          } else if (LAST_NORM.matcher(path).matches()) {
            states.put("hidden_states." + layers, value);
          }
        };
    forward(checkpoint, family, Task.EMBEDDING, input, f.with(listener));
    return states;
  }

  @Test
  void aTiedOutputMatrixGivesTheLogitsOfTheLanguageModel() throws IOException {
    GoldenCase golden = GoldenCase.read("llama-causallm-tied-bf16");
    try (Checkpoint checkpoint = Architectures.open(golden.folder())) {
      Architecture llama = Architectures.ALL.get(0);
      int width = checkpoint.config().integer("hidden_size");
      Embedding table =
          Embedding.read(
              checkpoint.weights().at("model").at("embed_tokens"),
              checkpoint.config().integer("vocab_size"),
              width);
      PlainLayers f = PlainLayers.of(2);
      for (Input input : golden.inputs()) {
        Array hidden = forward(checkpoint, llama, Task.EMBEDDING, input, f);
        Array logits = f.linear(hidden, new Linear("lm_head", table.weight(), Optional.empty()));
        assertClose(input.name(), logits, input.logits(), Optional.of(input.attended()), LOGITS);
      }
    }
  }

  @Test
  void poolingGivesTheSentenceEmbeddings() throws IOException {
    GoldenCase golden = GoldenCase.read("bert-model-meanpool");
    try (Checkpoint checkpoint = Architectures.open(golden.folder())) {
      Architectures.Found found = Architectures.of(checkpoint.config());
      PlainLayers f = PlainLayers.of(2);
      for (Input input : golden.inputs()) {
        Array hidden = forward(checkpoint, found.architecture(), found.task(), input, f);
        Array mean = f.pick(f.averaging(input.attended()), hidden);
        assertClose(
            input.name(),
            hidden,
            input.optional("last_hidden_state").orElseThrow(),
            Optional.of(input.attended()),
            LOGITS);
        assertClose(
            input.name(),
            f.pick(f.firstToken(input.ids()), hidden),
            input.optional("cls").orElseThrow(),
            Optional.empty(),
            LOGITS);
        assertClose(
            input.name(),
            mean,
            input.optional("mean_pooled").orElseThrow(),
            Optional.empty(),
            LOGITS);
        assertClose(
            input.name(),
            f.normalize(mean),
            input.optional("mean_pooled_l2").orElseThrow(),
            Optional.empty(),
            LOGITS);
      }
    }
  }

  private static Array forward(
      Checkpoint checkpoint, Architecture family, Task task, Input input, PlainLayers f) {
    return family.forward(
        f,
        checkpoint.config(),
        checkpoint.weights(),
        new Inputs<>(input.ids(), input.attended(), input.tokenTypes(), task, Optional.empty()));
  }

  private static Array array(RawTensorData tensor) {
    return Array.of(tensor.shape(), LinearLayer.read(tensor, 0, (int) tensor.shape().elements()));
  }

  private static double largest(Array x) {
    double largest = 0;
    for (float number : x.numbers()) {
      largest = Math.max(largest, Math.abs(number));
    }
    return largest;
  }

  /** Compares rows; with a mask [b, t] only those of attended tokens. */
  private static void assertClose(
      String what, Array actual, Array expected, Optional<Array> attended, double tolerance) {
    assertThat(actual.numbers()).as(what).hasSameSizeAs(expected.numbers());
    int width = expected.shape().last();
    double worst = 0;
    for (int i = 0; i < expected.numbers().length; i++) {
      int row = i / width;
      if (attended.map(mask -> mask.numbers()[row] != 0).orElse(true)) {
        double difference = Math.abs((double) actual.numbers()[i] - expected.numbers()[i]);
        worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
      }
    }
    assertThat(worst).as(what).isLessThanOrEqualTo(tolerance);
  }
}
