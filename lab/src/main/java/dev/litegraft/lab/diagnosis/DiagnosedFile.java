package dev.litegraft.lab.diagnosis;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Side;
import dev.litegraft.lab.diagnosis.faults.HalfConstants;
import dev.litegraft.lab.diagnosis.faults.RoundedWeights;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.AskedModel;
import dev.litegraft.lab.diagnosis.search.AskedRows;
import dev.litegraft.lab.diagnosis.search.Effort;
import dev.litegraft.lab.diagnosis.search.GraphValues;
import dev.litegraft.lab.diagnosis.weights.FoldedInt8Layers;
import dev.litegraft.lab.diagnosis.weights.MatchedValues;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.verification.AnswerForm;
import dev.litegraft.lab.verification.FileContents;
import dev.litegraft.lab.verification.Reach;
import dev.litegraft.lab.verification.StoredAs;
import dev.litegraft.lab.verification.ValuesInside;
import dev.litegraft.model.Model;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The file under diagnosis and its checkpoint, open: what can be asked of both. */
final class DiagnosedFile {
  /** The part of the free heap that weights may take. */
  private static final double HELD = 0.6;

  /** Rows by which outputs are told apart. */
  private static final int ROWS_OF_OUTPUTS = 3;

  private final Checkpoint checkpoint;
  private final TfliteReader reader;
  private final RawModel model;
  private final PlainLayers layers;
  private final Effort effort;
  private final boolean foreign;
  private final AskedRows rows;
  private final AskedModel asked;
  private final VariantModel own;
  private final StoredAs storage;
  private @Nullable WeightsInFile weights;

  DiagnosedFile(Checkpoint checkpoint, TfliteReader reader, RawModel model, int threads)
      throws IOException {
    this(checkpoint, reader, model, threads, Effort::new);
  }

  /**
   * @param efforts how much is searched, by the multiplications that a token takes
   */
  DiagnosedFile(
      Checkpoint checkpoint,
      TfliteReader reader,
      RawModel model,
      int threads,
      LongFunction<Effort> efforts)
      throws IOException {
    this.checkpoint = checkpoint;
    this.reader = reader;
    this.model = model;
    this.layers = PlainLayers.of(threads).holding((long) (HELD * freeHeap()));
    this.storage = StoredAs.of(reader.model());
    this.foreign = reader.facts().isEmpty();
    Model checkpointModel = Model.of(checkpoint);
    this.effort = efforts.apply(checkpointModel.size().multiplicationsPerToken());
    this.rows =
        new AskedRows(
            Reach.of(checkpointModel, model, reader.facts()).atMost(effort.longestRow()),
            effort.isLarge(),
            foreign && checkpointModel.padding().ofTokenizer() == Side.LEFT,
            foreign);
    VariantModel plain = VariantModel.of(checkpointModel);
    Optional<AnswerForm> said = reader.facts().map(AnswerForm::said);
    this.asked = said.isPresent() ? AskedModel.ours(model, plain, said.get()) : foreignFile(plain);
    this.own = asked.alike(plain);
  }

  private static long freeHeap() {
    Runtime java = Runtime.getRuntime();
    return java.maxMemory() - java.totalMemory() + java.freeMemory();
  }

  /** The output that answers is told by the first rows: cheap ones, and several. */
  private AskedModel foreignFile(VariantModel plain) {
    List<TokenRow> some = new ArrayList<>();
    for (AskedRows.Batch batch : of(rows.batches(), AskedRows.Group.PLAIN)) {
      if (some.size() < ROWS_OF_OUTPUTS) {
        some.addAll(batch.rows());
      }
    }
    // Not as a hypothesis: what the checkpoint lacks is the user's to know.
    plain.answers(layers, List.of(some.get(0)));
    List<List<RawOutput>> outputs =
        taken(plain.model(), () -> some.stream().map(row -> model.run(model.taken(row))).toList());
    return AskedModel.of(model, plain, some, outputs, layers);
  }

  static List<AskedRows.Batch> of(List<AskedRows.Batch> batches, AskedRows.Group group) {
    return batches.stream().filter(batch -> batch.group() == group).toList();
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  TfliteReader reader() {
    return reader;
  }

  RawModel model() {
    return model;
  }

  PlainLayers layers() {
    return layers;
  }

  Effort effort() {
    return effort;
  }

  /** Whether another tool wrote it: it says nothing of itself. */
  boolean isForeign() {
    return foreign;
  }

  AskedRows rows() {
    return rows;
  }

  /** Which of its outputs answers, and how. */
  AskedModel asked() {
    return asked;
  }

  /** The checkpoint's model, answering in the file's form. */
  VariantModel own() {
    return own;
  }

  StoredAs storage() {
    return storage;
  }

  /** What could not be asked of it, in sentences. */
  List<String> limits() {
    List<String> limits = new ArrayList<>();
    FileContents contents = new FileContents(reader.model());
    contents.severalModels().ifPresent(limits::add);
    contents.noWholeNumbers().ifPresent(limits::add);
    int longest = model.lengths().stream().mapToInt(i -> i).max().orElse(Reach.TELLING);
    if (longest < Reach.TELLING) {
      limits.add(
          "the file takes "
              + longest
              + " tokens at most: what only longer texts show is not told (positions, masks,"
              + " windows)");
    }
    return limits;
  }

  /** That the file says it was made with. */
  Optional<Recipe> recipe() throws IOException {
    Optional<String> name = reader.facts().map(ModelFacts::recipe);
    return Recipe.all().stream()
        .filter(r -> name.equals(Optional.of(r.canonicalName())))
        .findFirst();
  }

  /** Its answers. */
  AskedFile asked(List<AskedRows.Batch> batches) {
    return taken(own.model(), () -> AskedFile.of(asked, batches));
  }

  private static <T> T taken(Model checkpoint, Supplier<T> question) {
    try {
      return question.get();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "the file does not take what the checkpoint takes: " + e.what(),
          e.where(),
          "check that the file was made of this checkpoint: its vocabulary has "
              + checkpoint.vocabulary()
              + " tokens");
    }
  }

