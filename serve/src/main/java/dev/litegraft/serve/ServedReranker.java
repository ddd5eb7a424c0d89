package dev.litegraft.serve;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.Reranker;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A language model that judges, or late interaction. */
record ServedReranker(
    String name,
    Optional<ModelFacts> facts,
    RawModel raw,
    Reranker reranker,
    TextQueue<Input, RankedText> queue)
    implements ServedModel {
  /** A fault of the query, which no text can mend. */
  static final class QueryFault extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    QueryFault(InvalidInputException fault) {
      super(fault.what(), fault.where(), fault.remedy());
      initCause(fault);
    }
  }

  /** Short texts that any query leaves room for, and in which any model finds tokens. */
  private static final List<String> WARM = List.of("1 2", "1 2 3");

  /** A text, and what was asked. */
  record Input(String query, String text) {}

  static ServedReranker of(
      String name, Optional<ModelFacts> facts, RawModel raw, ServeOptions options, Metrics metrics)
      throws IOException {
    Reranker reranker = Reranker.of(raw);
    TextQueue<Input, RankedText> queue =
        new TextQueue<>(
            name,
            texts -> answers(reranker, texts),
            options.queue(),
            ServedModel.batch(options),
            metrics);
    metrics.queue(name, queue::size);
    return new ServedReranker(name, facts, raw, reranker, queue);
  }

  @Override
  public boolean ranks() {
    return true;
  }

  /** What becomes of texts; see {@link TextQueue#submit}. */
  CompletableFuture<List<Outcome<Input, RankedText>>> ranked(List<Input> texts) {
    return queue.submit(texts);
  }

  @Override
  public void warmUp() {
    reranker.rank("1", WARM);
  }

  /** Texts of one query are asked together, because of some models it is read only once. */
  private static List<Outcome<Input, RankedText>> answers(Reranker reranker, List<Input> texts) {
    @SuppressWarnings({"unchecked", "rawtypes"})
    Outcome<Input, RankedText>[] all = new Outcome[texts.size()];
    for (String query : texts.stream().map(Input::query).distinct().toList()) {
      int[] places =
          IntStream.range(0, texts.size())
              .filter(i -> texts.get(i).query().equals(query))
              .toArray();
      answer(reranker, query, places, texts, all);
    }
    return List.of(all);
  }

  private static void answer(
      Reranker reranker,
      String query,
      int[] places,
      List<Input> texts,
      Outcome<Input, RankedText>[] all) {
    List<String> some = IntStream.of(places).mapToObj(i -> texts.get(i).text()).toList();
    try {
      for (RankedText one : reranker.rank(query, some)) {
        int place = places[one.index()];
        all[place] = new Outcome<>(place, texts.get(place), Optional.of(one), Optional.empty());
      }
    } catch (InvalidFileException e) {
      fail(places, texts, all, e);
    } catch (InvalidInputException e) {
      Optional<InvalidInputException> fault = queryFault(reranker, query);
      if (fault.isPresent() || places.length == 1) {
        fail(places, texts, all, fault.orElse(e));
        return;
      }
      for (int place : places) { // It does not say which text is at fault.
        answer(reranker, query, new int[] {place}, texts, all);
      }
    }
  }

  private static void fail(
      int[] places, List<Input> texts, Outcome<Input, RankedText>[] all, InvalidInputException e) {
    for (int place : places) {
      all[place] = new Outcome<>(place, texts.get(place), Optional.empty(), Optional.of(e));
    }
  }

  /** The model does not say whether the query or a text is at fault: it is asked with another. */
  private static Optional<InvalidInputException> queryFault(Reranker reranker, String query) {
    try {
      reranker.rank(query, WARM.subList(0, 1));
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of(new QueryFault(e));
    }
  }

  @Override
  public void close() {
    queue.close();
    reranker.close();
  }
}
