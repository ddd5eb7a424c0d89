package dev.litegraft.lab.verification;

import static java.util.stream.Collectors.joining;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a file answers to questions. Of several outputs the one that is called logits or embedding
 * counts, else the only one that has as many numbers as it must have, whatever was asked.
 *
 * @param numbers the answers in the questions' order; NaN where there is none
 * @param differences why there is none: {@code inputs} or {@code outputs}
 */
record FileAnswers(List<float[]> numbers, List<Difference> differences) {
  private static final Set<String> ANSWERS = Set.of("logits", "embedding", "token_embeddings");

  /**
   * Asks.
   *
   * @param counts how many numbers the answer to each question has
   */
  static FileAnswers of(RawModel model, List<Question> questions, List<Integer> counts) {
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
    Set<String> names = fitting(all, counts);
    List<float[]> numbers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<RawOutput> outputs = all.get(i);
      float[] none = new float[counts.get(i)];
      Arrays.fill(none, Float.NaN);
      float[] answer =
          outputs.stream()
              .filter(output -> names.size() == 1 && names.contains(output.name()))
              .map(RawOutput::values)
              .findFirst()
              .orElse(none);
      numbers.add(answer);
      if (names.size() != 1 && !outputs.isEmpty()) {
        differences.putIfAbsent(
            "outputs",
            new Difference(
                "outputs",
                counts.get(i) + " numbers for " + questions.get(i).name(),
                outputs.stream().map(o -> o.name() + " " + o.shape()).collect(joining(", "))));
      }
    }
    return new FileAnswers(numbers, List.copyOf(differences.values()));
  }

  /** How many numbers the answer to each question has, where the reference gave these. */
  static List<Integer> counts(
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

  /** The output that answers; none or several if it cannot be told. */
  private static Set<String> fitting(List<List<RawOutput>> all, List<Integer> counts) {
    Set<String> names = new LinkedHashSet<>();
    all.forEach(outputs -> outputs.forEach(output -> names.add(output.name())));
    for (int i = 0; i < all.size(); i++) {
      int count = counts.get(i);
      for (RawOutput output : all.get(i)) {
        if (output.values().length != count) {
          names.remove(output.name());
        }
      }
    }
    Set<String> named = new LinkedHashSet<>(names);
    named.retainAll(ANSWERS);
    return named.isEmpty() ? names : named;
  }
}
