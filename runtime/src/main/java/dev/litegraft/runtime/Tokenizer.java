package dev.litegraft.runtime;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face's Rust tokenizers, offline: {@code tokenizer.json} with the settings of {@code
 * tokenizer_config.json}, as a call of transformers' tokenizer applies them.
 *
 * <p>Special tokens are added; nothing is padded. The truncation and padding that are saved inside
 * {@code tokenizer.json} are left of somebody's training run and are not applied: transformers
 * replaces them on each call, too. Lone surrogates are read as U+FFFD.
 *
 * <p>Safe to use from several threads at once.
 */
public final class Tokenizer implements AutoCloseable {
  private final TokenizersLibrary library = TokenizerLibrary.load();
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
  private final TokenizerConfig config;
  private final String where;
  private final SpecialTokens specialTokens;
  private final TokenizerTraits traits;
  private final Optional<Integer> unknownId;
  private long handle;

  private Tokenizer(String json, TokenizerTraits traits, TokenizerConfig config, String where) {
    this.config = config;
    this.traits = traits;
    this.where = where;
    try {
      this.handle = library.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new InvalidInputException(
          "the tokenizer cannot be read: " + e.getMessage(),
          where,
          "save it again with tokenizer.save_pretrained() of a current transformers");
    }
    library.disablePadding(handle);
    library.disableTruncation(handle);
    this.specialTokens =
        config.addsSpecialTokensItself()
            ? SpecialTokens.around(
                config.addsBos() ? requireId("bos_token") : null,
                config.addsEos() ? requireId("eos_token") : null)
            : SpecialTokens.OF_THE_TEMPLATE;
    this.unknownId =
        config.token("unk_token").or(traits::unknownToken).flatMap(this::id).or(traits::unknownId);
  }

  /**
   * Reads {@code tokenizer.json} and, where it is there, {@code tokenizer_config.json} of a folder.
   *
   * @throws InvalidInputException if there is no {@code tokenizer.json}, or it cannot be read
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static Tokenizer open(Path folder) throws IOException {
    Path json = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(json)) {
      throw new InvalidInputException(
          "there is no tokenizer.json",
          folder.toString(),
          "give a folder that tokenizer.save_pretrained() of a fast tokenizer wrote");
    }
    Path config = folder.resolve("tokenizer_config.json");
    return of(
        Files.readAllBytes(json),
        Files.isRegularFile(config) ? Optional.of(Files.readAllBytes(config)) : Optional.empty(),
        json.toString());
  }

  /**
   * A tokenizer of the contents of {@code tokenizer.json} and {@code tokenizer_config.json}.
   *
   * @param where where they come from, for messages
   * @throws InvalidInputException if one of them cannot be read
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static Tokenizer of(byte[] tokenizerJson, Optional<byte[]> tokenizerConfig, String where) {
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
   * @throws InvalidInputException if {@code maxLength} has no room for the special tokens, or there
   *     is a second text and the tokenizer {@link #takesPairs takes no pairs}
   * @throws IllegalStateException if this tokenizer is closed
   */
  public Encoding encode(String text, @Nullable String pair, int maxLength) {
    return encode(text, pair, maxLength, true);
  }

  /**
   * {@link #encode(String, String, int)} with all offsets 0: finding them takes most of the time of
   * a long text.
   */
  Encoding encodeWithoutOffsets(String text, @Nullable String pair, int maxLength) {
    return encode(text, pair, maxLength, false);
  }

  private Encoding encode(String text, @Nullable String pair, int maxLength, boolean offsets) {
    String first = wellFormed(Objects.requireNonNull(text, "text"));
    String second = pair == null ? null : wellFormed(pair);
    if (second != null && !takesPairs()) {
      throw new InvalidInputException(
          "a pair of texts, where the tokenizer has no template that joins two texts to one input",
          where,
          "give one text, or use a checkpoint that was trained on pairs");
    }
    open.readLock().lock();
    try {
      requireOpen();
      Encoding whole = specialTokens.added(encoded(first, second, offsets), second != null);
      int special = Truncation.specialTokens(whole);
      if (maxLength < special || maxLength < 1) {
        throw new InvalidInputException(
            "a maximum length of "
                + maxLength
                + " has no room for the "
                + special
                + " special tokens",
            where,
            "use a maximum length of at least " + (special + 1));
      }
      return Truncation.to(maxLength, whole, config.truncatesLeft());
    } finally {
      open.readLock().unlock();
    }
  }

