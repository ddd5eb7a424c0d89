package dev.litegraft.benchmarks.peers;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is measured.
 *
 * @param kinds this project's first
 * @param out where results go; standard output where it is absent
 */
record PeerOptions(
    List<PeerModel> models,
    List<String> recipes,
    List<Integer> threads,
    List<Integer> tokens,
    List<PeerKind> kinds,
    int rounds,
    Optional<Path> out) {
  private static final PeerOptions USUAL =
      new PeerOptions(
          List.of(PeerModel.values()),
          List.of("int8", "f32"),
          List.of(1, 2),
          List.of(8, 16, 32, 128),
          List.of(PeerKind.LITEGRAFT, PeerKind.ONNXRUNTIME, PeerKind.PYTORCH, PeerKind.LANGCHAIN4J),
          9,
          Optional.empty());

  /**
   * Of options with their values.
   *
   * @throws IllegalArgumentException for one that is not known
   */
  static PeerOptions of(String... args) {
    PeerOptions found = USUAL;
    for (int i = 0; i + 1 < args.length; i += 2) {
      found = found.with(args[i], args[i + 1]);
    }
    if (args.length % 2 == 1) {
      throw new IllegalArgumentException(args[args.length - 1] + " has no value");
    }
    return found;
  }

  private PeerOptions with(String option, String value) {
    List<String> words = Arrays.asList(value.split(",", -1));
    return switch (option) {
      case "--models" ->
          new PeerOptions(
              words.stream().map(w -> PeerModel.valueOf(constant(w))).toList(),
              recipes,
              threads,
              tokens,
              kinds,
              rounds,
              out);
      case "--recipes" ->
          new PeerOptions(models, recipes(words), threads, tokens, kinds, rounds, out);
      case "--threads" ->
          new PeerOptions(models, recipes, numbers(words), tokens, kinds, rounds, out);
      case "--tokens" ->
          new PeerOptions(models, recipes, threads, numbers(words), kinds, rounds, out);
      case "--peers" ->
          new PeerOptions(
              models,
              recipes,
              threads,
              tokens,
              Stream.concat(
                      Stream.of(PeerKind.LITEGRAFT),
                      words.stream().map(w -> PeerKind.valueOf(constant(w))))
                  .toList(),
              rounds,
              out);
      case "--rounds" ->
          new PeerOptions(models, recipes, threads, tokens, kinds, Integer.parseInt(value), out);
      case "--out" ->
          new PeerOptions(
              models, recipes, threads, tokens, kinds, rounds, Optional.of(Path.of(value)));
      default -> throw new IllegalArgumentException(option + " is no option");
    };
  }

  private static List<String> recipes(List<String> words) {
    for (String word : words) {
      if (!USUAL.recipes.contains(word)) {
        throw new IllegalArgumentException(word + " is no recipe of " + USUAL.recipes);
      }
    }
    return words;
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static List<Integer> numbers(List<String> words) {
    return words.stream().map(Integer::parseInt).toList();
  }
}
