package dev.litegraft.lab.diagnosis.search;

import static java.util.stream.Collectors.joining;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.verification.AnswerForm;
import dev.litegraft.lab.verification.AnswerOutput;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.List;

/**
 * A file, of which is known which of its outputs answers, and in which form.
 *
 * @param model the file, open
 * @param task what the checkpoint is for
 * @param output the name of the output that answers
 * @param form in which it answers
 * @param width numbers that belong together
 * @param readouts what is made of its numbers before they are compared
 */
public record AskedModel(
    RawModel model,
    Task task,
    String output,
    AnswerForm form,
    int width,
    List<VariantModel.Readout> readouts) {
  /**
   * A file of ours: the output is called logits, probabilities or embedding, and is just that.
   *
   * @param form in which it answers
   * @param own the checkpoint's model, of which is compared what its readouts leave
   */
  public static AskedModel ours(RawModel model, VariantModel own, AnswerForm form) {
    String name =
        own.task() == Task.EMBEDDING
            ? "embedding"
            : form == AnswerForm.LOGITS ? "logits" : "probabilities";
    int width = own.model().answerWidth();
    return new AskedModel(model, own.task(), name, form, width, own.readouts());
  }

  /**
   * A file of another tool.
   *
   * @param rows by which the outputs are told apart
   * @param answered all outputs of each row
   * @throws InvalidFileException if no output has as many numbers as an answer
   */
  public static AskedModel of(
      RawModel model,
      VariantModel own,
      List<TokenRow> rows,
      List<List<RawOutput>> answered,
      PlainLayers layers) {
    float[][] expected = own.answers(layers, rows);
    List<List<RawOutput>> outputs = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    List<float[]> answers = new ArrayList<>();
    boolean ofTokens = own.task().everyToken();
    for (int i = 0; i < expected.length; i++) {
      TokenRow row = rows.get(i);
      List<RawOutput> all = answered.get(i);
      outputs.add(
          ofTokens
              ? all.stream()
                  .filter(o -> o.values().length % row.length() == 0)
                  .map(
                      o ->
                          new RawOutput(
                              o.name(), o.shape(), VariantModel.attended(o.values(), row)))
                  .toList()
              : all);
      counts.add(expected[i].length);
      answers.add(expected[i]);
    }
    int width = own.model().answerWidth();
    AnswerOutput output =
        AnswerOutput.of(outputs, counts, answers, own.task() == Task.EMBEDDING ? 0 : width)
            .orElseThrow(() -> unmatched(model, own, answered.get(0), expected[0].length));
    return new AskedModel(model, own.task(), output.name(), output.form(), width, List.of());
  }

  private static InvalidFileException unmatched(
      RawModel model, VariantModel own, List<RawOutput> outputs, int expected) {
    String found = outputs.stream().map(o -> o.name() + " " + o.shape()).collect(joining(", "));
    return new InvalidFileException(
        (outputs.size() == 1
                ? "the file answers one token with "
                    + outputs.get(0).values().length
                    + " numbers ("
                    + found
                    + "), where the checkpoint ("
                : "none of the file's outputs can be told to be the answer ("
                    + found
                    + "), where the checkpoint (")
            + own.model().hfClass()
            + ") gives "
            + expected,
        model.where(),
        "check that the file was made of this checkpoint, with its head and its labels");
  }

  /** Its answers, as logits as far as they can be told; of tokens those that are attended. */
  float[][] answers(List<TokenRow> rows) {
    float[][] answers = new float[rows.size()][];
    for (int i = 0; i < answers.length; i++) {
      TokenRow row = rows.get(i);
      float[] numbers = answer(row);
      boolean everyToken = task.everyToken() && numbers.length % row.length() == 0;
      float[] read = form.logits(everyToken ? VariantModel.attended(numbers, row) : numbers, width);
      for (VariantModel.Readout readout : readouts) {
        read = readout.apply(read);
      }
      answers[i] = read;
    }
    return answers;
  }

  private float[] answer(TokenRow row) {
    List<RawOutput> outputs = model.run(model.taken(row));
    for (RawOutput one : outputs) {
      if (outputs.size() == 1 || one.name().equals(output)) {
        return one.values();
      }
    }
    throw new InvalidFileException(
        "a signature has no output " + output + ", as another has",
        model.where(),
        "make the file again");
  }

  /** A variant of the checkpoint's model that answers in the same form. */
  public VariantModel alike(VariantModel own) {
    return form == AnswerForm.LOGITS ? own : own.with(numbers -> form.comparable(numbers, width));
  }
}
