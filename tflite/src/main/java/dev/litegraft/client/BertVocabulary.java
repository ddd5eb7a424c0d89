package dev.litegraft.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The words of a WordPiece tokenizer as clients that tokenize for BERT themselves read them: a file
 * in which line n is the token of id n.
 *
 * @param tokens by their ids
 */
public record BertVocabulary(List<String> tokens) {
  /** Its name in the archive. */
  public static final String FILE_NAME = "vocab.txt";

  private static final String KIND = "WordPiece";
  private static final String BEGIN = "[CLS]";
  private static final String END = "[SEP]";
  private static final String UNKNOWN = "[UNK]";
  private static final String PAD = "[PAD]";

  public BertVocabulary {
    tokens = List.copyOf(tokens);
  }

  /**
   * Reads it of a {@code tokenizer.json}.
   *
   * @param where it is from, for messages
   * @throws InvalidRequestException if it is of another kind, or cannot be a list of lines
   */
  public static BertVocabulary of(byte[] json, String where) {
    Map<String, ?> root = Json.parse(json, where);
    Map<?, ?> model = root.get("model") instanceof Map<?, ?> object ? object : Map.of();
    if (!KIND.equals(model.get("type"))) {
      throw refused("the tokenizer's model is " + model.get("type") + ", no WordPiece", where);
    }
    if (!"##".equals(model.get("continuing_subword_prefix"))) {
      throw refused(
          "within a word its tokens begin with "
              + Json.show(model.get("continuing_subword_prefix"))
              + ", where MediaPipe looks for \"##\"",
          where);
    }
    Map<Integer, String> byId = new TreeMap<>();
    if (model.get("vocab") instanceof Map<?, ?> vocabulary) {
      vocabulary.forEach((token, id) -> put(byId, id, String.valueOf(token)));
    }
    if (root.get("added_tokens") instanceof List<?> added) {
      for (Object token : added) {
        if (token instanceof Map<?, ?> members) {
          put(byId, members.get("id"), String.valueOf(members.get("content")));
        }
      }
    }
    return new BertVocabulary(lines(byId, where));
  }

  /** Whether a {@code tokenizer.json} is of this kind; its vocabulary is not read. */
  public static boolean isWordPiece(byte[] tokenizer) throws IOException {
    return kind(tokenizer).equals(Optional.of(KIND));
  }

  /** What a tokenizer's model is, read without the vocabulary, which may be large. */
  static Optional<String> kind(byte[] tokenizer) throws IOException {
    try (JsonParser p = Json.skimming(tokenizer)) {
      p.nextToken();
      return member(p, "model") && member(p, "type") && p.hasToken(JsonToken.VALUE_STRING)
          ? Optional.of(name(p.getText()))
          : Optional.empty();
    } catch (JacksonException e) {
      throw Json.noJson(e, ModelFacts.TOKENIZER_NAME);
    }
  }

  private static String name(String type) {
    String shown = Json.show(type);
    return shown.substring(1, shown.length() - 1);
  }

  /** Moves to the value of a member, if the parser stands at the beginning of an object. */
  private static boolean member(JsonParser p, String name) throws IOException {
    if (!p.hasToken(JsonToken.START_OBJECT)) {
      return false;
    }
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = p.currentName().equals(name);
      p.nextToken();
      if (wanted) {
        return true;
      }
      p.skipChildren();
    }
    return false;
  }

  private static void put(Map<Integer, String> byId, @Nullable Object id, String token) {
    if (id instanceof Number number) {
      byId.putIfAbsent(number.intValue(), token);
    }
  }

  private static List<String> lines(Map<Integer, String> byId, String where) {
    List<String> tokens = new ArrayList<>();
    for (Map.Entry<Integer, String> token : byId.entrySet()) {
      if (token.getKey() != tokens.size()) {
        throw refused(
            "its ids have a gap: " + token.getKey() + " follows " + (tokens.size() - 1), where);
      }
      if (token.getValue().isEmpty() || token.getValue().matches("(?s).*[\\n\\r].*")) {
        throw refused(
            "token " + token.getKey() + " is no line: " + Json.show(token.getValue()), where);
      }
      tokens.add(token.getValue());
    }
    for (String needed : List.of(BEGIN, END, UNKNOWN)) {
      if (!tokens.contains(needed)) {
        throw refused("its vocabulary has no " + needed, where);
      }
    }
    if (tokens.indexOf(PAD) != 0) {
      throw refused(
          PAD
              + (tokens.contains(PAD) ? " has id " + tokens.indexOf(PAD) : " is not in it")
              + ", and MediaPipe fills rows up with id 0",
          where);
    }
    return tokens;
  }

  /** A refusal of a tokenizer that MediaPipe does not follow. */
  public static InvalidRequestException refused(String what, String where) {
    return new InvalidRequestException(
        what + "; MediaPipe makes the tokens itself, as BERT's WordPiece does",
        where,
        "convert it for another program: --for web or android takes every tokenizer");
  }

  /** The ids of an empty text: those of [CLS] and [SEP]. */
  public List<Integer> ends() {
    return List.of(tokens.indexOf(BEGIN), tokens.indexOf(END));
  }

  /** What {@link #FILE_NAME} holds. */
  public String text() {
    return String.join("\n", tokens) + "\n";
  }
}
