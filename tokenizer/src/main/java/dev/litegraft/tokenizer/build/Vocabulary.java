package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.JsonReader;
import dev.litegraft.tokenizer.error.TokenizerException;
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
  private @Nullable Map<String, Integer> ids;
  private int size;

  private Vocabulary(Object json) {
    this.json = json;
  }

  /** {@code model.vocab} of a {@code tokenizer.json}: an object, or a list of pieces and scores. */
  static Vocabulary of(@Nullable Object json, String where) {
    if (json instanceof Json.Raw || json instanceof Map || json instanceof List) {
      return new Vocabulary(json);
    }
    throw new TokenizerException(
        "the model has no vocabulary",
        where,
        "save the tokenizer again with tokenizer.save_pretrained(), or copy the file again");
  }

  /** Tokens in the order of their ids, later ones instead of earlier of the same text. */
  static Vocabulary of(Map<String, Integer> ids) {
    Vocabulary vocabulary = new Vocabulary(ids);
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
      size = read(known);
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
    JsonReader reader = raw.reader();
    reader.beginArray();
    reader.nextElement(true);
    for (int i = 0; i < id; i++) {
      reader.skip();
      reader.nextElement(false);
    }
    reader.beginArray();
    reader.nextElement(true);
    reader.skip();
    return reader.nextElement(false) ? reader.number() : 0;
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

  private int read(Map<String, Integer> known) {
    if (json instanceof List<?> list) {
      for (Object entry : list) {
        known.put(String.valueOf(((Collection<?>) entry).iterator().next()), known.size());
      }
      return list.size();
    }
    Json.Raw raw = (Json.Raw) json;
    return raw.isArray() ? readList(raw.reader(), known) : readObject(raw.reader(), known);
  }

  private static int readObject(JsonReader reader, Map<String, Integer> known) {
    reader.beginObject();
    for (boolean first = true; reader.nextName(first); first = false) {
      String token = reader.text();
      known.put(token, reader.natural());
    }
    return known.size();
  }

  private static int readList(JsonReader reader, Map<String, Integer> known) {
    reader.beginArray();
    int index = 0;
    for (boolean first = true; reader.nextElement(first); first = false) {
      reader.beginArray();
      if (!reader.nextElement(true)) {
        throw reader.malformed("entry " + index + " is no piece with its score");
      }
      reader.string();
      known.put(reader.text(), index++);
      while (reader.nextElement(false)) {
        reader.skip();
      }
    }
    return index;
  }
}
