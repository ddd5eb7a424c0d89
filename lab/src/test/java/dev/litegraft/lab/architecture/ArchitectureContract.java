package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigKeys;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.checkpoint.safetensors.SafetensorsFile;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.graph.Graph;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ValueListener;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every family with recorded outputs must do. A family's test names its cases and its numbers.
 */
abstract class ArchitectureContract {
  /** As long as the longest recorded text. */
  private static final int FIXED_LENGTH = 64;

  /** Of a further signature. */
  private static final int TEXTS = 3;

  /** Other kernels may sum in another order where there are more rows. */
  private static final float ROUNDING = 1e-5f;

  @TempDir Path scratch = Path.of("");

  /** Names of the family's recorded cases; the first is used where one is enough. */
  abstract List<String> cases();

  /** Operators that the fast kernels do not take, in the dynamic graph of the first case. */
  abstract int operatorsOutsideFastKernels();

  /** The module of a layer's output, as {@code hidden_states.safetensors} counts them from 1. */
  String layer(int k) {
    return "model.layers." + (k - 1);
  }

  /**
   * Whether the original's answer to this row stays when more padding follows, as a static length
   * adds it.
   */
  boolean canBePadded(int[] mask) {
    return true;
  }

  /** Whether a tensor was saved with the class, and its answers do not need it. */
  boolean mayBeMissing(String tensor) {
    return false;
  }

  /** Whether the last recorded state is the one behind the final norm. */
  boolean lastStateIsNormed() {
    return true;
  }

  @Test
  void referenceAnswersAsHuggingFaceDid() throws IOException {
    for (String name : cases()) {
      GoldenCase golden = GoldenCase.of(name);
      try (Checkpoint checkpoint = Architectures.open(golden.folder())) {
        Task task = Architectures.of(checkpoint.config()).task();
        for (GoldenCase.Input input : golden.inputs()) {
          Array answers = GoldenAnswers.computed(checkpoint, input, task, ValueListener.NONE);
          GoldenAnswers.answersAgree(answers, input, task, name + ", " + input.name());
        }
      }
    }
  }

  @Test
  void everyHiddenStateOfTheReferenceIsHuggingFaces() throws IOException {
    for (String name : cases()) {
      GoldenCase golden = GoldenCase.of(name);
      Path recorded = golden.folder().resolve("hidden_states.safetensors");
      if (Files.exists(recorded)) {
        try (SafetensorsFile states = SafetensorsFile.open(recorded);
            Checkpoint checkpoint = Architectures.open(golden.folder())) {
          for (GoldenCase.Input input : golden.inputs()) {
            if (states.tensors().containsKey(input.name() + ".hidden_states.1")) {
              hiddenStatesAreAsRecorded(checkpoint, input, states.tensors());
            }
          }
        }
      }
    }
  }

  /** The backbone alone computes the last layer of every token too. */
  private void hiddenStatesAreAsRecorded(
      Checkpoint checkpoint, GoldenCase.Input input, Map<String, ? extends TensorData> states)
      throws IOException {
    Map<String, Array> seen = new HashMap<>();
    Array last = GoldenAnswers.computed(checkpoint, input, Task.EMBEDDING, seen::put);
    int layers = 0;
    while (states.containsKey(input.name() + ".hidden_states." + (layers + 1))) {
      layers++;
    }
    for (int k = 1; k <= layers; k++) {
      String path = path(checkpoint, k);
      Array state = k == layers && lastStateIsNormed() ? last : seen.get(path);
      assertThat(state).as("%s of %s", path, input.name()).isNotNull();
      TensorData recorded = states.get(input.name() + ".hidden_states." + k);
      if (state != null && recorded != null) {
        GoldenAnswers.statesAgree(state, input, recorded, path + " of " + input.name());
      }
    }
  }

  /** The module of a layer's output: without its first part in a bare model. */
  private String path(Checkpoint checkpoint, int k) {
    String path = layer(k);
    return checkpoint.weights().at(path).isEmpty() ? path.substring(path.indexOf('.') + 1) : path;
  }

  @Test
  void fileAnswersAsHuggingFaceDid() throws IOException {
    for (String name : cases()) {
      answersAsRecorded(GoldenCase.of(name), options(Qkv.SPLIT));
    }
  }