  /**
   * The checkpoint's answers to the same.
   *
   * @throws InvalidInputException if they have another number of numbers
   */
  List<float[][]> ownAnswers(AskedFile subject) {
    // Not as a hypothesis: what the checkpoint lacks is the user's to know.
    own.answers(layers, List.of(subject.batches().get(0).rows().get(0)));
    List<float[][]> answers = subject.answers(own, subject.all(), layers).orElseThrow();
    int expected = answers.get(0)[0].length;
    int actual = subject.answers(subject.all()).get(0)[0].length;
    if (expected != actual) {
      throw new InvalidInputException(
          "the file answers one token with "
              + actual
              + " numbers, where the checkpoint ("
              + own.model().hfClass()
              + ") gives "
              + expected,
          model.where() + " beside " + checkpoint.folder(),
          "check that the file was made of this checkpoint, with its head and its labels");
    }
    return answers;
  }

  /** Which of the checkpoint's matrices it has. */
  WeightsInFile weights() throws IOException {
    WeightsInFile known = weights;
    if (known == null) {
      known =
          WeightsInFile.of(
              checkpoint.weights().tensors(), // an adapter's are merged there
              own.model().architecture().moduleNames(),
              reader);
      weights = known;
    }
    return known;
  }

  /**
   * The checkpoint's model with the weights that another tool's file has: of an int8 file rounded
   * as there.
   */
  Optional<VariantModel> theirs() throws IOException {
    if (!foreign || storage == StoredAs.F32 || !weights().isComplete()) {
      return Optional.empty();
    }
    if (storage == StoredAs.F16 && hasPositions()) {
      return Optional.empty(); // Tools add tables of positions and types up before they round them.
    }
    WeightsInFile found = weights();
    if (storage != StoredAs.F16) {
      VariantModel theirs = own.with(found.over(own.weights(), UnaryOperator.identity()));
      return Optional.of(theirs.with((f, in) -> new FoldedInt8Layers(f, found)));
    }
    VariantModel theirs =
        own.with(found.over(own.weights(), t -> RoundedWeights.of(t, RoundedWeights.Type.FLOAT16)));
    return Optional.of(theirs.with(new HalfConstants(!model.lengths().isEmpty())));
  }

  private boolean hasPositions() {
    ModuleNames family = own.model().architecture().moduleNames();
    return checkpoint.weights().tensors().keySet().stream()
        .map(name -> name.substring(0, Math.max(0, name.lastIndexOf('.'))))
        .anyMatch(family::isPositions);
  }

  /** Where another tool's graph has the checkpoint's modules; absent for a file of ours. */
  Optional<MatchedValues> matched() throws IOException {
    return foreign ? Optional.of(MatchedValues.of(reader.model(), weights())) : Optional.empty();
  }

  /**
   * The values of its graph for a few of the rows that a tokenizer makes.
   *
   * @param like the checkpoint's model, with the file's weights where they are known
   * @return empty where the graph shows none, or they cannot be read
   */
  Optional<GraphValues> graphValues(List<AskedRows.Batch> batches, VariantModel like)
      throws IOException {
    Optional<MatchedValues> matched = matched();
    List<TokenRow> few = effort.fewRows(of(batches, AskedRows.Group.PLAIN));
    Set<String> modules = GraphValues.modules(own, layers, few);
    List<Map<String, float[]>> values = new ArrayList<>();
    List<Map<String, float[]>> inputs = new ArrayList<>();
    boolean rounded = storage.isQuantized();
    try {
      for (TokenRow row : few) {
        values.add(ValuesInside.of(model, row, modules, matched));
        if (rounded && matched.isPresent()) {
          inputs.add(ValuesInside.inputs(model, row, matched.get()));
        }
      }
    } catch (InvalidInputException e) {
      return Optional.empty(); // The plain kernels refuse what the fast ones compute.
    }
    if (values.stream().allMatch(Map::isEmpty)) {
      return Optional.empty();
    }
    GraphValues all = GraphValues.of(few, values, rounded);
    return Optional.of(
        inputs.isEmpty()
            ? all
            : all.followedBy(inputs, biases(matched.orElseThrow()), like, layers));
  }

  /** The biases of norms whose weights were taken into matrices, by the matrices' modules. */
  private Map<String, float[]> biases(MatchedValues matched) throws IOException {
    Map<String, TensorData> tensors = checkpoint.weights().tensors();
    Map<String, float[]> biases = new HashMap<>();
    for (Map.Entry<String, MatchedValues.Value> entry : matched.byModule().entrySet()) {
      String norm = entry.getValue().norm().orElse("");
      TensorData bias = tensors.get(norm.replaceFirst("weight$", "bias"));
      if (bias != null && !norm.isEmpty()) {
        float[] numbers = new float[Math.toIntExact(bias.shape().elements())];
        bias.read(0, numbers, 0, numbers.length);
        biases.put(entry.getKey(), numbers);
      }
    }
    return biases;
  }
}
