package dev.litegraft.lab.verification;

import dev.litegraft.runtime.Encoding;
import dev.litegraft.runtime.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What the file and the checkpoint are asked: texts, and seeded token sequences of telling lengths,
 * padded and not, within what the file takes and what there is time for.
 */
final class Questions {
  /** A sequence longer than a few layers' windows; seeded ids need no meaning. */
  private static final int[] LENGTHS = {7, 16, 1, 2, 31, 64};

  /** Few steps of int8 stand between the tokens of such a row and its answer. */
  private static final int[] SHORT = {2, 3, 3, 3, 4, 4, 6};

  private static final long SEED = 20240607;

  /** A maximum length shorter than this is no longer telling, and the 64 tokens are there. */
  private static final int SHORTEST_LONG = 65;

  private final Reach reach;
  private final long budget;

  /** Kept for a row of the maximum length, where that leaves a third for the others. */
  private final long reserved;

  private final List<Question> questions = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private int unreadable;
  private int cut;
  private long tokens;

  private Questions(Reach reach, long budget) {
    this.reach = reach;
    this.budget = budget;
    this.reserved = reach.longest() <= budget - budget / 3 ? reach.longest() : 0;
  }

  /**
   * Chooses questions.
   *
   * @param texts the texts, the most telling first
   * @param tokenizer of the checkpoint; without one there are no texts
   * @param budget how many tokens the reference may compute; the first question is there in any
   *     case
   */
  static Questions of(Reach reach, List<String> texts, Optional<Tokenizer> tokenizer, long budget) {
    Questions set = new Questions(reach, budget);
    List<Question> seeded = set.seeded();
    List<Question> spoken = tokenizer.map(t -> set.spoken(texts, t)).orElse(List.of());
    // In turns, so that a small budget has some of each.
    for (int i = 0; i < Math.max(seeded.size(), spoken.size()); i++) {
      if (i < spoken.size()) {
        set.add(spoken.get(i));
      }
      if (i < seeded.size()) {
        set.add(seeded.get(i));
      }
    }
    set.addLongest();
    return set;
  }

  /** Further rows of a few tokens, for the same file. */
  Questions shortRows() {
    Questions rows = new Questions(reach, Long.MAX_VALUE);
    Random random = new Random(SEED + 1);
    for (int length : SHORT) {
      rows.add(rows.seeded(Math.min(length, reach.longest()), random));
    }
    return rows;
  }

  /** The questions as the file reads them. */
  List<Question> forFile() {
    return questions.stream().map(this::padded).toList();
  }

  /** The same questions, in the same order, as the reference reads them. */
  List<Question> forReference() {
    return questions.stream().map(this::computed).toList();
  }

  /** How many tokens the reference computes. */
  long tokens() {
    return tokens;
  }

  /** Names of questions for which there is no time. */
  List<String> leftOut() {
    return leftOut;
  }

  /** How many texts have no tokens that the model knows. */
  int unreadable() {
    return unreadable;
  }

  /** How many texts were asked of which only the first {@code maxLength} tokens fit. */
  int cut() {
    return cut;
  }

  private Question padded(Question question) {
    int length = reach.lengthFor(question.length());
    return length == question.length()
        ? question
        : question.padded(length, reach.padId(), reach.padsLeft(), question.name());
  }

  /**
   * A row that is meant to be padded is computed so; of one that only fills up a length the answer
   * must be that of the text alone. Where the first token is padding the whole row counts: a query
   * that sees no key weighs all alike.
   */
  private Question computed(Question question) {
    return reach.trims() && question.row().mask()[0] == 1 ? question : padded(question);
  }

  private void add(Question question) {
    if (question.length() > reach.longest()) {
      return;
    }
    int cost = computed(question).length();
    if (question.row().mask()[0] == 0 && cost > reach.longest()) {
      return; // The file takes more tokens than the checkpoint has positions.
    }
    if (tokens + cost > budget - reserved && !questions.isEmpty()) {
      leftOut.add(question.name());
    } else {
      questions.add(question);
      tokens += cost;
    }
  }

  /** The longest row that there is time for. */
  private void addLongest() {
    int length = (int) Math.min(reach.longest(), budget - tokens);
    if (length < reach.longest() && reach.longest() >= SHORTEST_LONG) {
      leftOut.add("the maximum length of " + reach.longest() + " tokens");
    }
    boolean telling = length >= SHORTEST_LONG || length == reach.longest();
    if (telling && questions.stream().noneMatch(p -> p.length() == length)) {
      Question longest = seeded(length, new Random(SEED + length));
      questions.add(longest);
      tokens += computed(longest).length();
    }
  }

  private List<Question> spoken(List<String> texts, Tokenizer tokenizer) {
    List<Question> rows = new ArrayList<>();
    for (String text : texts) {
      Encoding encoding = tokenizer.encode(text, null, reach.longest());
      boolean known = Arrays.stream(encoding.ids()).allMatch(id -> id < reach.vocabulary());
      if (encoding.length() > 0 && known) {
        String name = "a text of " + name(encoding.length());
        rows.add(Question.of(name, Optional.of(text), encoding.ids(), encoding.typeIds()));
        cut += encoding.truncated() ? 1 : 0;
      } else {
        unreadable++;
      }
    }
    return rows;
  }

  private List<Question> seeded() {
    Random random = new Random(SEED);
    List<Question> rows = new ArrayList<>();
    for (int length : LENGTHS) {
      rows.add(seeded(length, random));
    }
    int some = Math.min(7, Math.max(1, reach.longest() - 1));
    int filled = Math.min(reach.longest(), some + 5);
    Question short7 = seeded(some, random);
    if (reach.takesMask() && filled > some) {
      rows.add(1, short7.padded(filled, reach.padId(), false, name(some) + ", padded right"));
      rows.add(2, short7.padded(filled, reach.padId(), true, name(some) + ", padded left"));
    }
    Question inside = seeded(filled, random);
    inside.row().ids()[inside.length() / 2] = reach.padId();
    rows.add(3, new Question("the pad token inside", inside.text(), inside.row()));
    return rows;
  }

  /** Ids that are not the pad token; the second half of another type, where there are types. */
  private Question seeded(int length, Random random) {
    int[] ids = new int[length];
    int[] types = new int[length];
    for (int i = 0; i < length; i++) {
      int id = random.nextInt(reach.vocabulary());
      ids[i] = id == reach.padId() ? (id + 1) % reach.vocabulary() : id;
      types[i] = reach.takesTypes() && i >= (length + 1) / 2 ? 1 : 0;
    }
    return Question.of(name(length), Optional.empty(), ids, types);
  }

  private static String name(int tokens) {
    return tokens == 1 ? "1 token" : tokens + " tokens";
  }
}
