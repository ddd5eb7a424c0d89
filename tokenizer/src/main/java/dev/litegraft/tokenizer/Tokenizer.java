package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer as {@code tokenizer.json} describes it.
 *
 * <p>Immutable, without locks, and safe to share between threads. Lone surrogates of a text are
 * read as U+FFFD. Source: {@code tokenizers/src/tokenizer/mod.rs} of Hugging Face's tokenizers
 * 0.21.
 */
public final class Tokenizer {
  private final Parts parts;
  private final Settings settings;

  /** What a file states; the truncation and padding are somebody's, and used on demand. */
  record Parts(
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      Model model,
      @Nullable PostProcessor postProcessor,
      @Nullable Decoder decoder,
      AddedTokens added,
      SpecialPieces specials,
      Tokens.@Nullable SpaceCounts spaces,
      boolean partsAtSpaces,
      boolean partsAtMarks,
      boolean partsAtLines,
      boolean partsAtIdeographs,
      Optional<Truncation> truncation,
      Optional<Padding> padding,
      String where) {}

  private Tokenizer(Parts parts, Settings settings) {
    this.parts = parts;
    this.settings = settings;
  }

  /**
   * Reads a tokenizer.
   *
   * @param json the bytes of {@code tokenizer.json}
   * @param settings what is decided outside of it
   * @param where where the bytes come from, for messages
   * @throws TokenizerException if it cannot be used: everything that it names is looked up here
   */
  public static Tokenizer read(byte[] json, Settings settings, String where) {
    return new Tokenizer(TokenizerReader.read(json, where), settings);
  }

  /** Reads a tokenizer with {@link Settings#defaults}. */
  public static Tokenizer read(byte[] json, String where) {
    return read(json, Settings.defaults(), where);
  }

  /** This one with other settings; what takes room is shared. */
  public Tokenizer with(Settings changed) {
    return new Tokenizer(parts, changed);
  }

  /** What is decided outside of the file. */
  public Settings settings() {
    return settings;
  }

  /** The truncation that the file states: that of the last training run, most often. */
  public Optional<Truncation> savedTruncation() {
    return parts.truncation;
  }

  /** The padding that the file states. */
  public Optional<Padding> savedPadding() {
    return parts.padding;
  }

  /** The tokens of a text. */
  public Encoding encode(String text) {
    return encode(text, null);
  }

  /**
   * The tokens of a text or of a pair.
   *
   * @throws TokenizerException if the limit has no room for the special tokens
   */
  public Encoding encode(String text, @Nullable String pair) {
    return encode(text, pair, settings.truncation().orElse(null));
  }

  /**
   * The tokens of a text or of a pair, with a limit other than that of the settings.
   *
   * @param truncation the limit, or null for none
   */
  public Encoding encode(String text, @Nullable String pair, @Nullable Truncation truncation) {
    Objects.requireNonNull(text, "text");
    int added = settings.addsSpecialTokens() ? addedTokens(pair != null) : 0;
    int room = truncation == null ? Integer.MAX_VALUE : truncation.maxLength() - added;
    if (truncation != null && (room < 0 || (truncation.maxLength() == 0 && added > 0))) {
      throw new TokenizerException(
          "a maximum length of "
              + truncation.maxLength()
              + " has no room for the "
              + added
              + " special tokens",
          parts.where,
          "use a maximum length of at least " + (added + 1));
    }
    boolean allCounts = pair != null || settings.keepsOverflow();
    TextReader first = new TextReader(parts, settings, 0, text, allCounts);
    TextReader second = pair == null ? null : new TextReader(parts, settings, 1, pair, true);
    Row firstRow = read(first, truncation, room, 0);
    Row secondRow = second == null ? null : read(second, truncation, room, 1);
    if (second != null
        && secondRow != null
        && truncation != null
        && settings.version() == Truncation.Version.V0_21
        && room % 2 == 1
        && truncation.strategy() == Truncation.Strategy.LONGEST_FIRST
        && (first.stopped() || second.stopped())
        && firstRow.length > room / 2
        && secondRow.length > room / 2) {
      // Which text keeps the odd token depends on the lengths of both.
      firstRow = first.read(Integer.MAX_VALUE);
      secondRow = second.read(Integer.MAX_VALUE);
    }
    boolean stopped = first.stopped() || (second != null && second.stopped());
    long over = (long) firstRow.length + (secondRow == null ? 0 : secondRow.length) - room;
    int left = (int) Math.max(stopped ? 1 : 0, over);
    if (truncation != null) {
      truncation.apply(firstRow, secondRow, room, settings.keepsOverflow());
    }
    Row row = processed(firstRow, secondRow);
    settings.padding().ifPresent(padding -> padding.apply(row));
    return encoding(row, left, first.units(), second == null ? null : second.units());
  }

  private Row read(TextReader reader, @Nullable Truncation truncation, int room, int text) {
    int stop = stop(truncation, room, text);
    boolean last = truncation != null && truncation.left() && stop < Integer.MAX_VALUE;
    return last ? reader.readLast(stop) : reader.read(stop);
  }

