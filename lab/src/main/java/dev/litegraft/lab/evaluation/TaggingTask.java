package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.statistics.Entities;
import dev.litegraft.lab.statistics.Entities.Scheme;
import dev.litegraft.lab.statistics.Entities.Score;
import dev.litegraft.lab.statistics.Entities.Span;
import dev.litegraft.lab.statistics.Statistic;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TokenClassification;
import dev.litegraft.runtime.TokenClassifier;
import dev.litegraft.runtime.TokenLabel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Each word of a text has a tag. A word's answer is that of its first token; words behind what the
 * model reads are taken for {@code O}.
 */
final class TaggingTask implements Task {
  private static final String OUTSIDE = "O";

  private final String text;
  private final Optional<String> label;
  private final ModelLabels labels;
  private final boolean arePrefixed;
  private final List<short[]> right = new ArrayList<>();

  TaggingTask(NamedColumns columns, List<String> labels) {
    this.text = columns.text("text", "tokens");
    this.label = columns.label("tags", "label", "ner_tags");
    columns.requireUnnamed("tagging", "", NamedColumns.PAIR);
    this.labels = new ModelLabels(labels);
    this.arePrefixed = Entities.arePrefixed(labels);
  }

  @Override
  public String name() {
    return "token classification";
  }

  @Override
  public void read(List<DataRow> item) {
    DataRow row = item.get(0);
    List<String> words = row.words(text);
    label.ifPresent(
        column -> {
          List<String> tags = row.words(column);
          if (tags.size() != words.size()) {
            throw new InvalidInputException(
                "there are " + tags.size() + " tags for " + words.size() + " words",
                row.where(),
                "give each word one tag; words stand between spaces, or in a JSON list");
          }
          short[] ids = new short[tags.size()];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = (short) labels.id(tags.get(i), row.where());
          }
          right.add(ids);
        });
  }

  @Override
  public void end() {
    labels.requireKnown();
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>(labels.notes());
    if (isLabelled() && !arePrefixed) {
      notes.add(
          "no label begins with B- or I-: word_accuracy is the main measure, and classes are those of"
              + " words; entity_f1 takes first letters for prefixes, as seqeval does");
    }
    return notes;
  }

  @Override
  public String shown(DataRow row) {
    return String.join(" ", row.words(text));
  }

  @Override
  public boolean isLabelled() {
    return label.isPresent();
  }

  @Override
  public Optional<String> mainMeasure() {
    return label.map(column -> arePrefixed ? "entity_f1" : "word_accuracy");
  }

  @Override
  public Optional<String> whyNoAgreement(int items) {
    return labels.names().size() == 1
        ? Optional.of("there is one label, which each word has whatever its score is")
        : Optional.empty();
  }

  @Override
  public void requireLabels(List<String> other, String file) {
    labels.places(other, file);
  }

  @Override
  public Asker open(Path file, RuntimeOptions options, int items) throws IOException {
    int[] places = labels.places(FileLabels.of(file, options).labels(), file.toString());
    TokenClassifier classifier = TokenClassifier.open(file, options);
    return new Asker() {
      private final Words[] answered = new Words[items];

      @Override
      public Reply ask(int index, List<DataRow> item) {
        DataRow row = item.get(0);
        return kept(index, row, classifier.classify(shown(row), Aggregation.NONE));
      }

      @Override
      public void askAll(Stream<List<DataRow>> items, Replies replies) {
        int[] next = {0};
        Asker.ask(
            Asker.rows(items),
            TaggingTask.this::shown,
            texts -> classifier.classifyAll(texts, Aggregation.NONE),
            (row, answer) -> replies.told(kept(next[0]++, row, answer)),
            row -> e -> replies.fault(row, e));
      }

      private Reply kept(int index, DataRow row, TokenClassification answer) {
        if (answer.labels().stream().anyMatch(label -> Double.isNaN(label.score()))) {
          throw ClassifierTask.notANumber(row, file);
        }
        answered[index] = ofWords(row.words(text), answer.labels(), places);
        return new Reply(answer.tokens(), answer.truncated(), answer.milliseconds());
      }

      @Override
      public Answers answers() {
        return new Given(answered);
      }

      @Override
      public void close() {
        classifier.close();
      }
    };
  }

  /**
   * The tags of a text's words.
   *
   * @param tags [words]
   * @param margins how much more probable each was than the next one, 0 of a word that was not
   *     read, [words]
   */
  private record Words(short[] tags, float[] margins) {
    /** The surest of the words that have another tag elsewhere. */
    double margin(Words other) {
      double most = 0;
      for (int i = 0; i < tags.length; i++) {
        most = tags[i] == other.tags[i] ? most : Math.max(most, margins[i]);
      }
      return most;
    }
  }

  private Words ofWords(List<String> words, List<TokenLabel> tokens, int[] places) {
    short outside = (short) Math.max(0, labels.names().indexOf(OUTSIDE));
    short[] tags = new short[words.size()];
    float[] margins = new float[tags.length];
    int begin = 0;
    int token = 0;
    for (int i = 0; i < tags.length; i++) {
      int end = begin + words.get(i).length();
      while (token < tokens.size() && tokens.get(token).end() <= begin) {
        token++;
      }
      boolean read = token < tokens.size() && tokens.get(token).start() < end;
      tags[i] = read ? (short) places[tokens.get(token).labelId()] : outside;
      margins[i] = read ? margin(tokens.get(token)) : 0;
      begin = end + 1;
    }
    return new Words(tags, margins);
  }

  private static float margin(TokenLabel token) {
    double next = 0;
    for (int i = 0; i < token.probabilities().size(); i++) {
      next = i == token.labelId() ? next : Math.max(next, token.probabilities().get(i));
    }
    return (float) (token.score() - next);
  }

  /** What a sentence's tags mark: entities, or words where no label has a prefix. */
  private List<Span> spans(List<String> tags) {
    return arePrefixed ? Entities.lenient(tags) : Entities.words(tags);
  }

  private List<String> names(short[] tags) {
    return IntStream.range(0, tags.length).mapToObj(i -> labels.names().get(tags[i])).toList();
  }

  private final class Given implements Answers {
    private final Words[] words;
    private final short[][] answered;

    Given(Words[] words) {
      this.words = words;
      this.answered = Stream.of(words).map(Words::tags).toArray(short[][]::new);
    }

    @Override
    public List<Measured> measures() {
      if (!isLabelled()) {
        return List.of();
      }
      Scheme scheme = Scheme.of(labels.names());
      List<Score> lenient = new ArrayList<>();
      List<Score> strict = new ArrayList<>();
      for (int i = 0; i < answered.length; i++) {
        List<String> gold = names(right.get(i));
        List<String> own = names(answered[i]);
        lenient.add(Score.of(Entities.lenient(gold), Entities.lenient(own)));
        strict.add(Score.of(Entities.strict(gold, scheme), Entities.strict(own, scheme)));
      }
      return List.of(
          new Measured("entity_f1", counts -> Entities.f1(lenient, counts), 1),
          new Measured("entity_f1_strict", counts -> Entities.f1(strict, counts), 1),
          new Measured("word_accuracy", wordAccuracy(), 1));
    }

    private Statistic wordAccuracy() {
      int[] counted = new int[answered.length];
      int[] correct = new int[answered.length];
      for (int i = 0; i < counted.length; i++) {
        counted[i] = answered[i].length;
        correct[i] = same(right.get(i), answered[i]);
      }
      return counts -> {
        long all = 0;
        long good = 0;
        for (int i = 0; i < counted.length; i++) {
          all += (long) counts[i] * counted[i];
          good += (long) counts[i] * correct[i];
        }
        return (double) good / all;
      };
    }

    @Override
    public List<ClassReport> classes() {
      if (!isLabelled()) {
        return List.of();
      }
      Map<String, long[]> types = new TreeMap<>();
      for (int i = 0; i < answered.length; i++) {
        List<Span> gold = spans(names(right.get(i)));
        List<Span> own = spans(names(answered[i]));
        gold.forEach(span -> count(types, span)[0]++);
        own.forEach(span -> count(types, span)[1]++);
        own.stream().filter(gold::contains).forEach(span -> count(types, span)[2]++);
      }
      return types.entrySet().stream()
          .map(
              e -> {
                long[] n = e.getValue();
                return new ClassReport(
                    e.getKey(),
                    n[1] == 0 ? 0 : (double) n[2] / n[1],
                    n[0] == 0 ? 0 : (double) n[2] / n[0],
                    2.0 * n[2] / (n[0] + n[1]),
                    n[0]);
              })
          .toList();
    }

    private static long[] count(Map<String, long[]> types, Span span) {
      return types.computeIfAbsent(span.type(), type -> new long[3]);
    }

    @Override
    public Beside beside(Answers other) {
      Given first = (Given) other;
      double[] same = new double[answered.length];
      List<Flip> flips = new ArrayList<>();
      long changed = 0;
      for (int i = 0; i < same.length; i++) {
        same[i] = Arrays.equals(first.answered[i], answered[i]) ? 1 : 0;
        if (same[i] == 0) {
          changed += answered[i].length - same(first.answered[i], answered[i]);
          flips.add(
              new Flip(
                  i,
                  "",
                  "",
                  isLabelled() ? Optional.of(shownTags(right.get(i))) : Optional.empty(),
                  shownTags(first.answered[i]),
                  shownTags(answered[i]),
                  first.words[i].margin(words[i]),
                  words[i].margin(first.words[i])));
        }
      }
      long all = Arrays.stream(answered).mapToLong(tags -> tags.length).sum();
      return new Beside(same, Map.of("words_changed", (double) changed / all), flips);
    }

    private String shownTags(short[] tags) {
      List<String> spans =
          spans(names(tags)).stream()
              .map(s -> s.type() + " " + (s.first() + 1) + "-" + (s.last() + 1))
              .toList();
      return spans.isEmpty() ? OUTSIDE : String.join(", ", spans);
    }

    @Override
    public void close() {}
  }

  private static int same(short[] a, short[] b) {
    int same = 0;
    for (int i = 0; i < a.length; i++) {
      same += a[i] == b[i] ? 1 : 0;
    }
    return same;
  }
}
