package dev.litegraft.runtime;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.tokenizer.Settings;
import dev.litegraft.tokenizer.Truncation;
import dev.litegraft.tokenizer.build.DecidedTokenizer;
import dev.litegraft.tokenizer.build.TokenizerAbsence;
import dev.litegraft.tokenizer.build.TokenizerFiles;
import dev.litegraft.tokenizer.build.TokenizerSettings;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code tokenizer.json} with the settings of {@code tokenizer_config.json}, as a call of
 * transformers' tokenizer applies them.
 *
 * <p>Special tokens are added; nothing is padded. The truncation and padding that are saved inside
 * {@code tokenizer.json} are left of somebody's training run and are not applied: transformers
 * replaces them on each call, too. Lone surrogates are read as U+FFFD.
 *
 * <p>Safe to use from several threads at once, without locks.
 */
public final class Tokenizer implements AutoCloseable {
  private final dev.litegraft.tokenizer.Tokenizer tokens;
  private final TokenizerConfig config;
  private final String where;
  private final SpecialTokens specialTokens;
  private final TokenizerTraits traits;
  private final Optional<Integer> unknownId;
  private volatile boolean closed;

  private Tokenizer(byte[] json, TokenizerTraits traits, TokenizerConfig config, String where) {
    this.config = config;
    this.traits = traits;
    this.where = where;
    dev.litegraft.tokenizer.Tokenizer read = wrapped(() -> read(json, where));
    this.specialTokens =
        config.addsSpecialTokensItself()
            ? SpecialTokens.around(
                config.addsBos() ? requireId(read, "bos_token") : null,
                config.addsEos() ? requireId(read, "eos_token") : null)
            : SpecialTokens.OF_THE_TEMPLATE;
    this.tokens =
        read.with(
            read.settings().withSpecialTokens(specialTokens.template()).with(config.library()));
    this.unknownId =
        config.token("unk_token").or(traits::unknownToken).flatMap(read::id).or(traits::unknownId);
  }

  private Tokenizer(
      Tokenizer other, dev.litegraft.tokenizer.Tokenizer tokens, SpecialTokens specialTokens) {
    this.tokens = tokens;
    this.config = other.config;
    this.where = other.where;
    this.specialTokens = specialTokens;
    this.traits = other.traits;
    this.unknownId = other.unknownId;
  }

  /**
   * The same, which takes special tokens that stand in a text, as {@code [SEP]}, for what they are
   * elsewhere, or for text like any other. transformers does the former: who writes the text then
   * also says where it ends.
   *
   * @param plain whether all of a text is text
   */
  public Tokenizer withPlainText(boolean plain) {
    return new Tokenizer(
        this, tokens.with(tokens.settings().withSpecialTokensRead(!plain)), specialTokens);
  }

  /** The same, open whether this is closed or not: what takes room is shared. */
  Tokenizer another() {
    return new Tokenizer(this, tokens, specialTokens);
  }

  /** Whether all of a text is text, special tokens that stand in it, too. */
  boolean readsPlainText() {
    return !tokens.settings().readsSpecialTokens();
  }

  /** The same, adding no special tokens to any text. */
  Tokenizer withoutSpecialTokens() {
    return new Tokenizer(
        this,
        tokens.with(tokens.settings().withSpecialTokens(false)),
        SpecialTokens.around(null, null));
  }

  private static dev.litegraft.tokenizer.Tokenizer read(byte[] json, String where) {
    return dev.litegraft.tokenizer.Tokenizer.read(json, Settings.defaults(), where);
  }

  private static <T> T wrapped(Supplier<T> action) {
    try {
      return action.get();
    } catch (TokenizerException e) {
      InvalidInputException fault = new InvalidInputException(e.what(), e.where(), e.remedy());
      fault.initCause(e);
      throw fault;
    }
  }

  /**
   * The tokenizer that transformers builds of a folder: by its class and version, with or without
   * {@code tokenizer.json}.
   *
   * @throws InvalidCheckpointException if none can be made of the folder, or a file of it cannot be
   *     used
   */
  public static Tokenizer open(Path folder) throws IOException {
    try {
      return opened(folder);
    } catch (InvalidInputException e) {
      throw InvalidCheckpointException.of(e);
    }
  }

