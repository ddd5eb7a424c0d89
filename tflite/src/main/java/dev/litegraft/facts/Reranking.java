package dev.litegraft.facts;

import dev.litegraft.facts.Fact.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a language model that judges texts is asked.
 *
 * @param segments what it reads, one after the other; each is made to tokens by itself, without the
 *     tokenizer's own special tokens. {@link #INSTRUCTION}, {@link #QUERY} and {@link #DOCUMENT}
 *     stand for what is asked; the segment of the document is cut where a text is too long
 * @param instruction the usual instruction; a segment that has a place for it is left out where it
 *     is empty
 * @param trueToken the token whose logit is the score
 * @param falseToken the token whose logit is subtracted from it; −1 for none
 */
public record Reranking(List<String> segments, String instruction, int trueToken, int falseToken) {
  /** Stands for the instruction in a segment. */
  public static final String INSTRUCTION = "{instruction}";

  /** Stands for the query. */
  public static final String QUERY = "{query}";

  /** Stands for the text that is judged. */
  public static final String DOCUMENT = "{document}";

  private static final Fact<List<String>> SEGMENTS = Fact.texts("segments");
  private static final Fact<String> USUAL = Fact.text("instruction");
  private static final Fact<Integer> TRUE = Fact.whole("true_token_id", 0);
  private static final Fact<Integer> FALSE = Fact.whole("false_token_id", 0);

  static final Fact.Kind<Reranking> KIND = Fact.of(Reranking::read, Reranking::written);

  public Reranking {
    segments = List.copyOf(segments);
  }

  private static Reranking read(Object json, Place place) {
    Map<String, Object> members = Fact.object(json, place);
    return new Reranking(
        require(members, SEGMENTS, place),
        require(members, USUAL, place),
        require(members, TRUE, place),
        members.containsKey(FALSE.name()) ? require(members, FALSE, place) : -1);
  }

  private static <T> T require(Map<String, Object> members, Fact<T> fact, Place place) {
    Object json = members.get(fact.name());
    if (json == null) {
      throw place.at(fact.name()).fault("there", null);
    }
    return fact.read(json, place);
  }

  private Map<String, Object> written() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(SEGMENTS.name(), SEGMENTS.write(segments));
    json.put(USUAL.name(), USUAL.write(instruction));
    json.put(TRUE.name(), TRUE.write(trueToken));
    if (falseToken >= 0) {
      json.put(FALSE.name(), FALSE.write(falseToken));
    }
    return json;
  }
}
