package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the model of {@code tokenizer.json} in one pass, its vocabulary and merges without an
 * object for each.
 *
 * <p>Source: {@code tokenizers/src/models}, {@code serialization.rs} of each.
 */
final class ModelReader {
  // At least so many bytes of the file stand for a token: with its merges, or with its score.
  private static final int BYTES_OF_A_TOKEN = 40;
  private static final int BYTES_OF_A_PIECE = 60;

  /** At least so many for a merge, which is two tokens of some characters. */
  private static final int BYTES_OF_A_MERGE = 16;

  private static final byte[] VERSION = "#version".getBytes(StandardCharsets.US_ASCII);

  private final JsonReader json;
  private final String where;
  private final Map<String, @Nullable Object> scalars = new HashMap<>();
  private @Nullable Vocabulary vocabulary;
  private double @Nullable [] scores; // a vocabulary that is a list has them
  private @Nullable Merges merges;
  private int mergesAt = -1;

  private ModelReader(JsonReader json, String where) {
    this.json = json;
    this.where = where;
  }

  /**
   * Reads a model.
   *
   * @param onlyBytes whether a text reaches the model only as the characters of its bytes
   */
  static Model read(JsonReader json, String where, BooleanSupplier onlyBytes) {
    return new ModelReader(json, where).read(onlyBytes);
  }

  private Model read(BooleanSupplier onlyBytes) {
    json.beginObject();
    for (boolean first = true; json.nextName(first); first = false) {
      if (json.is("vocab")) {
        readVocabulary();
      } else if (json.is("merges")) {
        mergesAt = json.position();
        if (vocabulary != null && scalars.containsKey("continuing_subword_prefix")) {
          readMerges();
        } else {
          json.skip();
        }
      } else {
        String name = json.text();
        scalars.put(name, json.value());
      }
    }
    int end = json.position();
    if (mergesAt >= 0 && merges == null && vocabulary != null) {
      json.position(mergesAt);
      readMerges();
      json.position(end);
    }
    Fields fields = new Fields(scalars, "model", where);
    if (vocabulary == null) {
      throw fields.refused("it has no vocab");
    }
    vocabulary.freeze();
    return model(fields, vocabulary, onlyBytes);
  }

  private Model model(Fields fields, Vocabulary vocabulary, BooleanSupplier onlyBytes) {
    String type = fields.has("type") ? fields.type() : untagged(fields);
    if (type.equals("Unigram") != (scores != null)) {
      throw fields.refused(
          "its vocab is "
              + (scores == null ? "an object" : "a list")
              + ", and its type is "
              + type);
    }
    return switch (type) {
      case "BPE" -> bpe(fields, vocabulary, onlyBytes);
      case "WordPiece" ->
          new WordPiece(
              vocabulary,
              fields.string("continuing_subword_prefix"),
              unknown(fields, vocabulary),
              fields.natural("max_input_chars_per_word"));
      case "WordLevel" -> new WordLevel(vocabulary, unknown(fields, vocabulary));
      case "Unigram" -> unigram(fields, vocabulary, onlyBytes);
      default ->
          throw fields.refused(
              "its type is "
                  + Fields.shown(type)
                  + ", which is no model of BPE, WordPiece, WordLevel, Unigram",
              "use a tokenizer of these models, or ask for this one");
    };
  }

