package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.operator.Operand;
import dev.litegraft.operator.Operand.Scaling;
import dev.litegraft.operator.OperatorException;
import dev.litegraft.operator.OperatorSpec;
import dev.litegraft.operator.OperatorTable;
import dev.litegraft.operator.OperatorUse;
import dev.litegraft.tensor.DType;
import dev.litegraft.tflite.TfliteModel.Operator;
import dev.litegraft.tflite.TfliteModel.Subgraph;
import dev.litegraft.tflite.TfliteModel.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door to native code: what of a file {@link OperatorTable} vouches for. LiteRT's own verifier
 * looks at tables and offsets; what operators mean is taken on trust by its kernels.
 *
 * <p>A graph is gone through as LiteRT will: operator by operator, with every dimension known,
 * because the number of tokens is. Shapes are inferred and compared with those that the file
 * states; small whole numbers (shapes, positions) are followed where they are computed. So each
 * further number of tokens is verified before memory is taken for it; that takes about a
 * microsecond an operator.
 *
 * <p>Keeps nothing open, and may be shared between threads.
 */
public final class FileVerifier {
  /**
   * What a graph may take.
   *
   * @param input numbers that are put in: a text has fewer tokens
   * @param bytes of all values that are alive at once, weights aside
   * @param steps of all operators together; to these, 64 are added for each byte of the file and
   *     each number that is put in
   */
  public record Budget(long input, long bytes, long steps) {
    /** A million tokens, 8 GiB, and 2·10⁹ steps, which slow kernels take in ten seconds. */
    public static final Budget USUAL = new Budget(1 << 20, 8L << 30, 2_000_000_000L);
  }

  private static final long STEPS_PER_BYTE = 64;

  /** LiteRT compares each with all others. */
  private static final int MOST_SIGNATURES = 1024;

  /** Their tensors say the same as their options, or these are only a fused activation. */
  private static final Set<String> WITHOUT_OPTIONS =
      Set.of("ADD", "CAST", "DIV", "MUL", "RESHAPE", "SUB");

  private final TfliteModel model;
  private final String where;
  private final Budget budget;
  private final Map<Integer, long[]> numbers = new HashMap<>();
  private final IdentityHashMap<Tensor, Scaling> scalings = new IdentityHashMap<>();

  private FileVerifier(TfliteModel model, String where, Budget budget) {
    this.model = model;
    this.where = where;
    this.budget = budget;
  }

  /** Makes ready what the first file of a process would wait for: the table of operators. */
  public static void prepare() {
    if (OperatorTable.find("ADD").isEmpty()) {
      throw new AssertionError("the table has ADD");
    }
  }

  /**
   * Verifies a file: its order, its constants, and every subgraph at the shapes that it states.
   *
   * @return verifies further numbers of tokens
   * @throws InvalidFileException that names the operator or tensor that is not vouched for
   * @throws IOException if the disk fails
   */
  public static FileVerifier verify(TfliteReader reader, String where, Budget budget)
      throws IOException {
    TfliteModel model = reader.model();
    FileOrder.require(model, where);
    FileVerifier verifier = new FileVerifier(model, where, budget);
    verifier.operators();
    if (!model.unread().isEmpty()) {
      throw verifier.doubt(model.unread().get(0), "");
    }
    if (model.signatures().size() > MOST_SIGNATURES) {
      throw verifier.doubt(
          "there are "
              + model.signatures().size()
              + " signatures, where "
              + MOST_SIGNATURES
              + " are allowed",
          "");
    }
    for (int i = 0; i < model.subgraphs().size(); i++) {
      verifier.constants(reader, i);
      verifier.verify(i, Map.of());
    }
    return verifier;
  }

  /** Operators that the table has none of are named before anything else of them is looked at. */
  private void operators() {
    for (int i = 0; i < model.subgraphs().size(); i++) {
      List<Operator> operators = model.subgraphs().get(i).operators();
      for (int o = 0; o < operators.size(); o++) {
        Operator operator = operators.get(o);
        if (operator.custom() || OperatorTable.find(operator.mnemonic()).isEmpty()) {
          throw doubt(
              "operator " + o + " (" + operator.mnemonic() + ") is not one that can be checked",
              ", subgraph " + i);
        }
      }
    }
  }