  private static Tokenizer opened(Path folder) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : TokenizerFiles.NAMES) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        files.put(name, Files.readAllBytes(file));
      }
    }
    DecidedTokenizer decided =
        wrapped(() -> DecidedTokenizer.of(TokenizerFiles.of(files, folder.toString())));
    Optional<TokenizerAbsence> absence = decided.absence();
    if (absence.isPresent()) {
      throw new InvalidCheckpointException(
          absence.get().what(), folder.toString(), absence.get().remedy());
    }
    return of(
        decided.tokenizerJson().orElseThrow(),
        decided.settings().map(TokenizerSettings::tokenizerConfig),
        folder.resolve("tokenizer.json").toString());
  }

  /**
   * A tokenizer of the contents of {@code tokenizer.json} and {@code tokenizer_config.json}.
   *
   * @param where where they come from, for messages
   * @throws InvalidInputException if one of them cannot be read
   */
  public static Tokenizer of(byte[] tokenizerJson, Optional<byte[]> tokenizerConfig, String where) {
    // Files of format 1 hold what the folder had, and the overrides of its class are made here;
    // what the converter writes since then says the same and is left as it is.
    TokenizerConfig config =
        tokenizerConfig
            .map(json -> TokenizerConfig.of(json, where + " (tokenizer_config.json)"))
            .orElse(TokenizerConfig.ABSENT);
    return new Tokenizer(
        TokenizerJson.merged(tokenizerJson, config, where),
        TokenizerTraits.of(tokenizerJson, where),
        config,
        where);
  }

  /** The tokens of a text, none left out. */
  public Encoding encode(String text) {
    return encode(text, null, Integer.MAX_VALUE);
  }

  /** The tokens of a pair of texts, none left out. */
  public Encoding encode(String text, String pair) {
    return encode(text, Objects.requireNonNull(pair, "pair"), Integer.MAX_VALUE);
  }

  /**
   * The tokens of a text or a pair of texts, at most {@code maxLength} of them. Tokens are left out
   * at the side that {@code truncation_side} says, of a pair those of the longer text first.
   *
   * @param pair the second text, or null
   * @throws InvalidRequestException if {@code maxLength} has no room for the special tokens
   * @throws IllegalStateException if this tokenizer is closed
   */
  public Encoding encode(String text, @Nullable String pair, int maxLength) {
    return encode(text, pair, maxLength, Truncation.Strategy.LONGEST_FIRST);
  }

  /** As {@link #encode(String, String, int)}, where {@code strategy} says which text is cut. */
  Encoding encode(String text, @Nullable String pair, int maxLength, Truncation.Strategy strategy) {
    Objects.requireNonNull(text, "text");
    requireOpen();
    int most = room(pair, maxLength);
    Truncation truncation =
        maxLength == Integer.MAX_VALUE
            ? null
            : new Truncation(most, strategy, 0, config.truncatesLeft());
    try {
      return specialTokens.added(
          placed(wrapped(() -> tokens.encode(text, pair, truncation)), text, pair), pair != null);
    } catch (InvalidInputException e) {
      throw InvalidRequestException.of(e);
    }
  }

  /**
   * The tokens of a text, or of a pair of texts, in pieces of at most {@code maxLength} tokens that
   * overlap, so that nothing is left out: each has the special tokens, and of a pair all of the
   * text that is not cut.
   *
   * @param stride how many tokens a piece has in common with the one before it
   * @param strategy which text is cut
   * @return one piece or more; how many tokens the first leaves out is in its {@code cut}
   * @throws InvalidRequestException if nothing of the text that is cut fits beside the special
   *     tokens and the other text, or the stride leaves no room for further tokens
   */
  List<Encoding> pieces(
      String text, @Nullable String pair, int maxLength, int stride, Truncation.Strategy strategy) {
    Objects.requireNonNull(text, "text");
    requireOpen();
    if (maxLength == Integer.MAX_VALUE) {
      return List.of(encode(text, pair, maxLength));
    }
    Truncation truncation =
        new Truncation(room(pair, maxLength), strategy, stride, config.truncatesLeft());
    try {
      dev.litegraft.tokenizer.Encoding first =
          wrapped(() -> overflowing().encode(text, pair, truncation));
      return Stream.concat(Stream.of(first), first.overflowing().stream())
          .map(piece -> specialTokens.added(placed(piece, text, pair), pair != null))
          .toList();
    } catch (InvalidInputException e) {
      throw InvalidRequestException.of(e);
    }
  }

  /** The ids of a text by itself, without special tokens around it. */
  int[] plainIds(String text) {
    requireOpen();
    try {
      return wrapped(
              () ->
                  tokens.with(tokens.settings().withSpecialTokens(false)).encode(text, null, null))
          .ids();
    } catch (InvalidInputException e) {
      throw InvalidRequestException.of(e);
    }
  }

  /** Version 0.23 of the library reads a long text's first parts alone, and loses the others. */
  private dev.litegraft.tokenizer.Tokenizer overflowing() {
    return tokens.with(tokens.settings().withOverflow(true).with(Truncation.Version.V0_21));
  }

  /** How many tokens there may be besides those that the class adds. */
  private int room(@Nullable String pair, int maxLength) {
    int special = specialTokens.count(pair != null) + tokens.specialTokens(pair != null);
    if (maxLength < special || maxLength < 1) {
      throw new InvalidRequestException(
          "a maximum length of "
              + maxLength
              + " has no room for the "
              + special
              + " special tokens",
          where,
          "use a maximum length of at least " + (special + 1));
    }
    return maxLength - specialTokens.count(pair != null);
  }

  private Encoding placed(
      dev.litegraft.tokenizer.Encoding encoding, String text, @Nullable String pair) {
    int[] ids = encoding.ids();
    int[] types = encoding.types();
    int[] words = encoding.words();
    int[] sequences = encoding.sequences();
    for (int i = 0; i < ids.length; i++) {
      if (encoding.special()[i] == 1) {
        words[i] = -1;
        sequences[i] = -1;
      }
    }
    boolean[] subwords = new boolean[ids.length];
    place(encoding, text, 0, subwords);
    if (pair != null) {
      place(encoding, pair, 1, subwords);
    }
    if (!config.givesTokenTypes()) {
      Arrays.fill(types, 0);
    }
    return new Encoding(
        ids,
        types,
        encoding.starts(),
        encoding.ends(),
        words,
        sequences,
        subwords,
        encoding.left());
  }

  /** Moves ends past what normalization joined, and says which tokens go on with a word. */
  private void place(
      dev.litegraft.tokenizer.Encoding encoding, String text, int sequence, boolean[] subwords) {
    int next = text.length();
    for (int i = encoding.length() - 1; i >= 0; i--) {
      if (encoding.sequences()[i] != sequence) {
        continue;
      }
      int start = encoding.starts()[i];
      encoding.ends()[i] = CodePoints.pastJoined(text, encoding.ends()[i], next);
      next = start;
      int id = encoding.ids()[i];
      subwords[i] =
          unknownId.filter(Integer.valueOf(id)::equals).isEmpty()
              && traits.isSubword(
                  tokenLength(id),
                  encoding.pointEnds()[i] - encoding.pointStarts()[i],
                  text,
                  start);
    }
  }

  /** How many code points the vocabulary writes a token with; -1 for one that is as in the text. */
  private int tokenLength(int id) {
    if (!traits.marksSubwords() || tokens.isAdded(id)) {
      return TokenizerTraits.AS_IN_THE_TEXT;
    }
    return tokens
        .token(id)
        .map(token -> token.codePointCount(0, token.length()))
        .orElse(TokenizerTraits.AS_IN_THE_TEXT);
  }

  /**
   * Whether two texts can be told apart in one input: the tokenizer has a template for pairs, or
   * its class puts special tokens around each text. Where not, one stands right behind the other,
   * as the library puts them.
   */
  public boolean takesPairs() {
    return specialTokens.template() ? tokens.joinsPairs() : specialTokens.separates();
  }

  /** {@code model_max_length} of the tokenizer's config; absent where it has no limit. */
  public Optional<Integer> maxLength() {
    return config.maxLength();
  }

  /** Whether shorter texts are padded at the left of their tokens. */
  public boolean padsLeft() {
    return config.padsLeft();
  }

  /** Whether texts that are too long lose their beginning, and not their end. */
  public boolean truncatesLeft() {
    return config.truncatesLeft();
  }

  /** The id of the tokenizer's pad token; absent where it has none. */
  public Optional<Integer> padId() {
    requireOpen();
    return config.token("pad_token").flatMap(tokens::id);
  }

  /** The id of the token that stands for the whole input; absent where there is none. */
  Optional<Integer> clsId() {
    return config.token("cls_token").flatMap(tokens::id);
  }

  /** The largest id of a token, which must be smaller than a model's vocabulary; -1 without any. */
  public int maxId() {
    requireOpen();
    return tokens.maxId();
  }

  /** A token as the vocabulary writes it; absent for an id that it does not have. */
  public Optional<String> token(int id) {
    requireOpen();
    return tokens.token(id);
  }

  private int requireId(dev.litegraft.tokenizer.Tokenizer read, String key) {
    String token =
        config
            .token(key)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "the tokenizer adds a " + key + " to each text, but has none",
                        where + " (tokenizer_config.json)",
                        "set " + key + ", or add_" + key + " to false"));
    return read.id(token)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the " + key + " " + token + " is not one token of the vocabulary",
                    where,
                    "use the tokenizer.json and tokenizer_config.json of the same checkpoint"));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this tokenizer is closed: " + where);
    }
  }

  /** Makes this tokenizer unusable; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
  }
}
