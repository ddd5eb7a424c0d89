package dev.litegraft.lab.verification;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteModel.Operator;
import dev.litegraft.tflite.TfliteModel.Signature;
import dev.litegraft.tflite.TfliteModel.Tensor;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is in a file that may be anything: several models, a model of images, a generative one.
 *
 * @param model the file's structure
 */
public record FileContents(TfliteModel model) {
  private static final Pattern CACHE =
      Pattern.compile("cache|past_?key|past_?value", Pattern.CASE_INSENSITIVE);

  private static final Pattern CONTROL = Pattern.compile("IF|WHILE|CALL(_ONCE)?");

  private static final String CACHES = ": a generative model with caches";
  private static final String IMAGES = ": a model of images";

  /** Signatures and operators that are listed; more are counted. */
  private static final int MOST = 4;

  /**
   * Opens a file as a text model.
   *
   * @throws InvalidFileException if it is none, or none that can be vouched for: with what was
   *     found in it
   */
  public static RawModel open(Path file, TfliteReader reader, RuntimeOptions options)
      throws IOException {
    try {
      return RawModel.open(file, options);
    } catch (InvalidFileException e) {
      FileContents contents = new FileContents(reader.model());
      InvalidFileException found =
          new InvalidFileException(
              e.what() + "; found: " + contents.words(),
              e.where(),
              contents.remedy().orElse(e.remedy()));
      found.initCause(e);
      throw found;
    }
  }

  /** What was found, as a sentence lists it. */
  String words() {
    List<String> words = new ArrayList<>();
    words.addAll(interfaces());
    operators(o -> CONTROL.matcher(o.mnemonic()).matches())
        .ifPresent(o -> words.add("control flow (" + o + ")"));
    operators(Operator::custom).ifPresent(o -> words.add("custom operators (" + o + ")"));
    if (model.subgraphs().stream().allMatch(s -> s.operators().isEmpty())) {
      words.add("no operators");
    }
    return String.join("; ", words);
  }

  /** What to do about what no trust makes a text model; absent where it may be one. */
  private Optional<String> remedy() {
    List<String> interfaces = interfaces();
    if (!interfaces.isEmpty()
        && interfaces.stream().allMatch(i -> i.endsWith(IMAGES) || i.endsWith(CACHES))) {
      return Optional.of(
          "give a file of a text model that takes token ids and answers logits or a vector at"
              + " once");
    }
    return operators(o -> CONTROL.matcher(o.mnemonic()).matches())
        .map(
            o ->
                "export the model without loops and conditions; if you trust who made the file,"
                    + " --trust runs it as it is");
  }

  private Optional<String> operators(Predicate<Operator> which) {
    TreeSet<String> names =
        model.subgraphs().stream()
            .flatMap(s -> s.operators().stream())
            .filter(which)
            .map(Operator::mnemonic)
            .collect(Collectors.toCollection(TreeSet::new));
    return names.isEmpty() ? Optional.empty() : Optional.of(listed(List.copyOf(names)));
  }

  private List<String> interfaces() {
    if (model.signatures().isEmpty()) {
      if (model.subgraphs().isEmpty()) {
        return List.of("no graph");
      }
      TfliteModel.Subgraph main = model.subgraphs().get(0);
      return List.of(
          "no signature; a graph that takes "
              + listed(main.inputs().stream().map(i -> spec(main.tensors().get(i))).toList())
              + kind(main.inputs().stream().map(i -> main.tensors().get(i)).toList()));
    }
    List<String> all = new ArrayList<>();
    for (Signature signature : model.signatures()) {
      List<Tensor> inputs = tensors(signature, signature.inputs());
      all.add(
          "signature "
              + signature.key()
              + " that takes "
              + specs(signature, signature.inputs())
              + " and answers "
              + specs(signature, signature.outputs())
              + kind(inputs, signature.inputs().keySet().stream().anyMatch(CACHE.asPredicate())));
    }
    int more = all.size() - MOST;
    List<String> few = new ArrayList<>(all.subList(0, Math.min(MOST, all.size())));
    if (more > 0) {
      few.add(more + " further signatures");
    }
    return few;
  }

  private List<Tensor> tensors(Signature signature, Map<String, Integer> places) {
    return places.values().stream().map(i -> model.tensor(signature.subgraph(), i)).toList();
  }

  private String specs(Signature signature, Map<String, Integer> places) {
    return listed(
        places.entrySet().stream()
            .map(e -> e.getKey() + " " + type(model.tensor(signature.subgraph(), e.getValue())))
            .toList());
  }

  private static String kind(List<Tensor> inputs) {
    return kind(inputs, inputs.stream().anyMatch(t -> CACHE.matcher(t.name()).find()));
  }

  private static String kind(List<Tensor> inputs, boolean caches) {
    boolean pictures =
        inputs.stream()
            .anyMatch(
                t ->
                    t.shape().size() == 4
                        && (t.type() == TensorType.FLOAT32 || t.type() == TensorType.UINT8));
    return caches ? CACHES : pictures ? IMAGES : "";
  }

  private static String spec(Tensor tensor) {
    return tensor.name() + " " + type(tensor);
  }

  private static String type(Tensor tensor) {
    return tensor.type().name().toLowerCase(Locale.ROOT) + tensor.shape();
  }

  private static String listed(List<String> all) {
    int more = all.size() - MOST;
    return all.isEmpty()
        ? "nothing"
        : String.join(", ", all.subList(0, Math.min(MOST, all.size())))
            + (more > 0 ? " and " + more + " more" : "");
  }

  /**
   * Whether the signatures are several models, and which of them is asked: those of one model
   * answer the same and differ in length.
   *
   * @return a sentence; absent where there is one model
   */
  public Optional<String> severalModels() {
    List<Signature> all = model.signatures();
    boolean alike =
        all.stream()
            .allMatch(
                s ->
                    s.outputs().keySet().equals(all.get(0).outputs().keySet())
                        && s.inputs().keySet().equals(all.get(0).inputs().keySet()));
    return alike
        ? Optional.empty()
        : Optional.of(
            "the file holds several models ("
                + listed(all.stream().map(Signature::key).toList())
                + "), of which "
                + all.get(0).key()
                + " was asked");
  }

  /**
   * That nothing of what is asked takes whole numbers, as a model of sound or of measurements does:
   * token ids are given to it all the same, since tools exist that take them as f32.
   *
   * @return a sentence with the inputs; absent where an input takes whole numbers
   */
  public Optional<String> noWholeNumbers() {
    List<Tensor> inputs;
    if (!model.signatures().isEmpty()) {
      Signature asked = model.signatures().get(0);
      inputs = tensors(asked, asked.inputs());
    } else if (!model.subgraphs().isEmpty()) {
      TfliteModel.Subgraph main = model.subgraphs().get(0);
      inputs = main.inputs().stream().map(i -> main.tensors().get(i)).toList();
    } else {
      inputs = List.of();
    }
    boolean none =
        !inputs.isEmpty() && inputs.stream().allMatch(t -> t.type() == TensorType.FLOAT32);
    return none
        ? Optional.of(
            "no input of the file takes whole numbers ("
                + listed(inputs.stream().map(FileContents::spec).toList())
                + "): it was given token ids, and may be no text model")
        : Optional.empty();
  }
}
