package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.tensor.DType;
import dev.litegraft.tflite.TfliteFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.InterpreterOptions;
import org.bytedeco.tensorflowlite.SignatureRunner;
import org.bytedeco.tensorflowlite.StringVector;
import org.bytedeco.tensorflowlite.Subgraph;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteRegistration;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.jspecify.annotations.Nullable;

/**
 * LiteRT's interpreter of one model, with its fast kernels (XNNPACK). For one thread at a time:
 * {@link InterpreterPool} sees to that. The model must stay open as long as this is.
 *
 * <p>Nothing in LiteRT throws; here each status is read, and one that is not 0 is an exception.
 *
 * <p>The kernels pack the weights in memory, or share {@link PackedWeights} on disk.
 */
final class LiteRtInterpreter implements AutoCloseable {
  private static final String FAST_KERNELS = "TfLiteXNN";

  // kTfLiteFloat32 and kTfLiteMmapRo
  private static final int FLOAT32 = 1;
  private static final int CONSTANT = 1;

  /** [1, t, d] */
  private static final int ROWS_RANK = 3;

  private final LiteRtModel model;
  private final boolean keepsValues;

  /** Whether fast kernels pack the weights, which are not read from the file any more then. */
  private final boolean packs;

  private final BuiltinOpResolver resolver;
  private final InterpreterOptions options;
  private final InterpreterBuilder builder;
  private final Interpreter handle;
  private final @Nullable XnnpackDelegate delegate;

  /** By the signature itself: all that ask have it of {@link #signatures}. */
  private final IdentityHashMap<TextSignature, BoundSignature> bound = new IdentityHashMap<>();

  /** Of a bundle, what the encoder is given in the place of ids. */
  private @Nullable WordRows rows;

  private boolean answered;

  /**
   * An interpreter with the fast kernels.
   *
   * @throws InvalidFileException if LiteRT cannot run the model: an operator that it does not know,
   *     or tables that contradict each other
   */
  static LiteRtInterpreter of(LiteRtModel model, int threads) {
    return of(model, XnnpackDelegate.Work.of(threads, model.isLarge()));
  }

  /** As {@link #of(LiteRtModel, int)}, where kernels are told how they share their work. */
  static LiteRtInterpreter of(LiteRtModel model, XnnpackDelegate.Work work) {
    int threads = work.threads();
    PackedWeights weights = model.weights();
    Optional<LiteRtInterpreter> sharing =
        weights == null
            ? Optional.empty()
            : weights.interpreter(
                work,
                delegate ->
                    new LiteRtInterpreter(
                        model,
                        threads,
                        new BuiltinOpResolverWithoutDefaultDelegates(),
                        false,
                        delegate));
    return sharing.isPresent() ? sharing.get() : packingForItself(model, threads);
  }

  private static LiteRtInterpreter packingForItself(LiteRtModel model, int threads) {
    return new LiteRtInterpreter(model, threads, new BuiltinOpResolver(), false, null);
  }

  /**
   * An interpreter without the fast kernels that keeps every value, for {@link #values}.
   *
   * @throws InvalidFileException as the constructor
   */
  static LiteRtInterpreter keepingValues(LiteRtModel model, int threads) {
    return new LiteRtInterpreter(
        model, threads, new BuiltinOpResolverWithoutDefaultDelegates(), true, null);
  }

  /**
   * An interpreter without the fast kernels, as clients have it that are built without XNNPACK. It
   * shares memory between values, which {@link #keepingValues} does not.
   *
   * @throws InvalidInputException as the constructor
   */
  static LiteRtInterpreter withBuiltInKernels(LiteRtModel model, int threads) {
    return new LiteRtInterpreter(
        model, threads, new BuiltinOpResolverWithoutDefaultDelegates(), false, null);
  }