  /** Old files do not say which model they have. */
  private String untagged(Fields fields) {
    if (merges != null) {
      return "BPE";
    }
    return scores != null
        ? "Unigram"
        : fields.has("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
  }

  private static int unknown(Fields fields, Vocabulary vocabulary) {
    String token = fields.string("unk_token");
    int id = vocabulary.id(token);
    if (id == Vocabulary.NONE) {
      throw unknownIsMissing(fields, token, vocabulary);
    }
    return id;
  }

  private static TokenizerException unknownIsMissing(
      Fields fields, String token, Vocabulary vocabulary) {
    return fields.refused(
        "unk_token is "
            + Fields.shown(token)
            + ", which is none of the vocabulary's "
            + vocabulary.size()
            + " tokens",
        "in a copy of the file, set unk_token to a token of the vocabulary, or take both from where"
            + " the model was trained");
  }

  private Bpe bpe(Fields fields, Vocabulary vocabulary, BooleanSupplier onlyBytes) {
    if (merges == null) {
      throw fields.refused("it has no merges");
    }
    if (fields.has("dropout")
        && (!(fields.object().get("dropout") instanceof Number dropout)
            || dropout.doubleValue() != 0)) {
      throw fields.refused(
          "dropout is "
              + fields.object().get("dropout")
              + ", with which the same text gives other tokens each time; 0 is needed",
          "in a copy of the file, set dropout to null: it is meant for training");
    }
    String unknown = fields.optionalString("unk_token");
    int unknownId = unknown == null ? Vocabulary.NONE : vocabulary.id(unknown);
    boolean fallback = fields.bool("byte_fallback", false);
    if (unknown != null && unknownId == Vocabulary.NONE) {
      if (!knowsAll(vocabulary, onlyBytes) && !(fallback && hasAllBytes(vocabulary))) {
        throw unknownIsMissing(fields, unknown, vocabulary);
      }
      unknown = null; // nothing is unknown
    }
    return new Bpe(
        vocabulary,
        merges,
        new Bpe.Rules(
            unknown,
            unknownId,
            points(fields.optionalString("continuing_subword_prefix")),
            points(fields.optionalString("end_of_word_suffix")),
            fields.bool("fuse_unk", false),
            fallback,
            fields.bool("ignore_merges", false)));
  }

  private static int[] points(@Nullable String text) {
    return text == null ? new int[0] : text.codePoints().toArray();
  }

  /** Whether each byte has a token. */
  static boolean hasAllBytes(Vocabulary vocabulary) {
    for (int b = 0; b < 256; b++) {
      if (vocabulary.id(Bpe.byteToken(b)) == Vocabulary.NONE) {
        return false;
      }
    }
    return true;
  }

  /** Whether every text can be written with the vocabulary's tokens. */
  private static boolean knowsAll(Vocabulary vocabulary, BooleanSupplier onlyBytes) {
    if (!onlyBytes.getAsBoolean()) {
      return false;
    }
    for (int b = 0; b < 256; b++) {
      if (vocabulary.id(new String(Character.toChars(ByteCharacters.of(b)))) == Vocabulary.NONE) {
        return false;
      }
    }
    return true;
  }

  private Unigram unigram(Fields fields, Vocabulary vocabulary, BooleanSupplier onlyBytes) {
    double[] scores = Objects.requireNonNull(this.scores);
    int unknown = Vocabulary.NONE;
    if (fields.has("unk_id")) {
      unknown = fields.natural("unk_id");
      if (unknown >= scores.length) {
        throw fields.refused(
            "unk_id is " + unknown + ", and the vocabulary has " + scores.length + " pieces",
            "in a copy of the file, set unk_id to the place of the unknown piece in vocab");
      }
    } else if (!knowsAll(vocabulary, onlyBytes)) {
      throw fields.refused(
          "unk_id is null, so that a character that the vocabulary does not have has no id",
          "in a copy of the file, set unk_id to the place of the unknown piece in vocab");
    }
    return new Unigram(vocabulary, scores, unknown, fields.bool("byte_fallback", false));
  }

  private void readVocabulary() {
    Vocabulary read = new Vocabulary();
    vocabulary = read;
    scores = null;
    if (json.peek() == '[') {
      readPieces(read);
      return;
    }
    json.beginObject();
    read.expect(json.left() / BYTES_OF_A_TOKEN);
    for (boolean first = true; json.nextName(first); first = false) {
      // The name's bytes stay, as a number does not write over them.
      byte[] bytes = json.bytes();
      int from = json.start();
      int to = json.end();
      read.put(bytes, from, to, json.natural());
    }
  }

  private void readPieces(Vocabulary read) {
    read.keepsIds();
    read.expect(json.left() / BYTES_OF_A_PIECE);
    double[] all = new double[1024];
    int count = 0;
    json.beginArray();
    for (boolean first = true; json.nextElement(first); first = false) {
      json.beginArray();
      if (!json.nextElement(true)) {
        throw json.malformed("a piece of the vocabulary is empty");
      }
      json.string();
      byte[] bytes = json.bytes();
      int from = json.start();
      int to = json.end();
      read.put(bytes, from, to, count); // of equal pieces the last counts
      if (!json.nextElement(false)) {
        throw json.malformed("a piece of the vocabulary has no score");
      }
      if (count == all.length) {
        all = Arrays.copyOf(all, count * 2);
      }
      all[count++] = json.number();
      if (json.nextElement(false)) {
        throw json.malformed("a piece of the vocabulary has more than a text and a score");
      }
    }
    scores = Arrays.copyOf(all, count);
  }

  private void readMerges() {
    Vocabulary vocabulary = Objects.requireNonNull(this.vocabulary);
    int prefix =
        scalars.get("continuing_subword_prefix") instanceof String text
            ? text.getBytes(StandardCharsets.UTF_8).length
            : 0;
    int[] triples = new int[3 * Math.max(1024, json.left() / BYTES_OF_A_MERGE)];
    int count = 0;
    json.beginArray();
    for (boolean first = true; json.nextElement(first); first = false) {
      if (3 * count == triples.length) {
        triples = Arrays.copyOf(triples, triples.length * 2);
      }
      int left;
      int right;
      if (json.peek() == '"') {
        json.string();
        if (startsWithVersion()) {
          continue;
        }
        int space = space();
        left = known(vocabulary, json.start(), space, count);
        right = known(vocabulary, space + 1, json.end(), count);
      } else {
        json.beginArray();
        left = nextKnown(vocabulary, true, count);
        right = nextKnown(vocabulary, false, count);
        if (json.nextElement(false)) {
          throw json.malformed("merge " + count + " has more than two tokens");
        }
      }
      int id = vocabulary.splitsAt(right, prefix) ? vocabulary.joined(left, right, prefix) : -1;
      if (id == Vocabulary.NONE) {
        throw merge(
            count,
            Fields.shown(vocabulary.text(left))
                + " and "
                + Fields.shown(vocabulary.text(right))
                + ", which joined are no token of the vocabulary");
      }
      triples[3 * count] = vocabulary.idOf(left);
      triples[3 * count + 1] = vocabulary.idOf(right);
      triples[3 * count++ + 2] = id;
    }
    Merges read = new Merges(count);
    for (int rank = 0; rank < count; rank++) {
      read.put(triples[3 * rank], triples[3 * rank + 1], rank, triples[3 * rank + 2]);
    }
    merges = read;
  }

  private int nextKnown(Vocabulary vocabulary, boolean first, int merge) {
    if (!json.nextElement(first)) {
      throw json.malformed("merge " + merge + " has fewer than two tokens");
    }
    json.string();
    return known(vocabulary, json.start(), json.end(), merge);
  }

  private int known(Vocabulary vocabulary, int from, int to, int merge) {
    int entry = vocabulary.entry(json.bytes(), from, to);
    if (entry == Vocabulary.NONE) {
      throw merge(merge, Fields.shown(json.text()) + ", which is no token of the vocabulary");
    }
    return entry;
  }

  private TokenizerException merge(int merge, String what) {
    return new Fields(Map.of(), "model.merges[" + merge + "]", where)
        .refused(
            "it has " + what,
            "take the vocabulary and the merges from the same place where the model was trained");
  }

  private boolean startsWithVersion() {
    int from = json.start();
    int to = from + VERSION.length;
    return json.end() >= to && Arrays.equals(json.bytes(), from, to, VERSION, 0, VERSION.length);
  }

  /** The place of the one space of the last string. */
  private int space() {
    int space = -1;
    for (int i = json.start(); i < json.end(); i++) {
      if (json.bytes()[i] == ' ') {
        if (space >= 0) {
          throw json.malformed("a merge has more than one space");
        }
        space = i;
      }
    }
    if (space < 0) {
      throw json.malformed("a merge has no space");
    }
    return space;
  }
}