  @Test
  void fileWithFusedProjectionsAnswersTheSame() throws IOException {
    answersAsRecorded(GoldenCase.of(cases().get(0)), options(Qkv.FUSED));
  }

  @Test
  void fileOfStaticLengthAnswersTheSame() throws IOException {
    GoldenCase golden = GoldenCase.of(cases().get(0)).paddedTo(FIXED_LENGTH);
    ConversionOptions fixed = options(Qkv.SPLIT).withLengths(List.of(FIXED_LENGTH));
    answersAsRecorded(golden, fixed);
  }

  /** Whether a graph can take several texts at once. */
  boolean takesSeveralTexts() {
    return true;
  }

  @Test
  void severalTextsAtOnceAnswerAsEachAlone() throws IOException {
    GoldenCase golden = GoldenCase.of(cases().get(0));
    Path file = scratch.resolve("several.tflite");
    Converter converter =
        Converter.of(golden.folder()).withOptions(options(Qkv.SPLIT).withBatch(TEXTS));
    if (!takesSeveralTexts()) {
      assertThatThrownBy(() -> converter.convert(file))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("one text at a time, not " + TEXTS)
          .hasMessageContaining("--batch");
      return;
    }
    converter.convert(file);
    try (RawModel model = RawModel.open(file)) {
      assertThat(model.textsAtOnce()).isEqualTo(TEXTS);
      int[] longest = longest(golden);
      for (int length : new int[] {1, 2, longest.length}) {
        List<TokenRow> rows = new ArrayList<>();
        for (int text = 0; text < TEXTS; text++) {
          int[] ids = new int[length];
          int[] mask = new int[length];
          for (int i = 0; i < length; i++) {
            ids[i] = longest[(i + text) % longest.length];
            mask[i] = model.takesMask() && length > 2 && i >= length - text ? 0 : 1;
          }
          rows.add(TokenRow.of(ids, mask, null));
        }
        List<RawOutput> together = model.answers(rows);
        for (int text = 0; text < TEXTS; text++) {
          RawOutput alone = model.answer(rows.get(text));
          assertThat(together.get(text).shape()).isEqualTo(alone.shape());
          assertThat(together.get(text).values())
              .as("text %d of %d tokens", text, length)
              .containsExactly(alone.values(), within(ROUNDING));
        }
      }
    }
  }

  private static int[] longest(GoldenCase golden) {
    int[] longest = {};
    for (GoldenCase.Input input : golden.inputs()) {
      longest = input.ids()[0].length > longest.length ? input.ids()[0] : longest;
    }
    return longest;
  }

  private static ConversionOptions options(Qkv qkv) {
    return ConversionOptions.defaults().withRecipe(Recipe.F32).withQkv(qkv);
  }

  private void answersAsRecorded(GoldenCase golden, ConversionOptions options) throws IOException {
    Path file = scratch.resolve(golden.name() + ".tflite");
    Task task = Converter.of(golden.folder()).withOptions(options).convert(file).task();
    try (RawModel model = RawModel.open(file)) {
      for (GoldenCase.Input input : golden.inputs()) {
        for (int row = 0; row < input.ids().length; row++) {
          int[] mask = input.mask()[row];
          if (!options.lengths().isEmpty() && !canBePadded(mask)) {
            continue;
          }
          int[] types = input.types().isPresent() ? input.types().get()[row] : null;
          float[] answer = model.answer(input.ids()[row], mask, types).values();
          int perToken = task == Task.TOKEN_CLASSIFICATION ? answer.length / mask.length : 0;
          float[] recorded = input.answer()[row];
          float[] expected = task == Task.EMBEDDING ? GoldenAnswers.mean(recorded, mask) : recorded;
          assertThat(GoldenAnswers.largestDifference(answer, expected, mask, perToken))
              .as("%s, %s, row %d", golden.name(), input.name(), row)
              .isLessThanOrEqualTo(GoldenAnswers.FILE_TOLERANCE);
        }
      }
    }
  }

