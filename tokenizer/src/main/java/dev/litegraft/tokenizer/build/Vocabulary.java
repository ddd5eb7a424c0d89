package dev.litegraft.tokenizer.build;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.litegraft.tokenizer.TokenizerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens of a model with their ids; read from the file's bytes when first asked. */
final class Vocabulary {
  private final Object json;
  private final String where;
  private @Nullable Map<String, Integer> ids;
  private int size;

  private Vocabulary(Object json, String where) {
    this.json = json;
    this.where = where;
  }

  /** {@code model.vocab} of a {@code tokenizer.json}: an object, or a list of pieces and scores. */
  static Vocabulary of(@Nullable Object json, String where) {
    if (json instanceof Json.Raw || json instanceof Map || json instanceof List) {
      return new Vocabulary(json, where);
    }
    throw new TokenizerException(
        "the model has no vocabulary",
        where,
        "save the tokenizer again with tokenizer.save_pretrained(), or copy the file again");
  }

  /** Tokens in the order of their ids, later ones instead of earlier of the same text. */
  static Vocabulary of(Map<String, Integer> ids) {
    Vocabulary vocabulary = new Vocabulary(ids, "");
    vocabulary.ids = ids;
    vocabulary.size = ids.size();
    return vocabulary;
  }

  /** The id of a token, or null. */
  @Nullable Integer id(String token) {
    return ids().get(token);
  }

  /** The number of tokens, as the tokenizers library counts them. */
  int size() {
    ids();
    return size;
  }

  Map<String, Integer> ids() {
    Map<String, Integer> known = ids;
    if (known == null) {
      known = new HashMap<>();
      try {
        size = read(known);
      } catch (IOException e) {
        throw unreadable(e);
      }
      ids = known;
    }
    return known;
  }

  /** The score of the piece with an id, of a list; 0 where there is none. */
  double score(int id) {
    if (json instanceof List<?> list && list.get(id) instanceof List<?> piece) {
      return piece.get(1) instanceof Number score ? score.doubleValue() : 0;
    }
    if (!(json instanceof Json.Raw raw) || !raw.isArray()) {
      return 0;
    }
    try (JsonParser parser = raw.parser()) {
      parser.nextToken();
      for (int i = 0; i < id; i++) {
        parser.nextToken();
        parser.skipChildren();
      }
      parser.nextToken();
      parser.nextToken();
      return parser.nextToken().isNumeric() ? parser.getDoubleValue() : 0;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Whether it is a list of pieces and scores. */
  boolean isList() {
    return json instanceof Json.Raw raw ? raw.isArray() : json instanceof List;
  }

  /** As it is written into {@code tokenizer.json}. */
  Object json() {
    return json;
  }

  /** The same as an object of tokens and ids; of a list the index is the id. */
  Vocabulary asObject() {
    if (!isList()) {
      return this;
    }
    List<Map.Entry<String, Integer>> entries = new ArrayList<>(ids().entrySet());
    entries.sort(Map.Entry.comparingByValue());
    Map<String, Integer> object = new LinkedHashMap<>();
    entries.forEach(entry -> object.put(entry.getKey(), entry.getValue()));
    return of(object);
  }

  private TokenizerException unreadable(IOException e) {
    return new TokenizerException(
        "the vocabulary cannot be read: " + e.getMessage(),
        where,
        "copy the file again from where the model was trained, or download it again");
  }

  private int read(Map<String, Integer> known) throws IOException {
    if (json instanceof List<?> list) {
      for (Object entry : list) {
        known.put(String.valueOf(((Collection<?>) entry).iterator().next()), known.size());
      }
      return list.size();
    }
    try (JsonParser parser = ((Json.Raw) json).parser()) {
      return parser.nextToken() == JsonToken.START_ARRAY
          ? readList(parser, known)
          : readObject(parser, known);
    }
  }

  private int readObject(JsonParser parser, Map<String, Integer> known) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new IOException("token \"" + token + "\" has no whole number as its id");
      }
      known.put(token, parser.getIntValue());
    }
    return known.size();
  }

  private int readList(JsonParser parser, Map<String, Integer> known) throws IOException {
    int index = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.hasToken(JsonToken.START_ARRAY) || parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new IOException("entry " + index + " is no piece with its score");
      }
      known.put(parser.getText(), index++);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        parser.skipChildren();
      }
    }
    return index;
  }
}
