package dev.litegraft.checkpoint.pickle;

import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * What joblib writes of a logistic regression of scikit-learn's: objects with their attributes, and
 * numpy's arrays, whose numbers stand in the middle of the pickle.
 *
 * <p>Source: {@code joblib/numpy_pickle.py}, NumpyArrayWrapper, of joblib 0.11 to 1.6.
 */
final class ScikitDialect implements PickleDialect {
  static final String REGRESSION = "LogisticRegression";
  static final String ONE_VS_REST = "OneVsRestClassifier";
  static final String MULTI_OUTPUT = "MultiOutputClassifier";
  static final String BINARIZER = "LabelBinarizer";

  private static final String WRAPPER = "NumpyArrayWrapper";

  /** A class to the modules that had it. */
  private static final Map<String, Set<String>> CLASSES =
      Map.of(
          REGRESSION, Set.of("sklearn.linear_model._logistic", "sklearn.linear_model.logistic"),
          ONE_VS_REST, Set.of("sklearn.multiclass"),
          MULTI_OUTPUT, Set.of("sklearn.multioutput"),
          BINARIZER, Set.of("sklearn.preprocessing._label", "sklearn.preprocessing.label"),
          WRAPPER, Set.of("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle"));

  private static final Set<String> OTHERS =
      Set.of(
          "numpy.ndarray",
          "numpy.dtype",
          "numpy._core.multiarray._reconstruct",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray.scalar",
          "numpy.core.multiarray.scalar",
          "copyreg._reconstructor",
          "builtins.object",
          "_codecs.encode");

  @Override
  public boolean knows(PickleName name) {
    return OTHERS.contains(name.full())
        || CLASSES.getOrDefault(name.name(), Set.of()).contains(name.module());
  }

  @Override
  public InvalidCheckpointException refusal(PickleName name, PickleInput in) {
    return new InvalidCheckpointException(
        "the classification head is a "
            + PickleReader.shown(name.full())
            + ", or has one in it, where scikit-learn's LogisticRegression, alone or one a label,"
            + " can be converted; nothing of it was run",
        in.where(),
        "convert the vectors with --as embedder, and classify them in a program of your own");
  }

  /**
   * Objects without {@code __reduce__} in older protocols: {@code _reconstructor(class, object,
   * None)}.
   */
  @Override
  public Object called(PickleName name, PickleTuple arguments, PickleInput in) {
    return name.full().equals("copyreg._reconstructor")
            && arguments.size() == 3
            && arguments.at(0) instanceof PickleName made
        ? new PickleCall(made, PickleTuple.EMPTY)
        : new PickleCall(name, arguments);
  }

  @Override
  public Object set(PickleCall call, PickleInput in) throws IOException {
    if (!call.name().name().equals(WRAPPER)) {
      return call;
    }
    if (!(call.state() instanceof Map<?, ?> state)) {
      throw in.invalid("an array of numpy's has no shape");
    }
    NumpyArray.Element element = NumpyArray.Element.of(orNone(state.get("dtype")), in);
    if (element.kind() == 'O') {
      return NumpyArray.ofObjects(PickleReader.read(in, this), in);
    }
    if (state.get("numpy_array_alignment_bytes") instanceof Long) {
      in.bytes(in.unsignedByte());
    }
    return NumpyArray.read(
        NumpyArray.shape(orNone(state.get("shape")), in),
        element,
        "F".equals(state.get("order")),
        in);
  }

  private static Object orNone(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? PickleNone.NONE : value;
  }
}
