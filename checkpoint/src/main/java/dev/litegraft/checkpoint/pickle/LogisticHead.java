package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.FileBytes;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A logistic regression of scikit-learn's as one linear layer and what is done with its numbers.
 *
 * <p>Source: {@code predict_proba} of {@code sklearn/linear_model/_logistic.py}, {@code
 * sklearn/multiclass.py} and {@code sklearn/multioutput.py}, versions 0.22 to 1.9.
 *
 * @param features numbers of a text's vector
 * @param weights a row a label, row-major
 * @param bias one a label
 * @param classes what the labels are called: whole numbers or texts; empty where every label is a
 *     question of its own
 * @param kind what is done with the layer's numbers
 */
public record LogisticHead(
    int features, float[] weights, float[] bias, List<Object> classes, Kind kind) {
  private static final String CLASSES = "classes_";
  private static final int ZLIB = 0x78;

  /** What probabilities are made of the layer's numbers by. */
  public enum Kind {
    /** They add up to 1: the softmax of the numbers. */
    SOFTMAX,
    /** They add up to 1: each number's sigmoid, divided by the sum of all. */
    SIGMOIDS_OF_SUM_1,
    /** Each is a number's sigmoid, whatever the others are. */
    SIGMOIDS
  }

  /** Rows of {@code coef_}, with their biases. */
  private record Rows(List<double[]> weights, List<Double> bias) {
    static Rows none() {
      return new Rows(new ArrayList<>(), new ArrayList<>());
    }

    void add(double[] row, double own, double factor) {
      double[] scaled = row.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] *= factor;
      }
      weights.add(scaled);
      bias.add(own * factor);
    }
  }

  /** How many labels. */
  public int labels() {
    return bias.length;
  }

  /**
   * Reads what {@code joblib.dump} wrote, as it is or in zlib.
   *
   * @throws InvalidCheckpointException if it is anything else than a logistic regression, or
   *     damaged
   * @throws IOException if the file cannot be read
   */
  public static LogisticHead read(Path path) throws IOException {
    try (FileBytes bytes = FileBytes.open(path)) {
      bytes.requireNoPointer();
      InputStream in = bytes.stream(0, bytes.size());
      in.mark(1);
      boolean packed = in.read() == ZLIB;
      in.reset();
      PickleInput input =
          new PickleInput(
              packed ? new BufferedInputStream(new InflaterInputStream(in)) : in,
              path.toString(),
              0);
      Object head = PickleReader.read(input, new ScikitDialect());
      return new Reading(path.toString()).head(head);
    } catch (ZipException | java.io.EOFException e) {
      throw new InvalidCheckpointException(
          "the file is cut off or damaged: " + e.getMessage(),
          path.toString(),
          "download the file again");
    }
  }

  /** Makes the layer of the objects. */
  private record Reading(String where) {
    LogisticHead head(Object head) {
      Map<?, ?> state = state(head);
      return switch (name(head)) {
        case ScikitDialect.REGRESSION -> regression(state);
        case ScikitDialect.ONE_VS_REST -> oneVsRest(state);
        case ScikitDialect.MULTI_OUTPUT -> made(binaries(state), List.of(), Kind.SIGMOIDS);
        default -> throw invalid("the classification head is none of those that can be converted");
      };
    }

    /** Of two classes the one row is half of either's difference: their softmax is its sigmoid. */
    private LogisticHead regression(Map<?, ?> state) {
      List<Object> classes = array(state, CLASSES).elements();
      NumpyArray coefficients = coefficients(state);
      double[] bias = bias(state, coefficients.shape()[0]);
      Rows rows = Rows.none();
      boolean ownSigmoids = ownSigmoids(state, classes.size());
      if (classes.size() == 2 && coefficients.shape()[0] == 1) {
        double half = ownSigmoids ? 0.5 : 1;
        rows.add(coefficients.numbers(), bias[0], -half);
        rows.add(coefficients.numbers(), bias[0], half);
        return made(rows, classes, Kind.SOFTMAX);
      }
      if (classes.size() != coefficients.shape()[0]) {
        throw invalid(
            "coef_ has "
                + coefficients.shape()[0]
                + " rows, but there are "
                + classes.size()
                + " classes");
      }
      for (int i = 0; i < classes.size(); i++) {
        rows.add(row(coefficients, i), bias[i], 1);
      }
      return made(rows, classes, ownSigmoids ? Kind.SIGMOIDS_OF_SUM_1 : Kind.SOFTMAX);
    }

    /** What {@code multi_class} says, which went with version 1.8. */
    private boolean ownSigmoids(Map<?, ?> state, int classes) {
      Object said = state.get("multi_class");
      if (said instanceof String how) {
        return how.equals("ovr")
            || how.equals("warn")
            || (!how.equals("multinomial")
                && (classes <= 2 || "liblinear".equals(state.get("solver"))));
      }
      return classes <= 2;
    }

    private LogisticHead oneVsRest(Map<?, ?> state) {
      Map<?, ?> binarizer = state(state.get("label_binarizer_"));
      Rows rows = binaries(state);
      boolean many =
          binarizer.get("y_type_") instanceof String type && type.startsWith("multilabel");
      if (many) {
        return made(rows, List.of(), Kind.SIGMOIDS);
      }
      List<Object> classes = array(binarizer, CLASSES).elements();
      if (rows.bias().size() == 1) {
        Rows both = Rows.none();
        both.add(rows.weights().get(0), rows.bias().get(0), -0.5);
        both.add(rows.weights().get(0), rows.bias().get(0), 0.5);
        return made(both, classes, Kind.SOFTMAX);
      }
      return made(rows, classes, Kind.SIGMOIDS_OF_SUM_1);
    }

    /** The row of each regression that answers yes or no. */
    private Rows binaries(Map<?, ?> state) {
      if (!(state.get("estimators_") instanceof List<?> estimators) || estimators.isEmpty()) {
        throw invalid("the classification head was not trained: it has no estimators_");
      }
      Rows rows = Rows.none();
      for (Object each : estimators) {
        Map<?, ?> own = state(each);
        if (!name(each).equals(ScikitDialect.REGRESSION)) {
          throw invalid("a label is answered by what is no LogisticRegression");
        }
        NumpyArray coefficients = coefficients(own);
        List<Object> classes = array(own, CLASSES).elements();
        if (coefficients.shape()[0] != 1 || classes.size() != 2) {
          throw invalid(
              "a label's regression has " + classes.size() + " classes, where 2 are needed");
        }
        rows.add(coefficients.numbers(), bias(own, 1)[0], ownSigmoids(own, 2) ? 1 : 2);
      }
      return rows;
    }

    private LogisticHead made(Rows rows, List<Object> classes, Kind kind) {
      int features = rows.weights().get(0).length;
      float[] weights = new float[features * rows.bias().size()];
      float[] bias = new float[rows.bias().size()];
      if (!classes.isEmpty() && classes.size() != bias.length) {
        throw invalid("there are " + classes.size() + " classes and " + bias.length + " rows");
      }
      for (int i = 0; i < bias.length; i++) {
        double[] row = rows.weights().get(i);
        if (row.length != features) {
          throw invalid(
              "the labels' regressions are of " + features + " and " + row.length + " numbers");
        }
        bias[i] = (float) (double) rows.bias().get(i);
        for (int j = 0; j < features; j++) {
          weights[i * features + j] = finite(row[j]);
        }
        finite(bias[i]);
      }
      for (Object each : classes) {
        if (!(each instanceof String || each instanceof Long || each instanceof Boolean)) {
          throw invalid("a class of the head is neither a text nor a whole number");
        }
      }
      return new LogisticHead(features, weights, bias, List.copyOf(classes), kind);
    }

    private float finite(double number) {
      float value = (float) number;
      if (!Float.isFinite(value)) {
        throw invalid("a weight of the head is " + number + ", where a finite number is needed");
      }
      return value;
    }

    private NumpyArray coefficients(Map<?, ?> state) {
      NumpyArray found = array(state, "coef_");
      if (found.shape().length != 2
          || found.shape()[0] == 0
          || found.shape()[1] == 0
          || found.numbers().length != found.shape()[0] * found.shape()[1]) {
        throw invalid("coef_ is no matrix");
      }
      return found;
    }

    private double[] bias(Map<?, ?> state, int rows) {
      double[] found = array(state, "intercept_").numbers();
      if (found.length != rows) {
        throw invalid("intercept_ has " + found.length + " numbers for " + rows + " rows");
      }
      return found;
    }

    private double[] row(NumpyArray matrix, int row) {
      int columns = matrix.shape()[1];
      return java.util.Arrays.copyOfRange(matrix.numbers(), row * columns, (row + 1) * columns);
    }

    private NumpyArray array(Map<?, ?> state, String key) {
      if (state.get(key) instanceof NumpyArray array) {
        return array;
      }
      throw invalid(
          "the classification head was not trained, or not saved with joblib: it has no array "
              + key);
    }

    private Map<?, ?> state(@Nullable Object object) {
      if (object instanceof PickleCall call && call.state() instanceof Map<?, ?> state) {
        return state;
      }
      throw invalid("the file holds no trained classifier of scikit-learn's");
    }

    private static String name(@Nullable Object object) {
      return object instanceof PickleCall call ? call.name().name() : "";
    }

    private InvalidCheckpointException invalid(String what) {
      return new InvalidCheckpointException(
          what,
          where,
          "save the trained head again, or convert the vectors alone with --as embedder");
    }
  }
}
