package dev.litegraft.lab.benchmark;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.lab.evaluation.Footprint;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tflite.FileVerifier;
import dev.litegraft.tflite.FileVerifier.Products;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteModel.Tensor;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file that is measured: opened once for each number of threads. */
final class Subject implements AutoCloseable {
  private final Path path;
  private final Map<Integer, RawModel> models = new HashMap<>();
  private final String recipe;
  private final long bytes;
  private final TfliteModel model;
  private final Optional<FileVerifier> verifier;
  private final List<Footprint> cold = new ArrayList<>();
  private final List<Double> warm = new ArrayList<>();

  private Subject(
      Path path, String recipe, long bytes, TfliteModel model, Optional<FileVerifier> verifier) {
    this.path = path;
    this.recipe = recipe;
    this.bytes = bytes;
    this.model = model;
    this.verifier = verifier;
  }

  static Subject open(Path path, RuntimeOptions options, List<Integer> threads) throws IOException {
    // The first opening tells what is wrong with a file, and whether it may be looked into.
    RawModel first = RawModel.open(path, options.withThreads(threads.get(0)));
    try (TfliteReader reader = TfliteReader.open(path)) {
      Subject subject =
          new Subject(
              path,
              reader.facts().flatMap(facts -> facts.find(ModelFacts.RECIPE)).orElse(""),
              reader.model().fileBytes(),
              reader.model(),
              verifier(reader, path, options.trust()));
      subject.models.put(threads.get(0), first);
      for (int count : threads.subList(1, threads.size())) {
        subject.models.put(count, RawModel.open(path, options.withThreads(count)));
      }
      return subject;
    } catch (IOException | RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private static Optional<FileVerifier> verifier(TfliteReader reader, Path path, boolean trust)
      throws IOException {
    try {
      return Optional.of(FileVerifier.verify(reader, path.toString(), FileVerifier.Budget.USUAL));
    } catch (InvalidFileException e) {
      if (trust) {
        return Optional.empty();
      }
      throw e;
    }
  }

  Path path() {
    return path;
  }

  String recipe() {
    return recipe;
  }

  long bytes() {
    return bytes;
  }

  /** Openings in processes of their own. */
  List<Footprint> cold() {
    return cold;
  }

  /** Milliseconds of openings in this process, each with an answer. */
  List<Double> warm() {
    return warm;
  }

  private RawModel any() {
    return models.values().iterator().next();
  }

  /** Whether it takes so many tokens. */
  boolean takes(int tokens) {
    return tokens <= any().maxLength().orElse(Integer.MAX_VALUE);
  }

  /** The most tokens that it takes. */
  int mostTokens() {
    return any().maxLength().orElse(Integer.MAX_VALUE);
  }

  /** How many texts it takes at once. */
  int textsAtOnce() {
    return any().textsAtOnce();
  }

  /** Whether it is asked so many texts at once where they have so many tokens each. */
  boolean answersTogether(int tokens) {
    return any().answersTogether(tokens);
  }

  /** Milliseconds of one call. */
  double answer(int tokens, int threads) {
    RawModel asked = model(threads);
    int[] ids = ids(tokens);
    long begin = System.nanoTime();
    asked.run(ids, null, null);
    return (System.nanoTime() - begin) / 1e6;
  }

  /** Milliseconds of one text of a call with as many as the file takes at once. */
  double answerTogether(int tokens, int threads) {
    RawModel asked = model(threads);
    List<TokenRow> rows = Collections.nCopies(asked.textsAtOnce(), TokenRow.of(ids(tokens)));
    long begin = System.nanoTime();
    asked.answers(rows);
    return (System.nanoTime() - begin) / 1e6 / rows.size();
  }

  private static int[] ids(int tokens) {
    int[] ids = new int[tokens];
    Arrays.fill(ids, 1);
    return ids;
  }

  private RawModel model(int threads) {
    RawModel asked = models.get(threads);
    if (asked == null) {
      throw new IllegalArgumentException(threads + " threads, of " + models.keySet());
    }
    return asked;
  }

  /** The products of matrices of a call; absent where nobody vouches for the file. */
  Optional<Products> products(int tokens) {
    List<Integer> lengths = any().lengths();
    int length = lengths.stream().filter(n -> n >= tokens).findFirst().orElse(tokens);
    return verifier.flatMap(
        door ->
            subgraph(lengths.isEmpty() ? -1 : length).map(s -> door.products(s, dims(s, length))));
  }

  /** The subgraph whose inputs end in so many tokens, −1 for any number. */
  private Optional<Integer> subgraph(int length) {
    for (int s = 0; s < model.subgraphs().size(); s++) {
      int subgraph = s;
      boolean fits =
          model.subgraphs().get(s).inputs().stream()
              .map(input -> model.tensor(subgraph, input).shapeSignature())
              .anyMatch(shape -> !shape.isEmpty() && shape.get(shape.size() - 1) == length);
      if (fits) {
        return Optional.of(s);
      }
    }
    return Optional.empty();
  }

  private Map<Integer, int[]> dims(int subgraph, int length) {
    Map<Integer, int[]> dims = new HashMap<>();
    for (int input : model.subgraphs().get(subgraph).inputs()) {
      Tensor tensor = model.tensor(subgraph, input);
      if (tensor.isDynamic()) {
        dims.put(input, tensor.shape().size() == 1 ? new int[] {length} : new int[] {1, length});
      }
    }
    return dims;
  }

  @Override
  public void close() {
    models.values().forEach(RawModel::close);
  }
}
