package dev.litegraft.lab.verification;

import dev.litegraft.checkpoint.config.ModuleNames;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the first value that departs leaves as possible: the values before it agree, so that what
 * lies between is at fault.
 */
public final class Narrowing {
  private static final Pattern LAYER = Pattern.compile("\\.(\\d{1,6})\\.");

  private Narrowing() {}

  /**
   * A sentence.
   *
   * @param layers compared values, in the order of computation
   * @param family the names of its modules
   * @return absent where no value departs
   */
  public static Optional<String> of(List<LayerDifference> layers, ModuleNames family) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).departs()) {
        String name = layers.get(i).name();
        return Optional.of(name + " departs first: " + between(layers.subList(0, i), name, family));
      }
    }
    return Optional.empty();
  }

  private static String between(List<LayerDifference> before, String name, ModuleNames family) {
    String layer = layer(name);
    boolean first = before.stream().noneMatch(l -> !layer(l.name()).isEmpty());
    if (family.isWords(name) || family.isPositions(name) || family.isTokenTypes(name)) {
      return "a table of embeddings, its rows, or what they are multiplied with";
    }
    if (name.equals("logits") || name.equals("embedding")) {
      return before.isEmpty()
          ? "nothing else could be compared"
          : "all that was compared agrees; the token that is read, the order of labels, or what"
              + " stands behind the head does not";
    }
    if (layer.isEmpty()) {
      return "the layers agree; the last norm, the token that is read, or an activation of the head"
          + " does not";
    }
    if (family.isProjection(name) || isFused(name, family)) {
      boolean other =
          before.stream()
              .anyMatch(l -> layer(l.name()).equals(layer) && family.isProjection(l.name()));
      if (other) {
        return "the projections beside it agree: its own rows, scale or bias";
      }
      return "attention of layer "
          + layer
          + ": what goes into it does not agree: "
          + (first
              ? "embeddings, their scale or positions, or the first norm (epsilon, weight)"
              : "the sum before it, or its norm (epsilon, weight)");
    }
    if (family.isInAttention(name)) {
      return "attention of layer "
          + layer
          + ": queries and keys agree, what is made of them does not: rotary positions, scale, mask,"
          + " window, or the order of heads";
    }
    boolean inside =
        before.stream()
            .anyMatch(l -> layer(l.name()).equals(layer) && !family.isInAttention(l.name()));
    return inside
        ? "feed-forward of layer "
            + layer
            + ": what goes in agrees, what comes out does not: the activation, or gate and up"
            + " exchanged"
        : "feed-forward of layer "
            + layer
            + ": attention agrees, what is made of it does not: the sum behind it, or the norm"
            + " (epsilon, weight)";
  }

  private static boolean isFused(String name, ModuleNames family) {
    return family.fused().isPresent() && name.endsWith("." + family.fused().get());
  }

  private static String layer(String name) {
    Matcher number = LAYER.matcher(name);
    return number.find() ? number.group(1) : "";
  }
}
