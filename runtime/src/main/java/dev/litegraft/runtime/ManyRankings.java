package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Scores of many queries' texts, in the order of the queries. What a model reads of all of them is
 * one stream of {@link ManyTexts}, so that a query of few texts keeps no worker waiting, and texts
 * of one length are read after each other whatever query they belong to.
 *
 * @param <P> what a model reads at once
 * @param <A> what it answers
 */
final class ManyRankings<P, A>
    extends Spliterators.AbstractSpliterator<Outcome<QueryTexts, List<RankedText>>> {
  /** How a model is asked. */
  interface Scoring<P, A> {
    /** What is read for a query and its texts, at least one. */
    List<P> parts(QueryTexts asked);

    /** Answers to parts, in their order. */
    Stream<Outcome<P, A>> answers(Stream<P> parts);

    /**
     * The texts with their scores, in their own order.
     *
     * @param answers to the parts
     * @throws InvalidInputException if the query cannot be answered
     */
    List<RankedText> scored(QueryTexts asked, List<A> answers);
  }

  private record Begun(QueryTexts asked, int parts) {}

  private final Scoring<P, A> scoring;
  private final ArrayDeque<Begun> begun = new ArrayDeque<>();
  private final Stream<Outcome<P, A>> answers;
  private final Iterator<Outcome<P, A>> each;
  private long next;

  private ManyRankings(Stream<QueryTexts> queries, Scoring<P, A> scoring) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.scoring = scoring;
    this.answers = scoring.answers(queries.flatMap(this::begin));
    this.each = answers.iterator();
  }

  /** The texts of each query with their scores, in their own order. */
  static <P, A> Stream<Outcome<QueryTexts, List<RankedText>>> of(
      Stream<QueryTexts> queries, Scoring<P, A> scoring) {
    ManyRankings<P, A> many = new ManyRankings<>(queries, scoring);
    return StreamSupport.stream(many, false).onClose(many.answers::close).onClose(queries::close);
  }

  private Stream<P> begin(QueryTexts asked) {
    List<P> parts = scoring.parts(asked);
    begun.add(new Begun(asked, parts.size()));
    return parts.stream();
  }

  @Override
  public boolean tryAdvance(Consumer<? super Outcome<QueryTexts, List<RankedText>>> action) {
    if (!each.hasNext()) {
      return false;
    }
    Begun query = begun.remove();
    List<A> answered = new ArrayList<>(query.parts());
    Optional<InvalidInputException> fault = Optional.empty();
    for (int i = 0; i < query.parts(); i++) {
      Outcome<P, A> outcome = each.next();
      outcome.answer().ifPresent(answered::add);
      fault = fault.or(outcome::fault);
    }
    action.accept(
        fault.isPresent()
            ? Outcome.faulty(next++, query.asked(), fault.get())
            : scored(query.asked(), answered));
    return true;
  }

  private Outcome<QueryTexts, List<RankedText>> scored(QueryTexts asked, List<A> answered) {
    try {
      return Outcome.answered(next++, asked, scoring.scored(asked, answered));
    } catch (InvalidInputException e) {
      return Outcome.faulty(next - 1, asked, e);
    }
  }
}
