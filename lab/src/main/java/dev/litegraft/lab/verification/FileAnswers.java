package dev.litegraft.lab.verification;

import static java.util.stream.Collectors.joining;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Task;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file answers to questions.
 *
 * @param numbers the answers in the questions' order, as logits as far as they can be told; NaN
 *     where there is none
 * @param form in which the file gives them
 * @param differences why there is none: {@code inputs} or {@code outputs}
 */
record FileAnswers(List<float[]> numbers, AnswerForm form, List<Difference> differences) {

  /**
   * Asks.
   *
   * @param expected the checkpoint's answers
   * @param said the form, where the file says it; absent: a softmax or sigmoid is looked for
   */
  static FileAnswers of(
      RawModel model,
      List<Question> questions,
      List<float[]> expected,
      Answer.Meaning meaning,
      Optional<AnswerForm> said) {
    Map<String, Difference> differences = new LinkedHashMap<>();
    List<List<RawOutput>> all = new ArrayList<>();
    for (Question question : questions) {
      List<RawOutput> outputs = List.of();
      try {
        outputs = model.run(model.taken(question.row()));
      } catch (InvalidInputException e) {
        differences.putIfAbsent(
            "inputs", new Difference("inputs", "takes " + question.name(), e.what()));
      }
      all.add(outputs);
    }
    List<Integer> counts = counts(questions, expected, meaning);
    boolean classifies =
        meaning.task() == Task.SEQUENCE_CLASSIFICATION
            || meaning.task() == Task.TOKEN_CLASSIFICATION;
    boolean logits = said.isPresent() || !classifies;
    Optional<AnswerOutput> answer =
        AnswerOutput.of(all, counts, expected, logits ? 0 : meaning.width());
    AnswerForm form = said.or(() -> answer.map(AnswerOutput::form)).orElse(AnswerForm.LOGITS);
    List<float[]> numbers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<RawOutput> outputs = all.get(i);
      float[] none = new float[counts.get(i)];
      Arrays.fill(none, Float.NaN);
      float[] own =
          outputs.stream()
              .filter(output -> answer.isPresent() && answer.get().name().equals(output.name()))
              .map(output -> form.logits(output.values(), meaning.width()))
              .findFirst()
              .orElse(none);
      numbers.add(own);
      if (answer.isEmpty() && !outputs.isEmpty()) {
        differences.putIfAbsent(
            "outputs",
            new Difference(
                "outputs",
                counts.get(i) + " numbers for " + questions.get(i).name(),
                outputs.stream().map(o -> o.name() + " " + o.shape()).collect(joining(", "))));
      }
    }
    return new FileAnswers(numbers, form, List.copyOf(differences.values()));
  }

  /** How many numbers the answer to each question has, where the reference gave these. */
  private static List<Integer> counts(
      List<Question> questions, List<float[]> expected, Answer.Meaning meaning) {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      counts.add(
          switch (meaning.task()) {
            case SEQUENCE_CLASSIFICATION -> meaning.width();
            case TOKEN_CLASSIFICATION, QUESTION_ANSWERING, TOKEN_EMBEDDING ->
                questions.get(i).length() * meaning.width();
            case EMBEDDING, SPARSE_EMBEDDING -> expected.get(i).length;
          });
    }
    return counts;
  }
}