  private LiteRtInterpreter(
      LiteRtModel model,
      int threads,
      BuiltinOpResolver resolver,
      boolean keepsValues,
      @Nullable XnnpackDelegate delegate) {
    this.model = model;
    this.delegate = delegate;
    this.keepsValues = keepsValues;
    this.packs =
        delegate != null || !(resolver instanceof BuiltinOpResolverWithoutDefaultDelegates);
    this.resolver = resolver;
    this.options = new InterpreterOptions();
    options.SetPreserveAllTensors(keepsValues);
    this.builder = new InterpreterBuilder(model.handle(), resolver, options);
    this.handle = new Interpreter((Pointer) null);
    builder.SetNumThreads(threads);
    if (delegate != null) {
      builder.AddDelegate(delegate.handle());
    }
    model.requireWhole();
    int status = builder.apply(handle);
    if (status != 0 || handle.isNull()) {
      close();
      throw new InvalidFileException(
          "LiteRT cannot run the file: building its interpreter gave status " + status,
          model.where(),
          "use a file without custom operators, made for LiteRT 2.21 or older");
    }
    LiteRtModel embedder = model.embedder();
    try {
      this.rows = embedder == null ? null : new WordRows(embedder);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * The signatures that take a text; in a file without signatures, its first subgraph.
   *
   * @throws InvalidFileException if there are none
   */
  List<TextSignature> signatures() {
    List<Optional<String>> keys = new ArrayList<>();
    try (StringVector names = handle.signature_keys()) {
      for (long i = 0; i < names.size(); i++) {
        keys.add(LiteRt.text(names.get(i)));
      }
    }
    if (keys.isEmpty()) {
      keys.add(Optional.empty());
    }
    List<TextSignature> signatures = new ArrayList<>();
    InvalidFileException first = null;
    for (Optional<String> key : keys) {
      try {
        signatures.add(described(key));
      } catch (InvalidFileException e) {
        first = first == null ? e : first;
      }
    }
    if (signatures.isEmpty() && first != null) {
      throw first;
    }
    signatures.sort(Comparator.comparingInt(TextSignature::rows)); // that of one text first
    return List.copyOf(signatures);
  }

  private TextSignature described(Optional<String> key) {
    SignatureRunner runner = runner(key);
    List<TensorSpec> inputs = new ArrayList<>();
    for (String name : names(runner.input_names(), runner.input_size())) {
      inputs.add(asIds(spec(name, present(input(runner, name), name, key))));
    }
    List<TensorSpec> outputs = new ArrayList<>();
    for (String name : names(runner.output_names(), runner.output_size())) {
      outputs.add(spec(name, present(output(runner, name), name, key)));
    }
    return TextSignature.of(key, inSubgraphOrder(key, inputs), outputs, where(key));
  }

  /** The rows of tokens that a bundle's encoder takes are made here of their ids. */
  private TensorSpec asIds(TensorSpec input) {
    return rows != null && input.shape().size() == ROWS_RANK
        ? new TensorSpec(input.name(), Optional.of(DType.I32), input.shape().subList(0, 2))
        : input;
  }

  // A signature runner names its inputs in alphabetical order.
  private List<TensorSpec> inSubgraphOrder(Optional<String> key, List<TensorSpec> inputs) {
    Subgraph subgraph = handle.subgraph(subgraph(key));
    SignatureRunner runner = runner(key);
    Map<Long, Integer> places = new HashMap<>();
    for (int tensor : LiteRt.numbers(subgraph.inputs())) {
      places.put(subgraph.tensor(tensor).address(), places.size());
    }
    if (!inputs.stream().allMatch(input -> TextSignature.isTelling(input.name()))) {
      LookedUpInput.of(model.door().model(), subgraph(key))
          .ifPresent(
              ids -> {
                places.put(subgraph.tensor(ids).address(), -1);
                for (int types : LookedUpInput.types(model.door().model(), subgraph(key), ids)) {
                  places.merge(subgraph.tensor(types).address(), inputs.size(), Integer::sum);
                }
              });
    }
    return inputs.stream()
        .sorted(
            Comparator.comparing(
                input ->
                    places.getOrDefault(input(runner, input.name()).address(), Integer.MAX_VALUE)))
        .toList();
  }

  private static List<String> names(@Nullable PointerPointer<?> pointers, long count) {
    List<String> names = new ArrayList<>();
    // An empty vector has no address.
    for (long i = 0; pointers != null && i < count; i++) {
      names.add(pointers.getString(i, StandardCharsets.UTF_8));
    }
    return names;
  }

  private <T extends Pointer> T present(@Nullable T tensor, String name, Optional<String> key) {
    if (tensor == null || tensor.isNull()) {
      throw new InvalidFileException(
          "the signature names " + name + ", but LiteRT finds no such tensor",
          where(key),
          "make the file again");
    }
    return tensor;
  }

  private static TensorSpec spec(String name, TfLiteTensor tensor) {
    TfLiteIntArray declared = tensor.dims_signature();
    boolean unknown = declared != null && !declared.isNull() && declared.size() > 0;
    return new TensorSpec(
        name,
        TensorSpec.dtype(tensor.type()),
        BoundSignature.numbers(unknown ? declared : tensor.dims()));
  }

  /**
   * The outputs for one text, which has as many tokens as the signature takes.
   *
   * @throws InvalidFileException if LiteRT refuses the numbers
   */
  List<RawOutput> run(TextSignature signature, FilledRow row) {
    try {
      return answered(signature, row);
    } catch (RuntimeException e) {
      throw LiteRt.explained(e, model.where());
    }
  }

  private List<RawOutput> answered(TextSignature signature, FilledRow row) {
    model.requireWhole();
    BoundSignature runs = bound.get(signature);
    if (runs == null) {
      runs = new BoundSignature(runner(signature.key()), signature, model.where());
      bound.put(signature, runs);
    }
    if (!runs.isOf(row.length())) {
      model.door().require(signature.key(), row.length(), keepsValues);
      runs.allocate(row.length());
    }
    List<RawOutput> outputs = runs.run(row, rows);
    if (!answered && packs) {
      answered = true;
      model.releasePages(); // The kernels have packed what they need.
    }
    model.answered();
    return outputs;
  }

  /**
   * The f32 values of these names that the last {@link #run} of an interpreter that {@link
   * #keepingValues keeps them} computed, in the order of the file's tensors.
   */
  List<RawOutput> values(TextSignature signature, Set<String> wanted) {
    Subgraph subgraph = handle.subgraph(subgraph(signature.key()));
    List<RawOutput> values = new ArrayList<>();
    for (int i = 0; i < subgraph.tensors_size(); i++) {
      TfLiteTensor tensor = subgraph.tensor(i);
      Optional<String> name = LiteRt.text(tensor.name()).filter(wanted::contains);
      if (name.isEmpty() || tensor.type() != FLOAT32 || tensor.allocation_type() == CONSTANT) {
        continue;
      }
      Pointer data = tensor.data().data();
      if (data != null && !data.isNull()) {
        float[] numbers = new float[Math.toIntExact(tensor.bytes() / Float.BYTES)];
        new FloatPointer(data).get(numbers, 0, numbers.length);
        values.add(new RawOutput(name.get(), BoundSignature.numbers(tensor.dims()), numbers));
      }
    }
    return values;
  }

  /**
   * Names of the operators that run outside the fast kernels, one an operator, in execution order.
   */
  List<String> outsideFastKernels(TextSignature signature) {
    int subgraph = subgraph(signature.key());
    List<String> outside = new ArrayList<>();
    for (int node : LiteRt.numbers(handle.subgraph(subgraph).execution_plan())) {
      TfLiteRegistration operator = handle.node_and_registration(subgraph, node).second();
      Optional<String> customName = LiteRt.text(operator.custom_name());
      if (customName.filter(name -> name.startsWith(FAST_KERNELS)).isEmpty()) {
        outside.add(customName.orElseGet(() -> TfliteFormat.operatorName(operator.builtin_code())));
      }
    }
    return outside;
  }

  LiteRtModel model() {
    return model;
  }

  private SignatureRunner runner(Optional<String> key) {
    SignatureRunner runner;
    try (BytePointer name = key.map(LiteRt::name).orElse(null)) {
      runner = handle.GetSignatureRunner(name);
    }
    if (runner == null || runner.isNull()) {
      throw new InvalidFileException(
          "LiteRT cannot prepare the signature", where(key), "make the file again");
    }
    return runner;
  }

  private int subgraph(Optional<String> key) {
    if (key.isEmpty()) {
      return 0;
    }
    try (BytePointer name = LiteRt.name(key.get())) {
      return handle.GetSubgraphIndexFromSignature(name);
    }
  }

  private static TfLiteTensor input(SignatureRunner runner, String name) {
    try (BytePointer text = LiteRt.name(name)) {
      return runner.input_tensor(text);
    }
  }

  private static TfLiteTensor output(SignatureRunner runner, String name) {
    try (BytePointer text = LiteRt.name(name)) {
      return runner.output_tensor(text);
    }
  }

  private String where(Optional<String> key) {
    return model.where() + key.map(name -> ", signature " + name).orElse("");
  }

  /** Frees the native interpreter; called once, by its pool. */
  @Override
  public void close() {
    bound.values().forEach(BoundSignature::close);
    if (rows != null) {
      rows.close();
    }
    handle.close();
    if (delegate != null) {
      delegate.close();
    }
    builder.close();
    options.close();
    resolver.close();
  }
}
