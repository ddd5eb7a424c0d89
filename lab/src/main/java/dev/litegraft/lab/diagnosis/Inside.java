package dev.litegraft.lab.diagnosis;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.AskedRows;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import dev.litegraft.lab.verification.AnswerForm;
import dev.litegraft.lab.verification.LayerDifference;
import dev.litegraft.lab.verification.LayersInside;
import dev.litegraft.lab.verification.Narrowing;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.TokenRow;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where in the graph a file departs from the checkpoint.
 *
 * @param layers compared values, in the order of computation; empty where the graph shows none
 * @param narrowed what the first that departs leaves as possible
 */
record Inside(List<LayerDifference> layers, Optional<String> narrowed) {
  /** Longer rows are looked at only where there are no others: every value of them is kept. */
  private static final int LONGEST = 64;

  Inside {
    layers = List.copyOf(layers);
  }

  static Inside unknown() {
    return new Inside(List.of(), Optional.empty());
  }

  /**
   * Of the row in which a file is farthest from the checkpoint.
   *
   * @param own the checkpoint's answers to what the file was asked
   */
  static Inside of(DiagnosedFile file, AskedFile subject, List<float[][]> own) throws IOException {
    Model checkpoint = file.own().model();
    Optional<WeightsInFile> weights =
        file.isForeign() ? Optional.of(file.weights()) : Optional.empty();
    boolean logits = file.asked().form() == AnswerForm.LOGITS;
    List<float[][]> answers = subject.answers(subject.all());
    TokenRow row = null;
    float[] answer = {};
    double farthest = -1;
    for (int b = 0; b < own.size(); b++) {
      AskedRows.Batch batch = subject.batches().get(b);
      for (int i = 0; i < batch.rows().size(); i++) {
        TokenRow one = batch.rows().get(i);
        double apart = apart(own.get(b)[i], answers.get(b)[i]);
        boolean usual = batch.group() == AskedRows.Group.PLAIN;
        boolean shorter = one.trimmed().length() <= LONGEST;
        if (row == null || (usual && shorter && apart > farthest)) {
          row = one;
          answer = answers.get(b)[i];
          farthest = apart;
        }
      }
    }
    if (row == null) {
      return unknown();
    }
    try {
      List<LayerDifference> found =
          LayersInside.of(
              checkpoint,
              file.model(),
              file.reader(),
              weights,
              row,
              logits ? Optional.of(answer) : Optional.empty(),
              file.layers());
      return new Inside(found, Narrowing.of(found, checkpoint.architecture().moduleNames()));
    } catch (InvalidInputException e) {
      return unknown(); // The plain kernels refuse what the fast ones compute.
    }
  }

  private static double apart(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      most = Math.max(most, Math.abs((double) a[i] - b[i]));
    }
    return most;
  }
}