  /**
   * How many tokens of a text are read at least, if it has so many. Only whole words are read.
   * Right of them nothing counts: a text that is too long is one token longer than there is room,
   * or more.
   */
  private int stop(@Nullable Truncation truncation, int room, int text) {
    if (truncation == null) {
      return Integer.MAX_VALUE;
    }
    int version = Truncation.read(settings.version(), truncation, text);
    boolean cutHere =
        truncation.strategy() == Truncation.Strategy.LONGEST_FIRST && !truncation.left();
    return cutHere && !settings.keepsOverflow() && version == Integer.MAX_VALUE
        ? room + 1
        : version;
  }

  private int addedTokens(boolean pair) {
    return parts.postProcessor == null ? 0 : parts.postProcessor.added(pair);
  }

  private Row processed(Row first, @Nullable Row second) {
    List<Row> rows = new ArrayList<>(2);
    rows.add(first);
    if (second != null) {
      rows.add(second);
    }
    if (parts.postProcessor == null) {
      if (second == null) {
        return first;
      }
      first.setSequence(0);
      second.setSequence(1);
      first.merge(second);
      return first;
    }
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      row.setSequence(i);
      row.setTypes(i);
      for (Row part : row.overflowing) {
        part.setSequence(i);
      }
    }
    List<Row> done = parts.postProcessor.apply(rows, settings.addsSpecialTokens());
    int length = 0;
    for (Row row : done) {
      length += row.length;
    }
    Row joined = new Row(Math.max(1, length), parts.spaces != null);
    for (Row row : done) {
      joined.merge(row);
    }
    return joined;
  }

  private Encoding encoding(
      Row row, int left, int @Nullable [] firstUnits, int @Nullable [] secondUnits) {
    int count = row.length;
    int[] mask = new int[count];
    int[] special = new int[count];
    int[] starts = java.util.Arrays.copyOf(row.starts, count);
    int[] ends = java.util.Arrays.copyOf(row.ends, count);
    for (int i = 0; i < count; i++) {
      mask[i] = (row.flags[i] & Row.PADDING) == 0 ? 1 : 0;
      special[i] = row.flags[i] & Row.SPECIAL;
      int[] units = row.texts[i] == 0 ? firstUnits : row.texts[i] == 1 ? secondUnits : null;
      if (units != null) {
        starts[i] = unit(units, row.starts[i]);
        ends[i] = unit(units, row.ends[i]);
      }
    }
    List<Encoding> overflowing = new ArrayList<>(row.overflowing.size());
    for (Row part : row.overflowing) {
      overflowing.add(encoding(part, left, firstUnits, secondUnits));
    }
    return new Encoding(
        java.util.Arrays.copyOf(row.ids, count),
        java.util.Arrays.copyOf(row.types, count),
        mask,
        special,
        java.util.Arrays.copyOf(row.words, count),
        row.sequences(),
        starts,
        ends,
        java.util.Arrays.copyOf(row.starts, count),
        java.util.Arrays.copyOf(row.ends, count),
        List.copyOf(overflowing),
        left);
  }

  private static int unit(int[] units, int point) {
    return point < units.length ? units[point] : units[units.length - 1];
  }

  /**
   * The text of tokens.
   *
   * <p>Version 0.23 of the library writes added tokens as they stand in a normalized text, and does
   * not know the special ones among them any more where that is another text.
   *
   * @param skipsSpecial whether special tokens are left out
   */
  public String decode(int[] ids, boolean skipsSpecial) {
    List<String> tokens = new ArrayList<>(ids.length);
    for (int id : ids) {
      String token = decoded(id);
      if (token != null && !(skipsSpecial && parts.added.isSpecial(token))) {
        tokens.add(token);
      }
    }
    return parts.decoder == null
        ? String.join(" ", tokens)
        : String.join("", parts.decoder.apply(tokens));
  }

  private @Nullable String decoded(int id) {
    String added =
        settings.version() == Truncation.Version.V0_23
            ? parts.added.normalizedContent(id)
            : parts.added.content(id);
    return added != null ? added : parts.model.token(id);
  }

  /** The token of an id; absent where there is none. */
  public Optional<String> token(int id) {
    String added = parts.added.content(id);
    return Optional.ofNullable(added != null ? added : parts.model.token(id));
  }

  /** The id of a token; absent where there is none. */
  public Optional<Integer> id(String token) {
    int id = parts.added.id(token);
    if (id == Vocabulary.NONE) {
      id = parts.model.id(token);
    }
    return id == Vocabulary.NONE ? Optional.empty() : Optional.of(id);
  }

  /** Whether an id is that of an added token. */
  public boolean isAdded(int id) {
    return parts.added.content(id) != null;
  }

  /** Whether an id is that of a special token. */
  public boolean isSpecial(int id) {
    String content = parts.added.content(id);
    return content != null && parts.added.isSpecial(content);
  }

  /** The greatest id that a text can become. */
  public int maxId() {
    return Math.max(parts.model.vocabulary().maxId(), parts.added.maxId());
  }

  /** Whether two texts can be told apart in one input: the file has a template that joins two. */
  public boolean joinsPairs() {
    return parts.postProcessor != null && parts.postProcessor.joinsPairs();
  }

  /** How many special tokens are put around a text or a pair. */
  public int specialTokens(boolean pair) {
    return settings.addsSpecialTokens() ? addedTokens(pair) : 0;
  }

  /** Whether a long text with a limit is read only as far as it is needed. */
  public boolean readsEarly() {
    return parts.partsAtSpaces || parts.partsAtMarks;
  }
}
