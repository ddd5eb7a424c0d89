package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.PlainLayers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Looks for faults along a file's graph: what explains the first value that departs is taken for
 * granted, and the next value that then departs is looked at. Each fault is found alone, however
 * many there are, and at the cost of the layers before it.
 */
public final class GraphSearch {
  /** Faults that are followed; more make a file another model. */
  private static final int MOST_FAULTS = 4;

  /** Faults that explain a value equally well, of which each is followed. */
  private static final int WAYS = 2;

  /** Values that are looked at, on all ways together. */
  private static final int MOST_WAYS = 8;

  /** Tokens after which no further pair is begun. */
  private static final long PAIR_TOKENS = 100_000;

  /** Behind this, as a part of a value's largest number, nothing else has to be tried. */
  private static final double CLEAR = 1e-5;

  /** Nothing is so near that nothing else has to be tried. */
  private static final double NEVER_CLEAR = Double.MIN_NORMAL;

  private final GraphValues file;
  private final PlainLayers layers;
  private final int threads;
  private final TrialPool.Limits limits;
  private final TrialPool.Listener listener;
  private int tried;

  /**
   * @param file values of its graph
   * @param limits of what is computed; the floor is a part of a value's largest number
   */
  public GraphSearch(
      GraphValues file,
      PlainLayers layers,
      int threads,
      TrialPool.Limits limits,
      TrialPool.Listener listener) {
    this.file = file;
    this.layers = layers;
    this.threads = threads;
    this.limits = limits;
    this.listener = listener;
  }

  /**
   * What was found along the graph.
   *
   * @param faults in the order of the graph
   * @param model the checkpoint's with all of them
   * @param departure the value that departs even then; empty where all agree
   */
  public record Along(List<Candidate> faults, VariantModel model, Optional<String> departure) {
    public Along {
      faults = List.copyOf(faults);
    }
  }

  /** How many models were tried. */
  public int tried() {
    return tried;
  }

  /** A way that was followed so far, and what is not looked at behind it. */
  private record Way(Along along, Set<String> behind) {
    int faults() {
      return along.faults().size();
    }
  }

  /**
   * Follows the faults of a file that should be this model: the fewest that explain it. What
   * explains one value as well as another fault need not explain the next, so that both are
   * followed.
   *
   * @param isEnough whether a model explains the file's answers, so that nothing else is wrong
   */
  public Along of(VariantModel own, Predicate<VariantModel> isEnough) {
    Optional<String> first = file.departure(own, layers, Set.of(), limits.floor());
    Way best = new Way(new Along(List.of(), own, first), Set.of());
    Queue<Way> open = new PriorityQueue<>(Comparator.comparingInt(Way::faults));
    open.add(best);
    for (int i = 0; i < MOST_WAYS && !open.isEmpty(); i++) {
      Way known = open.remove();
      if (known.along.departure().isEmpty()) {
        return known.along;
      }
      best = known.faults() > best.faults() ? known : best;
      for (Way next : known.faults() < MOST_FAULTS ? further(known) : List.<Way>of()) {
        if (!file.isFollowed() && isEnough.test(next.along.model())) {
          return next.along;
        }
        open.add(next);
      }
    }
    return best.along;
  }

  private List<Way> further(Way known) {
    VariantModel before = known.along.model();
    String at = known.along.departure().orElseThrow();
    List<Way> further = new ArrayList<>();
    for (List<Candidate> next : explaining(before, at, known.behind)) {
      List<Candidate> faults = new ArrayList<>(known.along.faults());
      faults.addAll(next);
      VariantModel model = changed(before, next);
      Set<String> behind = passed(model, at, known.behind);
      Optional<String> departure = file.departure(model, layers, behind, limits.floor());
      further.add(new Way(new Along(faults, model, departure), behind));
    }
    return further;
  }

  private static VariantModel changed(VariantModel model, List<Candidate> faults) {
    VariantModel changed = model;
    for (Candidate fault : faults) {
      changed = fault.hypothesis().change().apply(changed);
    }
    return changed;
  }

  private TrialPool trials(String module, VariantModel model, double clear) {
    return new TrialPool(
        file.at(module, model, layers),
        new TrialPool.Limits(
            limits.floor(),
            clear,
            Integer.MAX_VALUE,
            Math.min(PAIR_TOKENS, limits.pairTokens()),
            false),
        layers,
        threads,
        listener);
  }

  /**
   * The faults, one or two, under which a model's value is the file's: what explains most of the
   * graph first.
   */
  private List<List<Candidate>> explaining(VariantModel model, String module, Set<String> behind) {
    try (TrialPool trials = trials(module, model, file.isRounded() ? 0 : CLEAR)) {
      Search search = new Search(trials, model);
      List<Candidate> first = search.single();
      if (first.isEmpty()) {
        List<Candidate> pair = search.pair(List.of());
        tried += trials.count();
        return pair.isEmpty() ? List.of() : List.of(pair);
      }
      tried += trials.count();
      VariantModel changed = changed(model, first);
      Set<String> passed = passed(changed, module, behind);
      if (file.departure(changed, layers, passed, limits.floor()).isEmpty()) {
        return List.of(first); // It explains all of the graph.
      }
    }
    try (TrialPool trials = trials(module, model, file.isRounded() ? 0 : NEVER_CLEAR)) {
      Search search = new Search(trials, model);
      search.single();
      tried += trials.count();
      return farthest(search.asGood(), model, module, behind);
    }
  }

  /**
   * What is not looked at behind a module: those up to it, and those that do in other layers what a
   * module does that departs before it, though it did not without the fault. A fault may be told by
   * what comes of it where the file has it elsewhere: rows in another order for heads that are.
   */
  private Set<String> passed(VariantModel model, String module, Set<String> behind) {
    Set<String> passed = new HashSet<>(behind);
    passed.addAll(file.upTo(module, model, layers));
    passed.addAll(file.alike(model, layers, passed, behind, module, limits.floor()));
    return passed;
  }

  /** The ways of those that explain one value, that which explains most behind it first. */
  private List<List<Candidate>> farthest(
      List<Candidate> equals, VariantModel model, String module, Set<String> behind) {
    Map<Candidate, Integer> agreeing = new LinkedHashMap<>();
    for (Candidate one : equals) {
      VariantModel changed = one.hypothesis().change().apply(model);
      Set<String> passed = passed(changed, module, behind);
      agreeing.put(one, file.agreeing(changed, layers, passed, limits.floor()));
    }
    return agreeing.entrySet().stream()
        .sorted(Map.Entry.<Candidate, Integer>comparingByValue().reversed())
        .limit(WAYS)
        .map(entry -> List.of(entry.getKey()))
        .toList();
  }
}
