package dev.litegraft.checkpoint.pickle;

import dev.litegraft.error.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code torch.save} writes of a state dict: the functions that make its tensors, of which the
 * arguments are kept.
 *
 * <p>Source: {@code torch/_utils.py}, {@code torch/_tensor.py} and {@code
 * torch/_weights_only_unpickler.py} of torch 0.4 to 2.13.
 */
final class TorchDialect implements PickleDialect {
  private static final String REBUILD = "torch._utils._rebuild_";
  private static final String WITH_ATTRIBUTES = "torch._tensor._rebuild_from_type_v2";
  private static final String ORDERED_DICT = "collections.OrderedDict";
  private static final String SIZE = "torch.Size";
  private static final String PARAMETER = "torch.nn.parameter.Parameter";
  private static final String TENSOR = "torch.Tensor";
  private static final int MAX_RANK = 32;

  /** Makes nothing; stands in values beside the tensors. */
  private static final Set<String> INERT =
      Set.of(
          TENSOR,
          "torch.device",
          "torch.serialization._get_layout",
          "torch.per_tensor_affine",
          "torch.per_tensor_symmetric",
          "torch.per_channel_affine",
          "torch.per_channel_symmetric",
          "torch.per_channel_affine_float_qparams");

  private static final Set<String> TENSORS =
      Set.of(REBUILD + "tensor", REBUILD + "tensor_v2", REBUILD + "tensor_v3");

  private static final Set<String> PARAMETERS =
      Set.of(REBUILD + "parameter", REBUILD + "parameter_with_state", PARAMETER);

  /** Tensors that have no plain numbers, and what they are. */
  private static final Map<String, String> OTHER_TENSORS =
      Map.of(
          REBUILD + "qtensor", "quantized",
          REBUILD + "sparse_tensor", "sparse",
          REBUILD + "sparse_csr_tensor", "sparse",
          REBUILD + "nested_tensor", "nested",
          REBUILD + "meta_tensor_no_storage", "without numbers (of the device meta)",
          REBUILD + "wrapper_subclass", "of a class of its own",
          REBUILD + "device_tensor_from_numpy", "kept as an array of numpy's",
          REBUILD + "device_tensor_from_cpu_tensor", "of a device of its own");

  /** Classes of models and their layers, as torch.save(model) names them. */
  private static final Pattern MODEL =
      Pattern.compile(
          "(torch\\.nn\\.modules\\.[a-z_]+"
              + "|transformers\\.models\\.[a-z0-9_]+\\.modeling_[a-z0-9_]+"
              + "|sentence_transformers(\\.[A-Za-z_]+)*"
              + "|__main__)\\.[A-Z][A-Za-z0-9_]*");

  /** What training programs keep beside the tensors; transformers does not load it either. */
  private static final Set<String> OF_TRAINING =
      Set.of(
          "argparse.Namespace",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct",
          "pathlib.PosixPath",
          "collections.defaultdict",
          "collections.Counter");

  private static final String RESAVE =
      "if you trust whoever wrote it, load it in the program that did, and save the model with"
          + " save_pretrained(); else take the model's weights as safetensors";

  @Override
  public InvalidCheckpointException refusal(PickleName name, PickleInput in) {
    String full = name.full();
    if (MODEL.matcher(full).matches()) {
      return new InvalidCheckpointException(
          "the file holds a whole model, as torch.save(model) writes it, where its state dict is"
              + " needed: it names the class "
              + PickleReader.shown(full)
              + "; nothing of it was run",
          in.where(),
          RESAVE);
    }
    if (OF_TRAINING.contains(full)) {
      return new InvalidCheckpointException(
          "the file holds objects of a training program beside its tensors, or instead of them: it"
              + " names "
              + full
              + ", which transformers does not load either; nothing of it was run",
          in.where(),
          RESAVE);
    }
    return PickleDialect.super.refusal(name, in);
  }

  @Override
  public boolean knows(PickleName name) {
    String full = name.full();
    return TENSORS.contains(full)
        || PARAMETERS.contains(full)
        || OTHER_TENSORS.containsKey(full)
        || INERT.contains(full)
        || full.equals(ORDERED_DICT)
        || full.equals(SIZE)
        || full.equals(WITH_ATTRIBUTES)
        || TorchTypes.ofStorage(name).isPresent()
        || TorchTypes.named(name).isPresent();
  }

  @Override
  public Object called(PickleName name, PickleTuple arguments, PickleInput in) {
    String full = name.full();
    if (full.equals(ORDERED_DICT)) {
      return dict(arguments, in);
    } else if (TENSORS.contains(full)) {
      return tensor(full, arguments, in);
    } else if (PARAMETERS.contains(full) && arguments.size() > 0) {
      return arguments.at(0);
    } else if (full.equals(SIZE) && arguments.size() == 1) {
      return arguments.at(0);
    } else if (full.equals(WITH_ATTRIBUTES)) {
      return withAttributes(arguments, in);
    } else if (OTHER_TENSORS.containsKey(full)) {
      throw new InvalidCheckpointException(
          "the file has a tensor that is "
              + OTHER_TENSORS.get(full)
              + ", where plain ones of f32, f16, bf16 or f64 are needed",
          in.where(),
          "convert the original checkpoint, with plain weights");
    }
    return new PickleCall(name, arguments);
  }

