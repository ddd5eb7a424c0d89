package dev.litegraft.fuzz;

import dev.litegraft.fuzz.CraftedFile.Tensor;
import dev.litegraft.operator.Operand;
import dev.litegraft.operator.Operand.Scaling;
import dev.litegraft.operator.OperatorException;
import dev.litegraft.operator.OperatorSpec;
import dev.litegraft.operator.OperatorTable;
import dev.litegraft.operator.OperatorUse;
import dev.litegraft.operator.OptionTable;
import dev.litegraft.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Files of one operator of the table each, made from scratch: any shapes, types, options and
 * constants. Until the table vouches for one it is thrown away, so what comes to native code is
 * what the table lets through, at its edges; every other one is then damaged.
 */
final class OperatorTrial implements Trial {
  private static final int ATTEMPTS = 300;
  private static final int IDS = 64;
  private static final long[] WHOLE = {0, 1, 2, 3, 4, 5, 7, 8, -1, -2, -3, 0, 1, 2, 1, 2};
  private static final long[] WILD = {
    9,
    16,
    64,
    1000,
    -9,
    127,
    -128,
    65536,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MIN_VALUE
  };
  private static final int[] SIZES = {1, 1, 2, 2, 3, 4, 5, 7, 8};
  private static final DType[] MADE = {
    DType.F32, DType.I32, DType.I64, DType.BOOL, DType.I8, DType.U8, DType.I16
  };

  private final Path file;
  private final List<OperatorSpec> specs = new ArrayList<>(OperatorTable.all());

  OperatorTrial(Path folder) {
    file = folder.resolve("operator-" + ProcessHandle.current().pid() + ".tflite");
  }

  @Override
  public String verdict(Path base, long seed) throws IOException {
    OperatorSpec spec = specs.get((int) (seed % specs.size()));
    Random random = new Random(seed);
    for (int i = 0; i < ATTEMPTS; i++) {
      Attempt attempt = new Attempt(spec, random);
      if (attempt.infers()) {
        Files.write(file, attempt.file(random.nextBoolean()));
        int[] ids = random.ints(IDS, 0, random.nextInt(8) == 0 ? 1 << 20 : 9).toArray();
        return ModelTrial.verdict(file, ids) + " " + spec.name();
      }
    }
    return REFUSED + " no use found of " + spec.name();
  }

