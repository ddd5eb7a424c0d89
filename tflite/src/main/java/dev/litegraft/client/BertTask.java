package dev.litegraft.client;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.tflite.BertInputs;
import dev.litegraft.tflite.FileMetadata;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Whether a client that makes BERT's tokens itself finds in a file what it looks for: three inputs
 * by the names of the metadata, a vocabulary, one row of numbers a text.
 *
 * @param obstacles why it does not run the file
 * @param notes what a user of a file that it runs should know
 */
record BertTask(List<Obstacle> obstacles, List<String> notes) {
  private static final String CONVERT = "--for mediapipe";

  static BertTask of(TfliteReader file) throws IOException {
    BertTask task = new BertTask(new ArrayList<>(), new ArrayList<>());
    TfliteModel model = file.model();
    if (!model.subgraphs().isEmpty()) {
      task.inputs(model.subgraphs().get(0));
      task.metadata(file, file.metadata());
      task.answers(file, model.subgraphs().get(0), file.metadata());
    }
    return task;
  }

  private void refuse(String what, String remedy) {
    obstacles.add(new Obstacle(what, remedy));
  }

  private void inputs(TfliteModel.Subgraph main) {
    int inputs = main.inputs().size();
    int named = BertInputs.MEDIAPIPE_NAMES.size();
    if (inputs != named) {
      refuse("it has " + inputs + " inputs, and " + named + " are taken", CONVERT);
    }
  }

  private void metadata(TfliteReader file, Optional<FileMetadata> metadata) {
    if (metadata.isEmpty()) {
      refuse("it has no metadata that can be read", CONVERT);
      return;
    }
    Optional<String> vocabulary = metadata.get().vocabulary();
    if (vocabulary.isEmpty()) {
      refuse("its metadata tells of no tokenizer", CONVERT);
    } else if (file.model().file(vocabulary.get()).isEmpty()) {
      refuse("the vocabulary " + vocabulary.get() + " is not inside of it", CONVERT);
    }
    if (!new HashSet<>(metadata.get().inputs()).equals(new HashSet<>(BertInputs.MEDIAPIPE_NAMES))) {
      refuse(
          "its metadata calls the inputs "
              + metadata.get().inputs()
              + ", where "
              + BertInputs.MEDIAPIPE_NAMES
              + " are looked for",
          CONVERT);
    }
  }

  private void answers(
      TfliteReader file, TfliteModel.Subgraph main, Optional<FileMetadata> metadata)
      throws IOException {
    if (main.outputs().isEmpty() || main.outputs().contains(-1)) {
      return;
    }
    TfliteModel.Tensor output = main.tensors().get(main.outputs().get(0));
    int numbers = output.shape().isEmpty() ? 1 : output.shape().get(output.shape().size() - 1);
    if (output.shape().size() > 2) {
      refuse(
          "it answers each token (" + output + "), where one row of numbers a text is taken",
          "a classifier of texts, or an embedder");
      return;
    }
    Optional<byte[]> labels =
        metadata.isPresent() && metadata.get().labels().isPresent()
            ? file.file(metadata.get().labels().get())
            : Optional.empty();
    if (labels.isPresent()) {
      long names = new String(labels.get(), StandardCharsets.UTF_8).lines().count();
      if (names != numbers) {
        refuse("it answers with " + numbers + " numbers, and has " + names + " labels", CONVERT);
      }
    }
    Optional<ModelFacts> facts = file.facts();
    if (facts.flatMap(all -> all.find(ModelFacts.CONFIDENCE)).isPresent()) {
      refuse(
          "its probabilities are fitted, and those of a graph are not",
          CONVERT + ", without the fitted confidence");
    }
    boolean logits =
        facts.isPresent()
            && facts.get().task() == Task.SEQUENCE_CLASSIFICATION
            && !facts.get().answersWithProbabilities()
            && facts.get().problemType().filter(p -> p == ProblemType.REGRESSION).isEmpty();
    if (logits) {
      notes.add("its scores are logits there, no probabilities: " + CONVERT + " makes them");
    }
  }
}
