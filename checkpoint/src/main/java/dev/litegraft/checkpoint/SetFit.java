package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Kind;
import dev.litegraft.checkpoint.SentenceTransformer.Normalize;
import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.SentenceTransformer.Truncate;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.pickle.LogisticHead;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A classifier that SetFit saved: a sentence-transformers folder, the scikit-learn head that makes
 * labels of its vectors, and the labels' names.
 *
 * <p>Source: {@code SetFitModel} of setfit 0.7 to 1.1, {@code _save_pretrained} and {@code
 * predict_proba}.
 *
 * @param file the head's file
 * @param head what is in it
 * @param labels a name for each of its rows
 * @param normalize whether the vectors get length 1 before it
 * @param notes what a user should know
 */
record SetFit(
    Path file, LogisticHead head, List<String> labels, boolean normalize, List<String> notes) {
  static final String CONFIG = "config_setfit.json";
  private static final String HEAD = "model_head.pkl";
  private static final String MODULE = "model_head";
  private static final String EMBED = "or convert its vectors alone with --as embedder";

  /**
   * Reads the head of a folder; empty where there is none, or the vectors alone are asked for.
   *
   * @throws InvalidCheckpointException if it is there and cannot be converted, or is missing
   */
  static Optional<SetFit> find(Path folder, Optional<ReadAs> readAs) throws IOException {
    Path config = folder.resolve(CONFIG);
    Path file = folder.resolve(HEAD);
    boolean said = Files.isRegularFile(config);
    if ((!said && !Files.isRegularFile(file))
        || readAs.filter(ReadAs.EMBEDDER::equals).isPresent()) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidCheckpointException(
          "the folder is a SetFit model, whose classification head, " + HEAD + ", is missing",
          config.toString(),
          "download the folder again, with all of its files, " + EMBED);
    }
    LogisticHead head = LogisticHead.read(file);
    HfConfig settings = said ? HfConfig.read(config) : HfConfig.parse("{}", config.toString());
    boolean normalize = settings.flag("normalize_embeddings", false);
    List<String> labels = labels(head, settings, file);
    List<String> notes = new ArrayList<>(ModuleReader.unknown(settings));
    notes.add(
        "the labels are those of SetFit's head, a logistic regression of scikit-learn's over the"
            + " vector's "
            + head.features()
            + " numbers");
    return Optional.of(new SetFit(file, head, labels, normalize, notes));
  }

  /**
   * By the numbers that the head calls its classes; of questions each of its own, by their order.
   */
  private static List<String> labels(LogisticHead head, HfConfig settings, Path file) {
    List<String> named =
        settings.has("labels") && settings.value("labels") != null
            ? settings.texts("labels")
            : List.of();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < head.labels(); i++) {
      Object known = head.classes().isEmpty() ? (Object) (long) i : head.classes().get(i);
      if (named.isEmpty() || !(known instanceof Long number)) {
        labels.add(head.classes().isEmpty() ? "LABEL_" + i : String.valueOf(known));
      } else if (number >= 0 && number < named.size()) {
        labels.add(named.get(number.intValue()));
      } else {
        throw new InvalidCheckpointException(
            "the head has a class "
                + number
                + ", but "
                + CONFIG
                + " names "
                + named.size()
                + " labels",
            file.toString(),
            "in a copy of the folder, correct labels in " + CONFIG);
      }
    }
    return labels;
  }

  /**
   * The modules with the head behind them.
   *
   * @param modules those of the folder
   * @throws InvalidCheckpointException if they do not make vectors of as many numbers as it takes
   */
  SentenceTransformer behind(Optional<SentenceTransformer> modules) {
    SentenceTransformer body =
        modules
            .filter(s -> s.kind() == Kind.EMBEDDER && s.pools())
            .filter(s -> s.reading() instanceof SentenceTransformer.Vector)
            .orElseThrow(
                () ->
                    new InvalidCheckpointException(
                        "the folder has a SetFit head, but no modules.json of an embedder with a"
                            + " Pooling before it",
                        file.toString(),
                        "download the folder again, with all of its files, " + EMBED));
    int width = width(body);
    if (width != head.features()) {
      throw new InvalidCheckpointException(
          "the head takes " + head.features() + " numbers, but the modules make " + width,
          file.toString(),
          "download the folder again, with all of its files, " + EMBED);
    }
    List<Step> steps = new ArrayList<>(body.steps());
    if (normalize && !(!steps.isEmpty() && steps.get(steps.size() - 1) instanceof Normalize)) {
      steps.add(new Normalize());
    }
    // The softmax of the sigmoids' logarithms: each divided by the sum of all.
    boolean divided = head.kind() == LogisticHead.Kind.SIGMOIDS_OF_SUM_1;
    steps.add(
        new Dense(
            MODULE,
            file,
            width,
            head.labels(),
            true,
            divided ? "torch.nn.LogSigmoid" : "linear",
            false,
            file.toString()));
    List<String> all = new ArrayList<>(body.notes());
    all.addAll(notes);
    return new SentenceTransformer(
        Kind.CROSS_ENCODER,
        body.reading(),
        body.modelFolder(),
        body.poolings(),
        body.width(),
        steps,
        body.settings()
            .ofClassifier(
                head.kind() == LogisticHead.Kind.SIGMOIDS
                    ? "torch.nn.modules.activation.Sigmoid"
                    : "torch.nn.modules.linear.Identity"),
        all,
        body.leftOut());
  }

  private static int width(SentenceTransformer body) {
    int width = body.width() * body.poolings().size();
    for (Step step : body.steps()) {
      width =
          step instanceof Dense dense
              ? dense.out()
              : step instanceof Truncate cut ? Math.min(width, cut.width()) : width;
    }
    return width;
  }

  /** The config with the head's labels. */
  HfConfig labelled(HfConfig config) {
    Map<String, @Nullable Object> byId = new LinkedHashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      byId.put(Integer.toString(i), labels.get(i));
    }
    return config.with("id2label", byId);
  }

  /** The head's numbers, under the names of a Dense module's. */
  Map<String, RawTensorData> tensors() {
    Map<String, RawTensorData> tensors = new LinkedHashMap<>();
    for (RawTensorData tensor :
        List.of(
            new HeldNumbers(
                MODULE + ".linear.weight", head.weights(), head.labels(), head.features()),
            new HeldNumbers(MODULE + ".linear.bias", head.bias(), head.labels()))) {
      tensors.put(tensor.name(), tensor);
    }
    return tensors;
  }

  /** For messages and notes. */
  @Override
  public String toString() {
    return file + " " + Json.show(labels);
  }
}