  /** Sizes and scales of constants, and the numbers of those that are small and whole. */
  private void constants(TfliteReader reader, int index) throws IOException {
    for (Tensor tensor : model.subgraphs().get(index).tensors()) {
      if (tensor.variable()) {
        // LiteRT takes memory for it, whether or not anything reads it.
        throw doubt("tensor " + tensor + " keeps a state", ", subgraph " + index);
      }
      TfliteModel.Buffer buffer = model.buffers().get(tensor.buffer());
      DType type = tensor.type().dtype().orElse(null);
      if (type == null) {
        continue; // It is refused where an operator reads it.
      }
      if (buffer.bytes() > 0 && buffer.bytes() != bytes(type, tensor)) {
        throw doubt(
            "tensor " + tensor + " has " + buffer.bytes() + " bytes", ", subgraph " + index);
      }
      if (buffer.bytes() > 0
          && buffer.position() % Math.max(1, Math.min(type.bits(), 32) / 8) != 0) {
        throw doubt(
            "tensor " + tensor + " begins at byte " + buffer.position() + ", between its numbers",
            ", subgraph " + index);
      }
      boolean whole = type == DType.I32 || type == DType.I64 || type == DType.BOOL;
      if (whole && buffer.bytes() > 0 && buffer.bytes() <= Constant.MOST_BYTES) {
        if (!numbers.containsKey(buffer.index())) {
          numbers.put(buffer.index(), Constant.numbers(reader, buffer, type));
        }
      }
      if (tensor.quantization().isPresent()) {
        scalings.put(tensor, Constant.scaling(reader, model, tensor, this::doubt));
      }
    }
  }

  private static long bytes(DType type, Tensor tensor) {
    long n = 1;
    for (int dim : tensor.shape()) {
      n *= dim;
      if (n > 1L << 40 || n < 0) {
        return -1;
      }
    }
    return type.bytes(n);
  }

  /**
   * Verifies a subgraph for inputs of these dimensions.
   *
   * @param dims of inputs, by tensor; those that are not named have the dimensions of the file
   * @throws InvalidFileException as {@link #verify(TfliteReader, String, Budget)}
   */
  public void verify(int subgraph, Map<Integer, int[]> dims) {
    new Run(subgraph, dims, false).verify();
  }

  /** As {@link #verify(int, Map)}, for an interpreter that keeps every value to its end. */
  public void verifyKeeping(int subgraph, Map<Integer, int[]> dims) {
    new Run(subgraph, dims, true).verify();
  }

  /**
   * The multiplications of matrices of a subgraph, verified for inputs of these dimensions.
   *
   * @param dims as those of {@link #verify(int, Map)}
   */
  public Products products(int subgraph, Map<Integer, int[]> dims) {
    Run run = new Run(subgraph, dims, false);
    run.verify();
    return new Products(run.whole, run.floats);
  }

  /**
   * Multiplications, each with its sum.
   *
   * @param whole with weights that are whole numbers, which fast kernels multiply as such
   * @param floats of floats with each other
   */
  public record Products(long whole, long floats) {}

  private InvalidFileException doubt(String what, String place) {
    return doubt(what, place, "make the file again");
  }

  private InvalidFileException doubt(String what, String place, String remedy) {
    return new InvalidFileException(
        "what is in the file is not vouched for: " + what,
        where + place,
        remedy + "; if you trust who made it, --trust runs it as it is");
  }

  /** One way through one subgraph. */
  private final class Run {
    private final int index;
    private final Subgraph subgraph;
    private final Map<Integer, int[]> given;
    private final boolean keeps;
    private final @Nullable Operand[] values;
    private final int[] lastUse;
    private long alive;
    private long steps;
    private long put;
    private long whole;
    private long floats;

    Run(int index, Map<Integer, int[]> given, boolean keeps) {
      this.index = index;
      this.keeps = keeps;
      this.subgraph = model.subgraphs().get(index);
      this.given = given;
      this.values = new Operand[subgraph.tensors().size()];
      this.lastUse = new int[subgraph.tensors().size()];
    }

    void verify() {
      List<Operator> operators = subgraph.operators();
      for (int i = 0; i < operators.size(); i++) {
        for (int input : operators.get(i).inputs()) {
          if (input >= 0) {
            lastUse[input] = i;
          }
        }
      }
      for (int output : subgraph.outputs()) {
        lastUse[output] = operators.size();
      }
      for (int input : subgraph.inputs()) {
        lastUse[input] = operators.size(); // LiteRT keeps them.
        try {
          Operand value = operand(subgraph.tensors().get(input), given.get(input));
          values[input] = value;
          put = Math.max(put, value.elements());
          if (put > budget.input()) {
            throw new OperatorException(
                "takes " + put + " numbers, where " + budget.input() + " are allowed: " + value);
          }
          take(value, "an input");
        } catch (OperatorException e) {
          throw refused("input " + input, e);
        }
      }
      for (int i = 0; i < operators.size(); i++) {
        operator(i, operators.get(i));
      }
    }

    private void operator(int i, Operator operator) {
      try {
        OperatorSpec spec = OperatorTable.find(operator.mnemonic()).orElseThrow();
        options(spec, operator);
        OperatorUse use = use(operator);
        Operand[] made = spec.infer(use);
        for (int o = 0; o < made.length; o++) {
          declared(made[o], subgraph.tensors().get(operator.outputs().get(o)));
          values[operator.outputs().get(o)] = made[o];
          take(made[o], "a value");
        }
        count(spec.steps(use, made));
        multiplied(spec.multiplications(use, made), use);
        release(i, operator);
      } catch (OperatorException e) {
        throw refused(i, operator, e);
      }
    }