  @Test
  void everyLayerIsHuggingFaces() throws IOException {
    for (String name : cases()) {
      GoldenCase golden = GoldenCase.of(name);
      Path recorded = golden.folder().resolve("hidden_states.safetensors");
      if (Files.exists(recorded)) {
        try (SafetensorsFile states = SafetensorsFile.open(recorded)) {
          layersAreAsRecorded(golden, states.tensors());
        }
      }
    }
  }

  /** All but the last layer, of which a classifier computes one token. */
  private void layersAreAsRecorded(GoldenCase golden, Map<String, ? extends TensorData> states)
      throws IOException {
    Path file = scratch.resolve(golden.name() + "-probed.tflite");
    List<String> probes = new ArrayList<>();
    try (Checkpoint checkpoint = Architectures.open(golden.folder())) {
      for (int k = 1; !checkpoint.weights().at(path(checkpoint, k + 1)).isEmpty(); k++) {
        probes.add(path(checkpoint, k));
      }
    }
    assertThat(probes).isNotEmpty();
    Converter.of(golden.folder()).withOptions(options(Qkv.SPLIT)).convert(file, probes);
    try (RawModel model = RawModel.open(file)) {
      for (GoldenCase.Input input : golden.inputs()) {
        for (int k = 1; k <= probes.size(); k++) {
          TensorData state = states.get(input.name() + ".hidden_states." + k);
          if (state != null) {
            GoldenAnswers.layerIsAsRecorded(model, input, probes.get(k - 1), state);
          }
        }
      }
    }
  }

  @Test
  void bothLayoutsBuildAtDynamicAndStaticLength() throws IOException {
    try (Checkpoint checkpoint = Architectures.open(GoldenCase.of(cases().get(0)).folder())) {
      for (Qkv qkv : Qkv.values()) {
        for (int tokens : new int[] {Shape.TOKENS, 16}) {
          Graph graph = EdgeModel.graph(checkpoint.config(), checkpoint.weights(), tokens, qkv);
          assertThat(graph.outputs()).containsKey("logits");
        }
      }
    }
  }

  @Test
  void everyKeyAndTensorIsAccountedFor() throws IOException {
    for (String name : cases()) {
      try (Checkpoint checkpoint = Architectures.open(GoldenCase.of(name).folder())) {
        dynamicGraph(checkpoint.config(), checkpoint.weights());
        assertThat(ConfigKeys.check(checkpoint.config(), Architectures.configNames()))
            .as("keys of %s", name)
            .isEmpty();
        ModuleNames names = Architectures.moduleNames(checkpoint.config());
        List<String> unused = new ArrayList<>(checkpoint.weights().unused());
        unused.removeIf(names::isOfPooler); // a bare model is saved with one
        assertThat(unused).as("tensors of %s", name).isEmpty();
      }
    }
  }

  @Test
  void anUnreadKeyThatChangesTheAnswerIsRefused() throws IOException {
    try (Checkpoint checkpoint = Architectures.open(GoldenCase.of(cases().get(0)).folder())) {
      HfConfig clipped = checkpoint.config().with("clip_qkv", 8);
      dynamicGraph(clipped, checkpoint.weights());
      assertThatThrownBy(() -> ConfigKeys.check(clipped, Architectures.configNames()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("clip_qkv");
    }
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    try (Checkpoint checkpoint = Architectures.open(GoldenCase.of(cases().get(0)).folder())) {
      for (String name : checkpoint.weights().tensors().keySet()) {
        if (mayBeMissing(name)) {
          continue;
        }
        Map<String, TensorData> rest = new LinkedHashMap<>(checkpoint.weights().tensors());
        rest.remove(name);
        Weights without = CheckpointWeights.of(rest, "without " + name);
        assertThatThrownBy(() -> dynamicGraph(checkpoint.config(), without))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining(name);
      }
    }
  }

  @Test
  void operatorsOutsideTheFastKernelsAreFew() throws IOException {
    try (Checkpoint checkpoint = Architectures.open(GoldenCase.of(cases().get(0)).folder())) {
      Graph graph = dynamicGraph(checkpoint.config(), checkpoint.weights());
      assertThat(FastKernels.outside(graph)).hasSize(operatorsOutsideFastKernels());
    }
  }

  private static Graph dynamicGraph(HfConfig config, Weights weights) {
    return EdgeModel.graph(config, weights, Shape.TOKENS, Qkv.SPLIT);
  }
}