  private Encoding encoded(String text, @Nullable String pair, boolean offsets) {
    boolean template = specialTokens.template();
    long encoding =
        pair == null
            ? library.encode(handle, text, template)
            : library.encodeDual(handle, text, pair, template);
    try {
      int[] ids = ints(library.getTokenIds(encoding));
      int[] special = ints(library.getSpecialTokenMask(encoding));
      int[] words = ints(library.getWordIds(encoding));
      int[] sequences = ints(library.getSequenceIds(encoding));
      int[] types = ints(library.getTypeIds(encoding));
      int[] starts = new int[ids.length];
      int[] ends = new int[ids.length];
      boolean[] subwords = new boolean[ids.length];
      for (int i = 0; i < ids.length; i++) {
        if (special[i] == 1) {
          words[i] = -1;
          sequences[i] = -1;
        }
      }
      if (offsets) {
        findPlaces(encoding, text, sequences, 0, ids, starts, ends, subwords);
        if (pair != null) {
          findPlaces(encoding, pair, sequences, 1, ids, starts, ends, subwords);
        }
      }
      if (!config.givesTokenTypes()) {
        Arrays.fill(types, 0);
      }
      return new Encoding(ids, types, starts, ends, words, sequences, subwords, 0);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  /** Fills in where the tokens of one text stand in it, and which go on with a word. */
  private void findPlaces(
      long encoding,
      String text,
      int[] sequences,
      int sequence,
      int[] ids,
      int[] starts,
      int[] ends,
      boolean[] subwords) {
    CharSpan[] spans = library.getTokenCharSpans(encoding);
    String[] tokens = library.getTokens(encoding);
    CodePoints points = CodePoints.of(text);
    int next = text.length();
    for (int i = ids.length - 1; i >= 0; i--) {
      if (sequences[i] != sequence || spans[i] == null) {
        continue;
      }
      starts[i] = points.unit(spans[i].getStart());
      ends[i] = CodePoints.pastJoined(text, points.unit(spans[i].getEnd()), next);
      next = starts[i];
      subwords[i] =
          unknownId.filter(Integer.valueOf(ids[i])::equals).isEmpty()
              && traits.isSubword(
                  tokens[i], spans[i].getEnd() - spans[i].getStart(), text, starts[i]);
    }
  }

  /**
   * Whether two texts can be told apart in one input: the tokenizer has a template for pairs, or
   * its class puts special tokens around each text.
   */
  public boolean takesPairs() {
    return specialTokens.template() ? traits.joinsPairs() : specialTokens.separates();
  }

  /** {@code model_max_length} of the tokenizer's config; absent where it has no limit. */
  public Optional<Integer> maxLength() {
    return config.maxLength();
  }

  /** Whether shorter texts are padded at the left of their tokens. */
  public boolean padsLeft() {
    return config.padsLeft();
  }

  /** The id of the tokenizer's pad token; absent where it has none. */
  public Optional<Integer> padId() {
    open.readLock().lock();
    try {
      requireOpen();
      return config.token("pad_token").flatMap(this::id);
    } finally {
      open.readLock().unlock();
    }
  }

  private int requireId(String key) {
    String token =
        config
            .token(key)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "the tokenizer adds a " + key + " to each text, but has none",
                        where + " (tokenizer_config.json)",
                        "set " + key + ", or add_" + key + " to false"));
    return id(token)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the " + key + " " + token + " is not one token of the vocabulary",
                    where,
                    "use the tokenizer.json and tokenizer_config.json of the same checkpoint"));
  }

  private Optional<Integer> id(String token) {
    long encoding = library.encode(handle, token, false);
    try {
      long[] ids = library.getTokenIds(encoding);
      return ids.length == 1 ? Optional.of(Math.toIntExact(ids[0])) : Optional.empty();
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  private void requireOpen() {
    if (handle == 0) {
      throw new IllegalStateException("this tokenizer is closed: " + where);
    }
  }

  /** Frees the native tokenizer, after the calls that are under way; a second call does nothing. */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (handle != 0) {
        library.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      open.writeLock().unlock();
    }
  }

  private static int[] ints(long[] numbers) {
    int[] ints = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      ints[i] = (int) numbers[i];
    }
    return ints;
  }

  /** The text with U+FFFD for each lone surrogate, of which UTF-8 has no form. */
  private static String wellFormed(String text) {
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        continue;
      }
      if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (changed == null) {
        changed = new StringBuilder(text);
      }
      changed.setCharAt(i, '\uFFFD');
    }
    return changed == null ? text : changed.toString();
  }
}
