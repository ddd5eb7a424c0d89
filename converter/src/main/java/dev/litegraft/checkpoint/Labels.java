package dev.litegraft.checkpoint;

import java.util.List;

/** The labels of a classifier, in the order of its logits. */
public record Labels(List<String> names) {
  /** What {@code id2label} says; two labels where it is absent, as transformers does. */
  public static Labels of(HfConfig config) {
    return new Labels(
        config
            .at("id2label")
            .map(
                ids ->
                    java.util.stream.IntStream.iterate(0, i -> ids.has("" + i), i -> i + 1)
                        .mapToObj(i -> ids.text("" + i))
                        .toList())
            .orElse(List.of("LABEL_0", "LABEL_1")));
  }

  /** How many there are. */
  public int size() {
    return names.size();
  }
}