    private void options(OperatorSpec spec, Operator operator) {
      if (spec.options().isPresent() && operator.table().isEmpty()) {
        // A table without fields may be absent.
        if (!spec.options().get().fields().isEmpty() && !WITHOUT_OPTIONS.contains(spec.name())) {
          throw new OperatorException("has no options");
        }
      } else if (operator.table().isPresent() && !operator.table().equals(spec.options())) {
        throw new OperatorException("has the options of " + operator.table().get());
      }
    }

    private OperatorUse use(Operator operator) {
      List<@Nullable Operand> inputs = new ArrayList<>(operator.inputs().size());
      for (int input : operator.inputs()) {
        inputs.add(input < 0 ? null : value(input));
      }
      List<Operand> outputs = new ArrayList<>(operator.outputs().size());
      for (int output : operator.outputs()) {
        if (output < 0) {
          throw new OperatorException("has an output that is absent");
        }
        outputs.add(operand(subgraph.tensors().get(output), null));
      }
      return new OperatorUse(inputs, operator.options(), outputs);
    }

    private Operand value(int tensor) {
      Operand value = values[tensor];
      if (value == null) {
        value = operand(subgraph.tensors().get(tensor), null);
        values[tensor] = value;
      }
      return value;
    }

    private Operand operand(Tensor tensor, int @Nullable [] otherDims) {
      DType type =
          tensor
              .type()
              .dtype()
              .orElseThrow(() -> new OperatorException("has a tensor of type " + tensor.type()));
      boolean constant = model.buffers().get(tensor.buffer()).bytes() > 0;
      for (int i = 0; i < tensor.shape().size(); i++) {
        int stated = tensor.shapeSignature().get(i);
        if (stated != tensor.shape().get(i) && (stated != -1 || constant)) {
          throw new OperatorException("has two shapes in " + tensor + ": " + tensor.shape());
        }
      }
      int[] dims = otherDims != null ? otherDims : dims(tensor);
      boolean none = dims.length == 1 && dims[0] == 0;
      for (int dim : dims) {
        if (!none && dim < 1) {
          throw new OperatorException("has a tensor without numbers: " + tensor);
        }
      }
      return new Operand(
          tensor.name(),
          type,
          dims,
          constant || none,
          none ? new long[0] : constant ? numbers.get(tensor.buffer()) : null,
          scalings.getOrDefault(tensor, Scaling.NONE));
    }

    private static int[] dims(Tensor tensor) {
      int[] dims = new int[tensor.shape().size()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = tensor.shape().get(i);
      }
      return dims;
    }

    /** What the file says of a result must be so where it says it. */
    private void declared(Operand made, Tensor tensor) {
      List<Integer> stated = tensor.shapeSignature();
      boolean fits = stated.size() == made.dims().length;
      for (int i = 0; fits && i < stated.size(); i++) {
        int size = made.dims()[i];
        int now = tensor.shape().get(i);
        // LiteRT takes memory for what stands in place of an unknown dimension before it infers.
        fits =
            stated.get(i) == size
                || (stated.get(i) == -1 && (now == 1 || now == size || !given.isEmpty()));
      }
      if (!fits) {
        throw new OperatorException("makes " + made + ", declared as " + tensor);
      }
    }

    private void take(Operand value, String what) {
      alive += value.bytes();
      if (alive > budget.bytes()) {
        throw new OperatorException(
            "needs "
                + alive
                + " bytes at once with "
                + what
                + ", where "
                + budget.bytes()
                + " are allowed");
      }
    }

    private void count(long more) {
      steps += more;
      long most = budget.steps() + STEPS_PER_BYTE * model.fileBytes() * Math.max(1, put);
      if (steps > most || steps < 0) {
        throw new OperatorException(
            "brings the work to " + steps + " steps, where " + most + " are allowed");
      }
    }

    private void multiplied(long count, OperatorUse use) {
      Operand weight = count > 0 ? use.inputs().get(1) : null;
      if (weight != null && weight.type() != DType.F32) {
        whole += count;
      } else {
        floats += count;
      }
    }

    private void release(int i, Operator operator) {
      for (int input : operator.inputs()) {
        if (!keeps && input >= 0 && lastUse[input] == i) {
          Operand value = values[input];
          if (value != null && !value.constant()) {
            alive -= value.bytes();
            lastUse[input] = -1; // An operator may read a value twice.
          }
        }
      }
    }

    private InvalidFileException refused(int i, Operator operator, OperatorException e) {
      return refused("operator " + i + " (" + operator.mnemonic() + ")", e);
    }

    private InvalidFileException refused(String who, OperatorException e) {
      boolean dynamic =
          subgraph.inputs().stream().anyMatch(i -> subgraph.tensors().get(i).isDynamic());
      InvalidFileException fault =
          doubt(
              who + " " + e.what(),
              ", subgraph " + index,
              dynamic
                  ? "where the graph is fixed to one number of tokens inside, make it again with"
                      + " --length"
                  : "make the file again");
      fault.initCause(e);
      return fault;
    }
  }
}
