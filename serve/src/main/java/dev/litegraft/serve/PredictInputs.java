package dev.litegraft.serve;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /predict} takes: a text; a list of one or two texts, which is one input; or a list of
 * such lists.
 */
final class PredictInputs {
  static final String KIND =
      "a string, a pair of strings [string, string] or a batch of mixed strings and pairs"
          + " [[string], [string, string], ...]";

  private PredictInputs() {}

  static boolean isBatch(Object inputs) {
    return inputs instanceof List<?> list && (list.isEmpty() || list.get(0) instanceof List<?>);
  }

  static List<ServedClassifier.Input> of(Object inputs) {
    if (inputs instanceof String text) {
      return List.of(new ServedClassifier.Input(text, null));
    }
    if (!(inputs instanceof List<?> list)) {
      throw Fields.wrong("inputs", inputs, KIND);
    }
    if (!isBatch(inputs)) {
      return List.of(one("inputs", list));
    }
    List<ServedClassifier.Input> texts = new ArrayList<>(list.size());
    for (Object element : list) {
      texts.add(one("inputs[" + texts.size() + "]", element));
    }
    return texts;
  }

  private static ServedClassifier.Input one(String name, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > 2) {
      throw Fields.wrong(name, value, KIND);
    }
    List<String> texts = Fields.strings(name, list, KIND);
    return new ServedClassifier.Input(texts.get(0), texts.size() == 2 ? texts.get(1) : null);
  }
}
