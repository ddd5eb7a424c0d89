package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.runtime.TextSignature.Role;
import dev.litegraft.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.SignatureRunner;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteTensor;

/**
 * A signature of one interpreter, with its inputs and outputs: looked up by their names once, and
 * not at each call, which would take memory of Java's and of native code each time.
 */
final class BoundSignature implements AutoCloseable {
  private static final int FLOAT32 = 1;

  /** In struct TfLiteTensor, in 8 bytes each: the type, where the numbers are, where the shape. */
  private static final int DATA = 1;

  private static final int DIMS = 2;

  private final SignatureRunner runner;
  private final TextSignature signature;
  private final String where;
  private final List<Input> inputs = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();

  /** How many tokens there is room for; -1 before that is known. */
  private int length = -1;

  BoundSignature(SignatureRunner runner, TextSignature signature, String where) {
    this.runner = runner;
    this.signature = signature;
    this.where = where;
    for (Map.Entry<Role, TensorSpec> one : signature.inputs().entrySet()) {
      inputs.add(new Input(one.getKey(), one.getValue()));
    }
    signature.outputs().forEach(output -> outputs.add(new Output(output)));
  }

  /** A tensor of native code, and where its numbers are. */
  private abstract static class Bound {
    final TensorSpec spec;
    final BytePointer name;
    private TfLiteTensor tensor = new TfLiteTensor((Pointer) null);
    private LongPointer fields = new LongPointer((Pointer) null);
    private long address;
    private TfLiteIntArray dims = new TfLiteIntArray((Pointer) null);

    Bound(TensorSpec spec) {
      this.spec = spec;
      this.name = LiteRt.name(spec.name());
    }

    void bind(TfLiteTensor found) {
      tensor = found;
      fields = new LongPointer(found);
      address = 0;
    }

    TfLiteTensor tensor() {
      return tensor;
    }

    /** Whether the numbers have moved since this was asked: graphs may make room while they run. */
    boolean hasMoved() {
      long now = fields.get(DATA);
      boolean moved = now != address || now == 0;
      address = now;
      return moved;
    }

    Pointer data() {
      return tensor.data().data();
    }

    TfLiteIntArray dims() {
      if (dims.address() != fields.get(DIMS)) {
        dims = tensor.dims();
      }
      return dims;
    }
  }

  private static final class Input extends Bound {
    final Role role;
    private IntPointer ints = new IntPointer((Pointer) null);
    private Pointer data = ints;
    private long[] longs = {};
    private float[] floats = {};
    private byte[] bytes = {};

    Input(Role role, TensorSpec spec) {
      super(spec);
      this.role = role;
    }

