package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code tokenizer.json}.
 *
 * <p>Source: {@code tokenizers/src/tokenizer/serialization.rs}.
 */
final class TokenizerReader {
  private final JsonReader json;
  private final String where;
  private final PipelineReader pipeline;
  private final RowReader rows;

  private @Nullable Normalizer normalizer;
  private @Nullable PreTokenizer preTokenizer;
  private @Nullable PostProcessor postProcessor;
  private @Nullable Decoder decoder;
  private @Nullable Truncation truncation;
  private @Nullable Padding padding;
  private List<AddedTokens.AddedToken> added = List.of();

  private TokenizerReader(byte[] bytes, String where) {
    this.json = new JsonReader(bytes, where);
    this.where = where;
    this.pipeline = new PipelineReader(where);
    this.rows = new RowReader(where);
  }

  static Tokenizer.Parts read(byte[] bytes, String where) {
    return new TokenizerReader(bytes, where).read();
  }

  private Tokenizer.Parts read() {
    Model model = readMembers();
    if (model == null) {
      throw new TokenizerException(
          "the tokenizer cannot be used: it has no model",
          where,
          "give a file that tokenizer.save_pretrained() of a fast tokenizer wrote");
    }
    AddedTokens addedTokens = new AddedTokens(added, model, normalizer);
    Tokens.SpaceCounts spaces =
        postProcessor != null && postProcessor.trims()
            ? new Tokens.SpaceCounts(model.vocabulary())
            : null;
    return new Tokenizer.Parts(
        normalizer,
        preTokenizer,
        model,
        postProcessor,
        decoder,
        addedTokens,
        new SpecialPieces(addedTokens, model),
        spaces,
        partsAtSpaces(addedTokens),
        partsAtMarks(addedTokens, model),
        partsAtSpaces(addedTokens) && keepsAtLines(preTokenizer),
        partsAtIdeographs(addedTokens),
        Optional.ofNullable(truncation),
        Optional.ofNullable(padding),
        where);
  }

  /**
   * Reads all that the file has.
   *
   * @return the model, or null if it has none
   */
  private @Nullable Model readMembers() {
    Model model = null;
    int modelAt = -1;
    boolean normalizerRead = false;
    boolean preTokenizerRead = false;
    json.beginObject();
    for (boolean first = true; json.nextName(first); first = false) {
      String name = json.text();
      switch (name) {
        case "version" -> requireVersion(json.value());
        case "truncation" -> truncation = rows.truncation(json.value());
        case "padding" -> padding = rows.padding(json.value());
        case "added_tokens" -> added = pipeline.addedTokens(json.value());
        case "normalizer" -> {
          normalizer = pipeline.normalizer(json.value());
          normalizerRead = true;
        }
        case "pre_tokenizer" -> {
          preTokenizer = pipeline.preTokenizer(json.value());
          preTokenizerRead = true;
        }
        case "post_processor" -> postProcessor = rows.postProcessor(json.value());
        case "decoder" -> decoder = pipeline.decoder(json.value());
        case "model" -> {
          modelAt = json.position();
          if (normalizerRead && preTokenizerRead) {
            model = ModelReader.read(json, where, this::readsOnlyBytes);
          } else {
            model = null;
            json.skip(); // what is before it has to be known first
          }
        }
        default -> json.skip();
      }
    }
    json.end("the tokenizer");
    if (modelAt >= 0 && model == null) {
      json.position(modelAt);
      model = ModelReader.read(json, where, this::readsOnlyBytes);
    }
    return model;
  }

  private void requireVersion(@Nullable Object version) {
    if (!"1.0".equals(version)) {
      throw new TokenizerException(
          "the tokenizer has version " + version + ", and 1.0 is the one that is known",
          where,
          "save it again with the tokenizers library that is current");
    }
  }

  /** Whether the model sees nothing but characters that stand for bytes. */
  private boolean readsOnlyBytes() {
    PreTokenizer last = preTokenizer;
    while (last instanceof PreTokenizer.Sequence sequence && !sequence.all().isEmpty()) {
      last = sequence.all().get(sequence.all().size() - 1);
    }
    if (last != null) {
      return last instanceof PreTokenizer.ByteLevel;
    }
    Normalizer lastNormalizer = normalizer;
    while (lastNormalizer instanceof Normalizer.Sequence sequence && !sequence.all().isEmpty()) {
      lastNormalizer = sequence.all().get(sequence.all().size() - 1);
    }
    return lastNormalizer instanceof Normalizer.ByteLevel;
  }

  /** Whether it parts a text for the model, where nothing cuts the text into words. */
  private boolean partsAtMarks(AddedTokens addedTokens, Model read) {
    if (!(read instanceof Bpe bpe) || !bpe.partsAtMarks()) {
      return false;
    }
    boolean marks = preTokenizer instanceof PreTokenizer.Metaspace metaspace && !metaspace.cuts();
    if (preTokenizer != null && !marks && preTokenizer.atSpaces() == PreTokenizer.AtSpaces.SEES) {
      return false;
    }
    if (normalizer != null && !normalizer.partsAtSpaces()) {
      return false;
    }
    int[] space = space(probe().text);
    return space.length == 1
        && space[0] == Bpe.MARK
        && addedTokens.partsAtSpaces(space)
        && addedTokens.partsAtSpaces(space(normalized()));
  }

  /** Two letters with a space between them, normalized. */
  private Segment normalized() {
    Segment text = Segment.of(new int[] {'a', ' ', 'b'}, 3);
    if (normalizer != null) {
      normalizer.apply(text);
    }
    return text;
  }

  /** These, cut into words. */
  private Pieces probe() {
    Segment text = normalized();
    Pieces pieces = new Pieces(text);
    pieces.add(0, text.length, Pieces.TEXT, 0);
    pieces.turn();
    if (preTokenizer != null) {
      preTokenizer.apply(pieces);
    }
    return pieces;
  }

  /** What the space between them is written as. */
  private static int[] space(Segment text) {
    return IntStream.range(0, text.length)
        .filter(i -> text.starts[i] == 1)
        .map(i -> text.points[i])
        .toArray();
  }

  /** Whether a line feed between solid characters changes no word but the one before it. */
  private static boolean keepsAtLines(@Nullable PreTokenizer part) {
    if (part instanceof PreTokenizer.Sequence sequence) {
      return sequence.all().stream().allMatch(TokenizerReader::keepsAtLines);
    }
    return part != null
        && (part instanceof PreTokenizer.ByteLevel
            || part.atSpaces() != PreTokenizer.AtSpaces.SEES);
  }

  /** Whether each Chinese character is a word, whatever stands beside it. */
  private boolean partsAtIdeographs(AddedTokens addedTokens) {
    return normalizer instanceof BertNormalizer bert
        && bert.chinese()
        && preTokenizer instanceof PreTokenizer.Bert
        && addedTokens.hasNoIdeographs()
        && partsAtSpaces(addedTokens);
  }

  /** Whether a space between solid characters parts a text for all parts of the pipeline. */
  private boolean partsAtSpaces(AddedTokens addedTokens) {
    if (preTokenizer == null || preTokenizer.atSpaces() != PreTokenizer.AtSpaces.CUTS) {
      return false;
    }
    if (normalizer != null && !normalizer.partsAtSpaces()) {
      return false;
    }
    Pieces pieces = probe();
    boolean cut = false;
    for (int i = 0; i < pieces.count(); i++) {
      int start = pieces.text.starts[pieces.from(i)];
      cut |= start == 1 || start == 2;
    }
    return cut && addedTokens.partsAtSpaces(space(normalized()));
  }
}
