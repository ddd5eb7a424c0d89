package dev.litegraft.checkpoint.adapter;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.RawTensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of an adapter, sorted by what they are for.
 *
 * <p>Source: {@code peft/utils/save_and_load.py}, get_peft_model_state_dict. Names that a training
 * program saved with the adapter's name in them ({@code lora_A.default.weight}) mean the same.
 *
 * @param updates the matrices by the module that they change
 * @param whole tensors that stand in the place of the base model's, by their names there
 * @param ignored what PEFT saves beside a tensor and does not load: what the base model had, and a
 *     second copy under another name
 */
record AdapterTensors(
    Map<String, Update> updates, Map<String, RawTensorData> whole, List<String> ignored) {
  private static final String PREFIX = "base_model.model.";
  private static final Pattern MATRIX = Pattern.compile("(.+)\\.lora_([AB])(\\.[^.]+)?\\.weight");
  private static final Pattern BIAS = Pattern.compile("(.+)\\.lora_B(\\.[^.]+)?\\.bias");
  private static final Pattern EMBEDDING_MATRIX =
      Pattern.compile("(.+)\\.lora_embedding_([AB])(\\.[^.]+)?");
  private static final Pattern OTHER_KIND =
      Pattern.compile(
          ".+\\.(lora_[^.]+|trainable_tokens[^.]*|vera_[^.]+|ia3_[^.]+|hada_[^.]+)\\b.*");
  private static final Pattern WRAPPER =
      Pattern.compile("\\.(modules_to_save(\\.default)?|base_layer)(?=\\.)");

  /**
   * The two matrices of a module.
   *
   * @param a [rank, in], or [rank, rows] of an embedding
   * @param b [out, rank], or [width, rank] of an embedding
   * @param bias of {@code lora_B}, [out]; absent in most adapters
   */
  record Update(
      RawTensorData a, RawTensorData b, Optional<RawTensorData> bias, boolean embedding) {}

  /** A matrix that waits for the other one. */
  private record Half(RawTensorData tensor, boolean embedding) {}

  static AdapterTensors of(Map<String, RawTensorData> tensors, String where) {
    Map<String, Half> as = new LinkedHashMap<>();
    Map<String, Half> bs = new LinkedHashMap<>();
    Map<String, RawTensorData> biases = new LinkedHashMap<>();
    Map<String, RawTensorData> whole = new LinkedHashMap<>();
    List<String> ignored = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          if (!name.startsWith(PREFIX)) {
            throw refused(name, "is not named as PEFT names tensors, " + PREFIX + "…", where);
          }
          String plain = WRAPPER.matcher(name.substring(PREFIX.length())).replaceAll("");
          Matcher matrix = MATRIX.matcher(plain);
          Matcher embedding = EMBEDDING_MATRIX.matcher(plain);
          Matcher bias = BIAS.matcher(plain);
          boolean isMatrix = matrix.matches();
          Object before = null;
          if (plain.contains(".original_module.")) {
            ignored.add(name);
          } else if (isMatrix || embedding.matches()) {
            Matcher found = isMatrix ? matrix : embedding;
            before =
                (found.group(2).equals("A") ? as : bs)
                    .put(found.group(1), new Half(tensor, !isMatrix));
          } else if (bias.matches()) {
            before = biases.put(bias.group(1), tensor);
          } else if (OTHER_KIND.matcher(plain).matches()) {
            throw refused(name, "is no matrix of a plain LoRA", where);
          } else {
            before = putWhole(name, plain, tensor, whole, ignored);
          }
          if (before != null) {
            throw refused(name, "is there twice, under two names", where);
          }
        });
    return new AdapterTensors(updates(as, bs, biases, where), whole, List.copyOf(ignored));
  }

  /**
   * Those of one module of the model, under the names that they would have in a folder of its own,
   * and of the head.
   *
   * @param module {@code language_model.}
   */
  AdapterTensors within(String module) {
    Stream<String> names = Stream.concat(updates.keySet().stream(), whole.keySet().stream());
    if (names.noneMatch(name -> name.contains(module))) {
      return this;
    }
    List<String> others = new ArrayList<>(ignored);
    return new AdapterTensors(
        within(module, updates, update -> update.a().name(), others),
        within(module, whole, RawTensorData::name, others),
        List.copyOf(others));
  }

  private static <T> Map<String, T> within(
      String module, Map<String, T> all, Function<T, String> stored, List<String> others) {
    Map<String, T> kept = new LinkedHashMap<>();
    all.forEach(
        (name, value) -> {
          int at = name.indexOf(module);
          if (at >= 0) {
            kept.put(name.substring(0, at) + name.substring(at + module.length()), value);
          } else if (name.startsWith("score.") || name.startsWith("classifier.")) {
            kept.put(name, value);
          } else {
            others.add(stored.apply(value));
          }
        });
    return kept;
  }

  /**
   * PEFT loads a module that was trained as a whole by its plain name, and does not look at the
   * copy under its wrapper's name, which it saves of embeddings as well. A module under an update
   * it loads as {@code base_layer}, and a plain name finds no module there.
   *
   * @return the tensor that leaves no choice between the two, or null
   */
  private static @Nullable Object putWhole(
      String name,
      String plain,
      RawTensorData tensor,
      Map<String, RawTensorData> whole,
      List<String> ignored) {
    RawTensorData before = whole.get(plain);
    if (before == null) {
      whole.put(plain, tensor);
      return null;
    }
    int rank = rank(name);
    int rankBefore = rank(before.name());
    // Two wrappers, or one that was spelled in two ways, do not say which of them is loaded.
    if (rank == rankBefore || (rank != 1 && rankBefore != 1)) {
      return before;
    }
    whole.put(plain, rank > rankBefore ? tensor : before);
    ignored.add(rank > rankBefore ? before.name() : name);
    return null;
  }

  /** Which of two names PEFT loads: the higher. */
  private static int rank(String name) {
    if (name.contains(".base_layer.")) {
      return 2;
    }
    return name.contains(".modules_to_save.") ? 0 : 1;
  }

  private static Map<String, Update> updates(
      Map<String, Half> as, Map<String, Half> bs, Map<String, RawTensorData> biases, String where) {
    Map<String, Update> updates = new LinkedHashMap<>();
    as.forEach(
        (module, a) -> {
          Half b = bs.remove(module);
          if (b == null || a.embedding != b.embedding) {
            throw refused(a.tensor.name(), "has no lora_B beside it", where);
          }
          updates.put(
              module,
              new Update(
                  a.tensor, b.tensor, Optional.ofNullable(biases.remove(module)), a.embedding));
        });
    biases.forEach(
        (module, bias) -> {
          throw refused(bias.name(), "has no lora_B.weight beside it", where);
        });
    bs.forEach(
        (module, b) -> {
          throw refused(b.tensor.name(), "has no lora_A beside it", where);
        });
    if (updates.isEmpty()) {
      throw new InvalidCheckpointException(
          "the adapter has no tensor lora_A, where a LoRA has one for every module it changes",
          where,
          "check that this is the adapter of a finished training");
    }
    return updates;
  }

  private static InvalidCheckpointException refused(String name, String why, String where) {
    return new InvalidCheckpointException(
        "the adapter's tensor " + name + " " + why,
        where + ", tensor " + name,
        "merge the adapter with PEFT's merge_and_unload(), save the model, and convert that");
  }
}