  @Override
  public void keep(Path folder) throws IOException {
    Files.copy(file, folder.resolve("operator.tflite"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** One use of an operator, and a file around it. */
  private static final class Attempt {
    private final OperatorSpec spec;
    private final Random random;
    private final List<@Nullable Tensor> inputs = new ArrayList<>();
    private final Map<String, Object> options = new LinkedHashMap<>();
    private final List<Tensor> outputs = new ArrayList<>();
    private Operand[] made = {};

    Attempt(OperatorSpec spec, Random random) {
      this.spec = spec;
      this.random = random;
      int count = spec.slots().size();
      if (spec.many()) {
        count = 1 + random.nextInt(4);
      } else if (spec.slots().get(count - 1).presence() != OperatorSpec.Presence.NEEDED) {
        count -= random.nextInt(2);
      }
      for (int i = 0; i < count; i++) {
        OperatorSpec.Slot slot = spec.slot(i);
        boolean absent = slot.presence() == OperatorSpec.Presence.ABSENT && random.nextInt(4) == 0;
        inputs.add(absent ? null : input(slot));
      }
      spec.options()
          .ifPresent(table -> table.fields().forEach(f -> options.put(f.name(), option(f))));
      int results = spec.outputs() > 0 ? spec.outputs() : 1 + random.nextInt(4);
      Tensor first = inputs.get(0);
      for (int i = 0; i < results; i++) {
        DType type =
            first == null || random.nextInt(3) == 0
                ? MADE[random.nextInt(MADE.length)]
                : first.type;
        outputs.add(scaled(new Tensor(type)));
      }
    }

    private Tensor input(OperatorSpec.Slot slot) {
      List<DType> types = slot.types().stream().sorted().toList();
      DType type = types.get(random.nextInt(types.size()));
      int rank =
          slot.leastRank() + random.nextInt(Math.min(slot.mostRank(), 5) - slot.leastRank() + 1);
      int[] dims = new int[rank];
      Tensor other = inputs.isEmpty() ? null : inputs.get(random.nextInt(inputs.size()));
      for (int i = 0; i < rank; i++) {
        dims[i] = SIZES[random.nextInt(SIZES.length)];
        // Shapes that have to do with each other are found sooner.
        if (other != null && other.dims.length > 0 && random.nextInt(3) > 0) {
          int place = rank == other.dims.length ? i : random.nextInt(other.dims.length);
          dims[i] = random.nextInt(6) == 0 ? 1 : other.dims[place];
        }
      }
      if (other != null && random.nextInt(3) == 0 && other.dims.length <= slot.mostRank()) {
        dims = other.dims.clone();
        type = slot.types().contains(other.type) ? other.type : type;
      }
      if (other != null && rank == 1 && random.nextInt(3) == 0) {
        dims = new int[] {Math.max(1, other.dims.length)};
      }
      Tensor tensor = scaled(new Tensor(type, dims));
      boolean small =
          type == DType.F16 || type == DType.I4 || type == DType.U8 || type == DType.I16;
      if (small || random.nextInt(5) < 3) {
        tensor.bytes = numbers(tensor);
      }
      return tensor;
    }

    /** Whole numbers with scales: one, one a row, or too few. */
    private Tensor scaled(Tensor tensor) {
      DType type = tensor.type;
      if (type != DType.I8 && type != DType.U8 && type != DType.I16 && type != DType.I4) {
        return tensor;
      }
      int count = 1;
      if (tensor.dims.length > 0 && random.nextInt(3) == 0) {
        tensor.axis = random.nextInt(8) == 0 ? tensor.dims.length - 1 : 0;
        count = Math.max(1, tensor.dims[tensor.axis] - (random.nextInt(10) == 0 ? 1 : 0));
      }
      tensor.scales = new float[random.nextInt(20) == 0 ? 0 : count];
      Arrays.fill(tensor.scales, 0.05f);
      tensor.zeros = new long[tensor.scales.length];
      if (type != DType.I4 && type != DType.I16 && random.nextInt(3) == 0) {
        Arrays.fill(tensor.zeros, random.nextInt(100));
      }
      return tensor;
    }

    private byte[] numbers(Tensor tensor) {
      int n = elements(tensor.dims);
      if (tensor.type == DType.F32 || tensor.type == DType.F16) {
        ByteBuffer bytes =
            ByteBuffer.allocate(n * tensor.type.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          if (tensor.type == DType.F32) {
            bytes.putFloat(random.nextInt(30) == 0 ? Float.NaN : random.nextInt(9) - 4);
          } else {
            bytes.putShort((short) (random.nextInt(9) << 10));
          }
        }
        return bytes.array();
      }
      if (tensor.type == DType.I4) {
        byte[] bytes = new byte[(n + 1) / 2];
        random.nextBytes(bytes);
        return bytes;
      }
      long[] numbers = new long[n];
      for (int i = 0; i < n; i++) {
        numbers[i] = WHOLE[random.nextInt(WHOLE.length)];
        if (tensor.type == DType.BOOL) {
          numbers[i] &= 1;
        } else if (random.nextInt(40) == 0) {
          numbers[i] = WILD[random.nextInt(WILD.length)];
        }
      }
      if (random.nextInt(4) == 0 && n > 1) {
        for (int i = 0; i < n; i++) {
          numbers[i] = i; // A permutation, and indices in order.
        }
      }
      return CraftedFile.bytes(tensor.type, numbers);
    }

    private Object option(OptionTable.Field field) {
      boolean usual = random.nextInt(3) > 0;
      return switch (field.kind()) {
        case BOOL -> random.nextBoolean();
        case BYTE -> usual ? 0 : random.nextInt(6);
        case INT ->
            field.name().startsWith("num") || field.name().equals("values_count")
                ? (Object) (1 + random.nextInt(4))
                : usual ? (Object) random.nextInt(3) : (Object) (random.nextInt(12) - 5);
        case FLOAT -> usual ? 1f : random.nextInt(3) == 0 ? Float.NaN : random.nextFloat() - 0.3f;
        case INTS -> {
          List<Integer> list = new ArrayList<>();
          for (int n = random.nextInt(5); n > 0; n--) {
            list.add(usual ? 1 + random.nextInt(8) : random.nextInt(12) - 5);
          }
          yield list;
        }
      };
    }

    boolean infers() {
      List<@Nullable Operand> in = new ArrayList<>();
      for (Tensor tensor : inputs) {
        in.add(tensor == null ? null : operand(tensor));
      }
      List<Operand> out = outputs.stream().map(this::operand).toList();
      try {
        made = spec.infer(new OperatorUse(in, options, out));
        return Arrays.stream(made).allMatch(o -> o.elements() <= 1 << 16);
      } catch (OperatorException e) {
        return false;
      }
    }

    private Operand operand(Tensor tensor) {
      byte[] bytes = tensor.bytes;
      boolean whole =
          tensor.type == DType.I32 || tensor.type == DType.I64 || tensor.type == DType.BOOL;
      long[] numbers = null;
      if (bytes != null && whole) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        numbers = new long[elements(tensor.dims)];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] =
              tensor.type == DType.I64
                  ? in.getLong()
                  : tensor.type == DType.I32 ? in.getInt() : in.get();
        }
      }
      float first = tensor.scales.length == 0 ? 0 : tensor.scales[0];
      return new Operand(
          "t",
          tensor.type,
          tensor.dims,
          bytes != null,
          numbers,
          new Scaling(tensor.scales.length, tensor.axis, 0, first));
    }

    byte[] file(boolean damaged) {
      CraftedFile file = new CraftedFile();
      int ids = file.add(new Tensor(DType.I32, 1, IDS));
      file.inputs = new int[] {ids};
      int[] in = new int[inputs.size()];
      for (int i = 0; i < in.length; i++) {
        Tensor tensor = inputs.get(i);
        in[i] =
            tensor == null ? -1 : tensor.bytes != null ? file.add(tensor) : computed(file, tensor);
      }
      int[] out = new int[made.length];
      for (int i = 0; i < out.length; i++) {
        Tensor result = new Tensor(made[i].type(), made[i].dims());
        result.scales = outputs.get(i).scales;
        result.zeros = outputs.get(i).zeros;
        out[i] = file.add(result);
      }
      Optional<OptionTable> table = spec.options();
      if (damaged) {
        table = damage(file, in, out, table);
      }
      file.operator(spec.name(), in, out, table, options);
      file.outputs = new int[out.length];
      for (int i = 0; i < out.length; i++) {
        file.outputs[i] = answer(file, out[i]);
      }
      return file.bytes();
    }

    private int answer(CraftedFile file, int tensor) {
      Tensor of = file.tensors.get(tensor);
      if (of.type == DType.F32) {
        return tensor;
      }
      int answer = file.add(new Tensor(DType.F32, of.dims));
      file.operator(
          "CAST", new int[] {tensor}, new int[] {answer}, Optional.of(OptionTable.CAST), Map.of());
      return answer;
    }

    private Optional<OptionTable> damage(
        CraftedFile file, int[] in, int[] out, Optional<OptionTable> table) {
      int place = in[random.nextInt(in.length)];
      Tensor tensor =
          file.tensors.get(Math.max(0, random.nextInt(4) == 0 || place < 0 ? out[0] : place));
      switch (random.nextInt(8)) {
        case 0 -> in[random.nextInt(in.length)] = -1;
        case 1 -> {
          return random.nextBoolean() ? Optional.empty() : Optional.of(OptionTable.SOFTMAX);
        }
        case 2, 3 -> {
          if (tensor.dims.length > 0) {
            int[] other = {0, 1, 2, 9, 64, 4096, 1 << 20, Integer.MAX_VALUE, -1};
            tensor.dims[random.nextInt(tensor.dims.length)] = other[random.nextInt(other.length)];
          }
        }
        case 4, 5 -> {
          byte[] bytes = tensor.bytes;
          if (bytes != null && bytes.length >= 4) {
            ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(
                    random.nextInt(bytes.length / 4) * 4, (int) WILD[random.nextInt(WILD.length)]);
          }
        }
        case 6 -> {
          if (tensor.scales.length > 0) {
            float[] wrong = {0, Float.NaN, Float.POSITIVE_INFINITY, 1e-40f, 1e30f, -1};
            tensor.scales[random.nextInt(tensor.scales.length)] =
                wrong[random.nextInt(wrong.length)];
          } else {
            tensor.scales = new float[] {1, 2};
          }
        }
        default -> {
          Map<String, Object> other = new HashMap<>(options);
          other.replaceAll(
              (k, v) -> v instanceof Integer ? (Object) (int) WILD[random.nextInt(10)] : v);
          options.putAll(other);
        }
      }
      return table;
    }

    /** Made of the ids, so that nothing knows its numbers before it runs. */
    private int computed(CraftedFile file, Tensor tensor) {
      int n = elements(tensor.dims);
      int from = 0;
      if (n > IDS) {
        int times = (n + IDS - 1) / IDS;
        int many = file.add(new Tensor(DType.I32, 1, IDS * times));
        file.operator(
            "TILE",
            new int[] {0, file.whole(DType.I32, new int[] {2}, 1, times)},
            new int[] {many},
            Optional.of(OptionTable.TILE),
            Map.of());
        from = many;
      }
      int cut = file.add(new Tensor(DType.I32, 1, n));
      file.operator(
          "SLICE",
          new int[] {
            from,
            file.whole(DType.I32, new int[] {2}, 0, 0),
            file.whole(DType.I32, new int[] {2}, 1, n)
          },
          new int[] {cut},
          Optional.of(OptionTable.SLICE),
          Map.of());
      int shaped = file.add(new Tensor(DType.I32, tensor.dims.clone()));
      long[] dims = Arrays.stream(tensor.dims).asLongStream().toArray();
      file.operator(
          "RESHAPE",
          new int[] {cut, file.whole(DType.I32, new int[] {dims.length}, dims)},
          new int[] {shaped},
          Optional.empty(),
          Map.of());
      int lowered = file.add(new Tensor(DType.I32, tensor.dims.clone()));
      file.operator(
          "SUB",
          new int[] {shaped, file.whole(DType.I32, new int[] {}, random.nextInt(5))},
          new int[] {lowered},
          Optional.of(OptionTable.SUB),
          Map.of());
      if (tensor.type == DType.I32) {
        return lowered;
      }
      if (tensor.type == DType.I8) {
        int real = cast(file, lowered, new Tensor(DType.F32, tensor.dims.clone()));
        int small = file.add(tensor);
        file.operator(
            "QUANTIZE",
            new int[] {real},
            new int[] {small},
            Optional.of(OptionTable.QUANTIZE),
            Map.of());
        return small;
      }
      return cast(file, lowered, tensor);
    }

    private static int cast(CraftedFile file, int from, Tensor to) {
      int cast = file.add(to);
      file.operator(
          "CAST", new int[] {from}, new int[] {cast}, Optional.of(OptionTable.CAST), Map.of());
      return cast;
    }

    private static int elements(int[] dims) {
      int n = 1;
      for (int dim : dims) {
        n *= dim;
      }
      return n;
    }
  }
}
