package dev.litegraft.lab.statistics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The entities that the tags of words mean: {@code B-PER I-PER O}.
 *
 * <p>Source: the rules of seqeval 1.2.2, whose default ones are those of CoNLL's {@code conlleval}.
 */
public final class Entities {
  /**
   * An entity.
   *
   * @param type of which kind, {@code PER}
   * @param first its first word
   * @param last its last word
   */
  public record Span(String type, int first, int last) {}

  /** How the words of an entity are tagged, where the rules are strict. */
  public enum Scheme {
    /** {@code B} begins each entity, {@code I} goes on. */
    IOB2("", ""),
    /** As IOB2, and {@code E} ends an entity of several words; one of one word is {@code S}. */
    IOBES("E", "S"),
    /** As IOBES, with the letters {@code L} and {@code U}. */
    BILOU("L", "U");

    private final String last;
    private final String single;

    Scheme(String last, String single) {
      this.last = last;
      this.single = single;
    }

    /** The one whose letters these labels have. */
    public static Scheme of(List<String> labels) {
      for (Scheme scheme : List.of(IOBES, BILOU)) {
        if (labels.stream()
            .anyMatch(
                label ->
                    label.startsWith(scheme.last + "-") || label.startsWith(scheme.single + "-"))) {
          return scheme;
        }
      }
      return IOB2;
    }
  }

  private static final Pattern PREFIXED = Pattern.compile("[BIESLU]-.+");

  private Entities() {}

  /**
   * Whether any label begins as those of entities do, {@code B-PER}. Where none does, tags are of
   * words ({@code NOUN}, {@code PER}), and the rules would take their first letters for prefixes.
   */
  public static boolean arePrefixed(List<String> labels) {
    return labels.stream().anyMatch(label -> PREFIXED.matcher(label).matches());
  }

  /** Each word with a tag by itself, with the whole tag as its type; {@code O} is none. */
  public static List<Span> words(List<String> tags) {
    return IntStream.range(0, tags.size())
        .filter(i -> !tags.get(i).equals("O"))
        .mapToObj(i -> new Span(tags.get(i), i, i))
        .toList();
  }

  /** By the default rules, which take as an entity what a strict reader would leave out. */
  public static List<Span> lenient(List<String> tags) {
    List<Span> spans = new ArrayList<>();
    String before = "O";
    String typeBefore = "_";
    int begin = 0;
    for (int i = 0; i <= tags.size(); i++) {
      String tag = i < tags.size() ? tags.get(i) : "O";
      String letter = tag.substring(0, 1);
      String type = type(tag);
      if (ends(before, letter, !type.equals(typeBefore))) {
        spans.add(new Span(typeBefore, begin, i - 1));
      }
      if (starts(before, letter, !type.equals(typeBefore))) {
        begin = i;
      }
      before = letter;
      typeBefore = type;
    }
    return spans;
  }

  /** What stands behind the letter and a hyphen; {@code _} where nothing does. */
  private static String type(String tag) {
    String rest = tag.substring(1);
    String type = rest.substring(rest.indexOf('-') + 1);
    return type.isEmpty() ? "_" : type;
  }

  private static boolean ends(String before, String letter, boolean otherType) {
    if ("ES".contains(before)) {
      return true;
    }
    if ("BI".contains(before) && "BSO".contains(letter)) {
      return true;
    }
    return !outside(before) && otherType;
  }

  private static boolean starts(String before, String letter, boolean otherType) {
    if ("BS".contains(letter)) {
      return true;
    }
    if (("ES".contains(before) || before.equals("O")) && "EI".contains(letter)) {
      return true;
    }
    return !outside(letter) && otherType;
  }

  private static boolean outside(String letter) {
    return letter.equals("O") || letter.equals(".");
  }

  /**
   * By the strict rules: only what is tagged from its first word to its last as the scheme says.
   */
  public static List<Span> strict(List<String> tags, Scheme scheme) {
    List<Span> spans = new ArrayList<>();
    int i = 0;
    while (i < tags.size()) {
      String letter = tags.get(i).substring(0, 1);
      String type = type(tags.get(i));
      int end = i + 1;
      if (letter.equals(scheme.single)) {
        spans.add(new Span(type, i, i));
      } else if (letter.equals("B")) {
        boolean closed = scheme == Scheme.IOB2;
        while (end < tags.size() && type(tags.get(end)).equals(type)) {
          String next = tags.get(end).substring(0, 1);
          if (next.equals("I")) {
            end++;
          } else if (next.equals(scheme.last)) {
            closed = true;
            end++;
            break;
          } else {
            break;
          }
        }
        if (closed) {
          spans.add(new Span(type, i, end - 1));
        }
      }
      i = end;
    }
    return spans;
  }

  /**
   * How many entities of a sentence were found, in all answered, and right.
   *
   * @param correct with the same type and words
   * @param answered that the answer has
   * @param right that there are
   */
  public record Score(int correct, int answered, int right) {
    /** Of a sentence. */
    public static Score of(List<Span> right, List<Span> answered) {
      Set<Span> both = new HashSet<>(right);
      both.retainAll(new HashSet<>(answered));
      return new Score(both.size(), answered.size(), right.size());
    }
  }

  /** F1 of the entities of sentences that count so often; 0 where there are none at all. */
  public static double f1(List<Score> scores, int[] counts) {
    long correct = 0;
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      Score score = scores.get(i);
      correct += (long) counts[i] * score.correct();
      sum += (long) counts[i] * (score.answered() + score.right());
    }
    return sum == 0 ? 0 : 2.0 * correct / sum;
  }
}
