package dev.litegraft.facts;

import dev.litegraft.facts.Members.Written;
import java.util.List;
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
      Members.kind(
          said ->
              new LateInteraction(
                  said.require(QUERY),
                  said.require(DOCUMENT),
                  said.find(EXPANSION),
                  said.require(MEAN)),
          how ->
              new Written()
                  .with(QUERY, how.query())
                  .with(DOCUMENT, how.document())
                  .with(EXPANSION, how.expansion())
                  .with(MEAN, how.mean()));

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
        Members.kind(
            said ->
                new Side(
                    said.find(PREFIX).orElse(""),
                    said.find(TOKEN).orElse(-1),
                    said.find(LENGTH).orElse(0),
                    said.require(SKIPPED)),
            side ->
                new Written()
                    .with(PREFIX, Optional.of(side.prefix()).filter(text -> !text.isEmpty()))
                    .with(TOKEN, Optional.of(side.prefixToken()).filter(id -> id >= 0))
                    .with(LENGTH, Optional.of(side.length()).filter(length -> length > 0))
                    .with(SKIPPED, side.skipped()));

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
        Members.kind(
            said ->
                new Expansion(
                    said.require(TOKEN),
                    said.require(LENGTH),
                    said.require(CUTS),
                    said.require(ATTENDED)),
            filled ->
                new Written()
                    .with(TOKEN, filled.token())
                    .with(LENGTH, filled.length())
                    .with(CUTS, filled.cuts())
                    .with(ATTENDED, filled.attended()));
  }
}