    void write(int[] numbers, String where) {
      DType dtype = spec.dtype().orElseThrow();
      room(dtype.bytes(numbers.length), where);
      switch (dtype) {
        case I32 -> ints.put(numbers, 0, numbers.length);
        case I64 -> {
          longs = longs.length == numbers.length ? longs : new long[numbers.length];
          for (int i = 0; i < longs.length; i++) {
            longs[i] = numbers[i];
          }
          new LongPointer(data).put(longs, 0, longs.length);
        }
        case F32 -> {
          floats = floats.length == numbers.length ? floats : new float[numbers.length];
          for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers[i];
          }
          new FloatPointer(data).put(floats, 0, floats.length);
        }
        default -> {
          bytes = bytes.length == numbers.length ? bytes : new byte[numbers.length];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
          }
          new BytePointer(data).put(bytes, 0, bytes.length);
        }
      }
    }

    void write(float[] numbers, String where) {
      room(DType.F32.bytes(numbers.length), where);
      new FloatPointer(data).put(numbers, 0, numbers.length);
    }

    private void room(long expected, String where) {
      long bytesThere = tensor().bytes();
      if (hasMoved()) {
        data = data();
        ints = new IntPointer(data);
      }
      if (data == null || data.isNull() || bytesThere != expected) {
        throw new InvalidFileException(
            "input " + spec + " has " + bytesThere + " bytes, expected " + expected,
            where,
            "make the file again");
      }
    }
  }

  private static final class Output extends Bound {
    private FloatPointer floats = new FloatPointer((Pointer) null);
    private List<Integer> shape = List.of();

    Output(TensorSpec spec) {
      super(spec);
    }

    RawOutput read(FilledRow row, int rows, String where) {
      if (hasMoved()) {
        Pointer data = data();
        if (tensor().type() != FLOAT32 || data == null || data.isNull()) {
          throw new InvalidFileException(
              "output " + spec + " cannot be read: expected F32",
              where,
              "use a file whose outputs are f32");
        }
        floats = new FloatPointer(data);
      }
      float[] values = new float[Math.toIntExact(tensor().bytes() / Float.BYTES)];
      floats.get(values, 0, values.length);
      shape = sameOrNow(shape, dims());
      if (rows > 1 && row.texts() == 1 && !shape.isEmpty() && shape.get(0) == rows) {
        List<Integer> one = new ArrayList<>(shape);
        one.set(0, 1);
        return row.own(
            new RawOutput(spec.name(), one, Arrays.copyOf(values, values.length / rows)));
      }
      return row.own(new RawOutput(spec.name(), shape, values));
    }

    private static List<Integer> sameOrNow(List<Integer> before, TfLiteIntArray now) {
      boolean same = before.size() == now.size();
      for (int i = 0; same && i < before.size(); i++) {
        same = before.get(i) == now.data(i);
      }
      return same ? before : List.copyOf(numbers(now));
    }
  }

  static List<Integer> numbers(TfLiteIntArray array) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      numbers.add(array.data(i));
    }
    return numbers;
  }

  boolean isOf(int tokens) {
    return length == tokens;
  }

  /** Makes room for a number of tokens. */
  void allocate(int tokens) {
    String remedy =
        "the graph may be fixed to another length inside; make it again with --length " + tokens;
    length = -1; // Until all statuses are read the old shapes are not to be trusted either.
    for (Input input : inputs) {
      TensorSpec spec = input.spec;
      if (spec.shape().contains(-1)) {
        int[] shape =
            spec.shape().size() == 1 ? new int[] {tokens} : new int[] {spec.rows(), tokens};
        check(
            runner.ResizeInputTensor(input.name, shape),
            "resizing input " + spec.name() + " to " + tokens + " tokens",
            remedy);
      }
    }
    check(runner.AllocateTensors(), "making room for " + tokens + " tokens", remedy);
    inputs.forEach(input -> input.bind(runner.input_tensor(input.name)));
    outputs.forEach(output -> output.bind(runner.output_tensor(output.name)));
    length = tokens;
  }

  /** Computes the outputs for a row for which there is room. */
  List<RawOutput> run(FilledRow row, @org.jspecify.annotations.Nullable WordRows words) {
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      if (words != null && input.role == Role.IDS) {
        input.write(words.of(row.of(input.role)), where);
      } else {
        int[] numbers = row.of(input.role);
        input.write(row.texts() > 1 ? numbers : input.spec.inEachRow(numbers), where);
      }
    }
    int status = runner.Invoke();
    if (status != 0) {
      check(
          status,
          "running " + row.length() + " tokens",
          "look for token ids that are not in the model's vocabulary, for token types that it does"
              + " not have, and for more tokens than it has positions");
    }
    List<RawOutput> answers = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      // Labels in whole numbers beside the logits are nobody's answer here.
      boolean last = answers.isEmpty() && i == outputs.size() - 1;
      if (last || output.tensor().type() == FLOAT32) {
        answers.add(output.read(row, signature.rows(), where));
      }
    }
    return answers;
  }

  private void check(int status, String what, String remedy) {
    if (status != 0) {
      throw new InvalidFileException(
          what + " gave status " + status + " instead of 0",
          where + signature.key().map(name -> ", signature " + name).orElse(""),
          remedy);
    }
  }

  @Override
  public void close() {
    inputs.forEach(input -> input.name.close());
    outputs.forEach(output -> output.name.close());
  }
}
