package dev.litegraft.facts;

import dev.litegraft.facts.Fact.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How queries and documents become vectors of their tokens, and how these are compared.
 *
 * @param query how a query is read
 * @param document how a document is read
 * @param expansion with what a short query is filled up; absent where none is
 * @param mean whether a score is divided by the number of the query's vectors
 */
public record LateInteraction(
    Side query, Side document, Optional<Expansion> expansion, boolean mean) {
  private static final Fact<Side> QUERY = Fact.of("query", Side.KIND);
  private static final Fact<Side> DOCUMENT = Fact.of("document", Side.KIND);
  private static final Fact<Expansion> EXPANSION = Fact.of("expansion", Expansion.KIND);
  private static final Fact<Boolean> MEAN = Fact.flag("mean");

  static final Fact.Kind<LateInteraction> KIND =
      Fact.of(
          (json, place) -> {
            Map<String, Object> members = Fact.object(json, place);
            return new LateInteraction(
                require(members, QUERY, place),
                require(members, DOCUMENT, place),
                find(members, EXPANSION, place),
                require(members, MEAN, place));
          },
          LateInteraction::written);

  private Map<String, Object> written() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(QUERY.name(), QUERY.write(query));
    json.put(DOCUMENT.name(), DOCUMENT.write(document));
    expansion.ifPresent(e -> json.put(EXPANSION.name(), EXPANSION.write(e)));
    json.put(MEAN.name(), MEAN.write(mean));
    return json;
  }

  private static <T> Optional<T> find(Map<String, Object> members, Fact<T> fact, Place place) {
    return Optional.ofNullable(members.get(fact.name())).map(json -> fact.read(json, place));
  }

  private static <T> T require(Map<String, Object> members, Fact<T> fact, Place place) {
    return find(members, fact, place).orElseThrow(() -> place.at(fact.name()).fault("there", null));
  }

  /**
   * How a text of one kind is read.
   *
   * @param prefix what is put before it
   * @param prefixToken a token that is put before its first one, in place of a prefix; −1 for none
   * @param length its most tokens; 0 for as many as the model reads
   * @param skipped tokens whose vectors do not count
   */
  public record Side(String prefix, int prefixToken, int length, List<Integer> skipped) {
    private static final Fact<String> PREFIX = Fact.text("prefix");
    private static final Fact<Integer> TOKEN = Fact.whole("prefix_token_id", 0);
    private static final Fact<Integer> LENGTH = Fact.whole("length", 1);
    private static final Fact<List<Integer>> SKIPPED = Fact.wholes("skipped_token_ids", 0);

    static final Fact.Kind<Side> KIND =
        Fact.of(
            (json, place) -> {
              Map<String, Object> members = Fact.object(json, place);
              return new Side(
                  find(members, PREFIX, place).orElse(""),
                  find(members, TOKEN, place).orElse(-1),
                  find(members, LENGTH, place).orElse(0),
                  require(members, SKIPPED, place));
            },
            side -> {
              Map<String, Object> json = new LinkedHashMap<>();
              if (!side.prefix().isEmpty()) {
                json.put(PREFIX.name(), PREFIX.write(side.prefix()));
              }
              if (side.prefixToken() >= 0) {
                json.put(TOKEN.name(), TOKEN.write(side.prefixToken()));
              }
              if (side.length() > 0) {
                json.put(LENGTH.name(), LENGTH.write(side.length()));
              }
              json.put(SKIPPED.name(), SKIPPED.write(side.skipped()));
              return json;
            });

    public Side {
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * What fills up a short query: its vectors count.
   *
   * @param token its id
   * @param length up to how many tokens
   * @param cuts whether longer queries are cut there
   * @param attended whether the other tokens see it
   */
  public record Expansion(int token, int length, boolean cuts, boolean attended) {
    private static final Fact<Integer> TOKEN = Fact.whole("token_id", 0);
    private static final Fact<Integer> LENGTH = Fact.whole("length", 1);
    private static final Fact<Boolean> CUTS = Fact.flag("cuts");
    private static final Fact<Boolean> ATTENDED = Fact.flag("attended");

    static final Fact.Kind<Expansion> KIND =
        Fact.of(
            (json, place) -> {
              Map<String, Object> members = Fact.object(json, place);
              return new Expansion(
                  require(members, TOKEN, place),
                  require(members, LENGTH, place),
                  require(members, CUTS, place),
                  require(members, ATTENDED, place));
            },
            expansion -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put(TOKEN.name(), TOKEN.write(expansion.token()));
              json.put(LENGTH.name(), LENGTH.write(expansion.length()));
              json.put(CUTS.name(), CUTS.write(expansion.cuts()));
              json.put(ATTENDED.name(), ATTENDED.write(expansion.attended()));
              return json;
            });
  }
}
