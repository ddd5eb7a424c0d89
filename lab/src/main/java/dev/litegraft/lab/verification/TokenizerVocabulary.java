package dev.litegraft.lab.verification;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a {@code tokenizer.json} and their ids: few texts cannot show that two rare tokens
 * are exchanged.
 */
final class TokenizerVocabulary {
  private final Map<String, Integer> ids = new HashMap<>();

  private TokenizerVocabulary() {}

  /** Reads the model's vocabulary and the added tokens; what else there is, is passed over. */
  static TokenizerVocabulary of(byte[] tokenizerJson) throws IOException {
    TokenizerVocabulary vocabulary = new TokenizerVocabulary();
    try (JsonParser parser = Json.skimming(tokenizerJson)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String section = parser.currentName();
        JsonToken first = parser.nextToken();
        if (section.equals("model") && first == JsonToken.START_OBJECT) {
          vocabulary.readModel(parser);
        } else if (section.equals("added_tokens") && first == JsonToken.START_ARRAY) {
          vocabulary.readAdded(parser);
        } else {
          parser.skipChildren();
        }
      }
    }
    return vocabulary;
  }

  private void readModel(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken first = parser.nextToken();
      if (field.equals("vocab") && first == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String token = parser.currentName();
          parser.nextToken();
          ids.put(token, parser.getValueAsInt(-1));
        }
      } else if (field.equals("vocab") && first == JsonToken.START_ARRAY) {
        // Unigram: pairs of a token and its score, by id.
        for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
          parser.nextToken();
          ids.put(parser.getText(), id);
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
          }
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readAdded(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      String token = null;
      int id = -1;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals("content")) {
          token = parser.getText();
        } else if (field.equals("id")) {
          id = parser.getValueAsInt(-1);
        } else {
          parser.skipChildren();
        }
      }
      if (token != null) {
        ids.put(token, id);
      }
    }
  }

  /** The first token, by its text, that has another id in {@code other}, or none. */
  Optional<Difference> differenceTo(TokenizerVocabulary other) {
    if (ids.equals(other.ids)) {
      return Optional.empty();
    }
    TreeMap<String, Integer> all = new TreeMap<>(ids);
    other.ids.forEach(all::putIfAbsent);
    for (String token : all.keySet()) {
      Integer own = ids.get(token);
      Integer others = other.ids.get(token);
      if (own == null || !own.equals(others)) {
        return Optional.of(new Difference("tokenizer", shown(token, own), shown(token, others)));
      }
    }
    return Optional.empty();
  }

  private static String shown(String token, @Nullable Integer id) {
    return "\"" + token + "\" is " + (id == null ? "no token" : id.toString());
  }
}
