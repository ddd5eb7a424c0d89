package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes spans of the labels of tokens.
 *
 * <p>Source: {@code aggregate}, {@code aggregate_words}, {@code group_entities} and {@code
 * group_sub_entities} of transformers' {@code TokenClassificationPipeline}, whose offsets are kept
 * and whose {@code ignore_labels} is {@code ["O"]}.
 */
final class Spans {
  static final String OUTSIDE = "O";

  /**
   * A token that is not special.
   *
   * @param probabilities by label
   * @param start in UTF-16 units
   * @param end in UTF-16 units
   * @param subword whether it goes on with the word before it
   */
  record Token(double[] probabilities, int start, int end, boolean subword) {}

  /** A token or word with its label. */
  private record Tagged(String label, double score, int start, int end) {
    /** Without the prefix of what begins or goes on. */
    String kind() {
      return begins() || label.startsWith("I-") ? label.substring(2) : label;
    }

    boolean begins() {
      return label.startsWith("B-");
    }
  }

  private final List<String> labels;
  private final Aggregation how;

  Spans(List<String> labels, Aggregation how) {
    this.labels = labels;
    this.how = how;
  }

  /** The spans of a text, in its order, without those that are outside. */
  List<Entity> of(List<Token> tokens, String text) {
    List<Tagged> tagged =
        switch (how) {
          case NONE, SIMPLE -> tokens.stream().map(this::tagged).toList();
          case FIRST, AVERAGE, MAX -> words(tokens).stream().map(this::word).toList();
        };
    List<Tagged> spans = how == Aggregation.NONE ? tagged : grouped(tagged);
    return spans.stream()
        .filter(span -> !span.label().equals(OUTSIDE))
        .map(
            span -> {
              int end = Math.max(span.start(), span.end());
              return new Entity(
                  span.label(), span.score(), span.start(), end, text.substring(span.start(), end));
            })
        .toList();
  }

  /** Of spans that begin within the one before them the longer, or else the more certain. */
  static List<Entity> withoutOverlaps(List<Entity> all) {
    List<Entity> kept = new ArrayList<>();
    for (Entity next : all.stream().sorted(Comparator.comparingInt(Entity::start)).toList()) {
      Entity last = kept.isEmpty() ? null : kept.get(kept.size() - 1);
      if (last == null || next.start() >= last.end()) {
        kept.add(next);
      } else if (length(next) > length(last)
          || (length(next) == length(last) && next.score() > last.score())) {
        kept.set(kept.size() - 1, next);
      }
    }
    return kept;
  }

  private static int length(Entity entity) {
    return entity.end() - entity.start();
  }

  private Tagged tagged(Token token) {
    int best = Probabilities.best(token.probabilities());
    return new Tagged(labels.get(best), token.probabilities()[best], token.start(), token.end());
  }

  private static List<List<Token>> words(List<Token> tokens) {
    List<List<Token>> words = new ArrayList<>();
    for (Token token : tokens) {
      if (words.isEmpty() || !token.subword()) {
        words.add(new ArrayList<>());
      }
      words.get(words.size() - 1).add(token);
    }
    return words;
  }

  private Tagged word(List<Token> tokens) {
    Token first = tokens.get(0);
    double[] scores =
        switch (how) {
          case MAX -> mostCertain(tokens).probabilities();
          case AVERAGE -> average(tokens);
          default -> first.probabilities();
        };
    return tagged(new Token(scores, first.start(), tokens.get(tokens.size() - 1).end(), false));
  }

  private static Token mostCertain(List<Token> tokens) {
    Token most = tokens.get(0);
    for (Token token : tokens) {
      if (highest(token) > highest(most)) {
        most = token;
      }
    }
    return most;
  }

  private static double highest(Token token) {
    return token.probabilities()[Probabilities.best(token.probabilities())];
  }

  private static double[] average(List<Token> tokens) {
    double[] average = new double[tokens.get(0).probabilities().length];
    for (Token token : tokens) {
      for (int i = 0; i < average.length; i++) {
        average[i] += token.probabilities()[i] / tokens.size();
      }
    }
    return average;
  }

  private static List<Tagged> grouped(List<Tagged> all) {
    List<Tagged> groups = new ArrayList<>();
    List<Tagged> group = new ArrayList<>();
    for (Tagged one : all) {
      boolean goesOn =
          !group.isEmpty()
              && !one.begins()
              && one.kind().equals(group.get(group.size() - 1).kind());
      if (!group.isEmpty() && !goesOn) {
        groups.add(merged(group));
        group = new ArrayList<>();
      }
      group.add(one);
    }
    if (!group.isEmpty()) {
      groups.add(merged(group));
    }
    return groups;
  }

  /** The label is what stands behind the first hyphen, whatever stands before it. */
  private static Tagged merged(List<Tagged> group) {
    Tagged first = group.get(0);
    return new Tagged(
        first.label().substring(first.label().indexOf('-') + 1),
        group.stream().mapToDouble(Tagged::score).average().orElseThrow(),
        first.start(),
        group.get(group.size() - 1).end());
  }
}
