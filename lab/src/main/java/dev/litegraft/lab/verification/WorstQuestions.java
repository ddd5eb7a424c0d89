package dev.litegraft.lab.verification;

import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import java.util.ArrayList;
import java.util.List;

/** The questions that are farthest apart, as a report shows them. */
final class WorstQuestions {
  private static final int SHOWN = 5;
  private static final int NUMBERS = 16;

  private final Answer.Meaning meaning;
  private final List<String> labels;

  WorstQuestions(Answer.Meaning meaning, Model model) {
    this.meaning = meaning;
    this.labels = model.labels();
  }

  /** The first of these. */
  List<WorstQuestion> of(List<Answer> farthestFirst) {
    return farthestFirst.stream().limit(SHOWN).map(this::shown).toList();
  }

  private WorstQuestion shown(Answer answer) {
    String expected = "";
    String actual = "";
    if (meaning.task() == Task.TOKEN_CLASSIFICATION) {
      expected = answer.labels() + " labels";
      actual = answer.flips() + " differ";
    } else if (meaning.task() == Task.SEQUENCE_CLASSIFICATION) {
      expected = label(answer.expected());
      actual = label(answer.actual());
    }
    Question question = answer.question();
    return new WorstQuestion(
        question.text().orElse(question.name()),
        question.length(),
        answer.maxAbs(),
        answer.kl(),
        expected,
        actual,
        answer.margin(),
        first(answer.expected()),
        first(answer.actual()));
  }

  private String label(float[] logits) {
    if (meaning.problem() == ProblemType.REGRESSION) {
      return "";
    }
    if (Float.isNaN(logits[0])) {
      return "NaN";
    }
    if (meaning.problem() == ProblemType.SINGLE_LABEL) {
      return labels.get(Numbers.largest(Numbers.softmax(logits, 0, labels.size())));
    }
    List<String> given = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      if (logits[i] > 0) {
        given.add(labels.get(i));
      }
    }
    return String.join(", ", given);
  }

  private static List<Float> first(float[] numbers) {
    List<Float> first = new ArrayList<>();
    for (int i = 0; i < Math.min(NUMBERS, numbers.length); i++) {
      first.add(numbers[i]);
    }
    return first;
  }
}