  /** An empty one, or of pairs, as Python 2 wrote it. */
  private static Map<Object, Object> dict(PickleTuple arguments, PickleInput in) {
    in.charge(64);
    Map<Object, Object> map = new LinkedHashMap<>();
    if (arguments.size() == 0) {
      return map;
    }
    if (arguments.size() == 1 && arguments.at(0) instanceof List<?> pairs) {
      for (Object pair : pairs) {
        List<?> both =
            pair instanceof PickleTuple tuple
                ? tuple.items()
                : pair instanceof List<?> list ? list : List.of();
        if (both.size() != 2 || !(both.get(0) instanceof String key)) {
          throw in.invalid("the pickle makes an OrderedDict of what are no pairs");
        }
        in.charge(64);
        map.put(key, both.get(1));
      }
      return map;
    }
    throw in.invalid("the pickle makes an OrderedDict of what is no list of pairs");
  }

  private static TorchRecord tensor(String full, PickleTuple arguments, PickleInput in) {
    if (arguments.size() < 4 || !(arguments.at(0) instanceof TorchRecord.Stored storage)) {
      throw in.invalid("the pickle makes a tensor without a storage");
    }
    String dtype = storage.dtype();
    if (full.endsWith("_v3")) {
      if (arguments.size() < 7 || !(arguments.at(6) instanceof PickleName type)) {
        throw in.invalid("the pickle makes a tensor without a dtype");
      }
      dtype =
          TorchTypes.named(type)
              .orElseThrow(() -> in.invalid("the pickle makes a tensor of a dtype that is none"));
    }
    long[] sizes = numbers(arguments.at(2), in);
    long[] strides = numbers(arguments.at(3), in);
    if (sizes.length != strides.length) {
      throw in.invalid(
          "a tensor has " + sizes.length + " sizes and " + strides.length + " strides");
    }
    in.charge(128 + 16L * sizes.length);
    return new TorchRecord(storage, dtype, number(arguments.at(1), in), sizes, strides);
  }

  private Object withAttributes(PickleTuple arguments, PickleInput in) {
    if (arguments.size() < 3
        || !(arguments.at(0) instanceof PickleName function)
        || !(arguments.at(1) instanceof PickleName type)
        || !(arguments.at(2) instanceof PickleTuple own)
        || !(type.full().equals(TENSOR) || type.full().equals(PARAMETER))
        || function.full().equals(WITH_ATTRIBUTES)) {
      throw in.invalid("the pickle makes a tensor of a class of its own");
    }
    return called(function, own, in);
  }

  private static long[] numbers(Object value, PickleInput in) {
    List<?> items =
        value instanceof PickleTuple tuple
            ? tuple.items()
            : value instanceof List<?> list ? list : List.of(value);
    if (items.size() > MAX_RANK) {
      throw in.invalid("a tensor has more than " + MAX_RANK + " dimensions");
    }
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(items.get(i), in);
    }
    return numbers;
  }

  private static long number(Object value, PickleInput in) {
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    throw in.invalid("a size, stride or offset of a tensor is no whole number from 0 on");
  }

  /**
   * A storage: {@code ("storage", class, key, device, elements)}, and before torch 1.6 what part of
   * it is meant: {@code (key, first, elements)}.
   */
  @Override
  public TorchRecord.Stored kept(Object id, PickleInput in) {
    List<Object> parts = id instanceof PickleTuple tuple ? tuple.items() : List.of(id);
    if (parts.isEmpty() || !isText(parts.get(0), "storage")) {
      throw in.invalid(
          !parts.isEmpty() && isText(parts.get(0), "module")
              ? "the file holds a whole model with its source code, where a state dict is needed"
              : "the pickle refers to what is no storage");
    }
    if (parts.size() < 5
        || !(parts.get(1) instanceof PickleName type)
        || !(parts.get(2) instanceof String || parts.get(2) instanceof Long)) {
      throw in.invalid("the pickle refers to a storage without a class or a key");
    }
    String dtype =
        TorchTypes.ofStorage(type)
            .orElseThrow(() -> in.invalid("a storage is of a class that is none, " + type.full()));
    long elements = number(parts.get(4), in);
    long first = 0;
    long visible = elements;
    if (parts.size() > 5 && parts.get(5) instanceof PickleTuple view) {
      if (view.size() != 3) {
        throw in.invalid("a view of a storage has " + view.size() + " values, where 3 are needed");
      }
      first = number(view.at(1), in);
      visible = number(view.at(2), in);
      if (first > elements || visible > elements - first) {
        throw in.invalid("a view of a storage goes on behind its end");
      }
    }
    in.charge(64);
    return new TorchRecord.Stored(String.valueOf(parts.get(2)), dtype, elements, first, visible);
  }

  private static boolean isText(Object value, String text) {
    return value.equals(text)
        || (value instanceof byte[] bytes
            && new String(bytes, java.nio.charset.StandardCharsets.UTF_8).equals(text));
  }

  /** Keys of a file's own values, for messages. */
  static String shown(Set<?> keys) {
    List<String> some = new ArrayList<>();
    for (Object key : keys) {
      if (some.size() == 5) {
        some.add("…");
        break;
      }
      some.add(PickleReader.shown(String.valueOf(key)));
    }
    return String.join(", ", some);
  }
}
