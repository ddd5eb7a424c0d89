package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A signature that takes a text as token ids: which of its inputs is which, and how many tokens it
 * takes.
 *
 * @param key the signature's key; absent in a file without signatures
 * @param length how many tokens it takes, or {@link #DYNAMIC}
 * @param inputs what each input is for
 * @param outputs in the signature's order
 */
record TextSignature(
    Optional<String> key, int length, Map<Role, TensorSpec> inputs, List<TensorSpec> outputs) {
  /** The length of a signature that takes any number of tokens. */
  static final int DYNAMIC = -1;

  /** Rows that a signature may take at once, of as many texts or all of one. */
  private static final int MOST_ROWS = 64;

  /** What an input is for. */
  enum Role {
    IDS,
    MASK,
    TYPES
  }

  /** Names of inputs that count places: {@code position_ids}, {@code input_pos}. */
  private static final Pattern POSITIONS =
      Pattern.compile("position|(^|_)pos(_|$)", Pattern.CASE_INSENSITIVE);

  private static final Set<DType> NUMBERS =
      Set.of(DType.I32, DType.I64, DType.F32, DType.BOOL, DType.I8, DType.U8);

  TextSignature {
    inputs = Collections.unmodifiableMap(new EnumMap<>(inputs));
    outputs = List.copyOf(outputs);
  }

  /**
   * Finds out what the inputs are for: by the patterns of their names, then by their order (ids,
   * mask, token types).
   *
   * @param inputs in the order of the subgraph; where the graph shows which are the ids, these
   *     first
   * @throws InvalidFileException if this signature does not take a text as token ids
   */
  static TextSignature of(
      Optional<String> key, List<TensorSpec> inputs, List<TensorSpec> outputs, String where) {
    Map<Role, TensorSpec> roles = new EnumMap<>(Role.class);
    List<TensorSpec> unnamed = new ArrayList<>();
    for (TensorSpec input : inputs) {
      Optional<Role> role = named(input.name());
      if (role.isEmpty() || roles.putIfAbsent(role.get(), input) != null) {
        unnamed.add(input);
      }
    }
    for (TensorSpec input : unnamed) {
      Role free = null;
      for (Role role : Role.values()) {
        if (free == null && !roles.containsKey(role)) {
          free = role;
        }
      }
      if (input.name().toLowerCase(Locale.ROOT).matches(".*(cache|past_key|past_value).*")) {
        throw unusable(
            "input " + input.name() + " is a cache, as generative models have it", inputs, where);
      }
      if (free == null || POSITIONS.matcher(input.name()).find()) {
        throw unusable("nothing is known to put into input " + input, inputs, where);
      }
      roles.put(free, input);
    }
    if (!roles.containsKey(Role.IDS)) {
      throw unusable("no input takes token ids", inputs, where);
    }
    return new TextSignature(key, length(roles, inputs, where), roles, outputs);
  }

  /** Whether a name says what the input is for. */
  static boolean isTelling(String name) {
    return named(name).isPresent();
  }

  private static Optional<Role> named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.contains("mask")) {
      return Optional.of(Role.MASK);
    }
    if (lower.contains("type") || lower.contains("segment")) {
      return Optional.of(Role.TYPES);
    }
    return !lower.contains("position") && (lower.contains("ids") || lower.contains("token"))
        ? Optional.of(Role.IDS)
        : Optional.empty();
  }

  private static int length(Map<Role, TensorSpec> roles, List<TensorSpec> inputs, String where) {
    int length = DYNAMIC;
    for (TensorSpec input : roles.values()) {
      List<Integer> shape = input.shape();
      boolean rows = shape.size() == 1 || (shape.size() == 2 && shape.get(0) <= MOST_ROWS);
      if (!rows || input.dtype().filter(NUMBERS::contains).isEmpty()) {
        throw unusable("input " + input + " is not rows of whole numbers", inputs, where);
      }
      int own = shape.get(shape.size() - 1);
      if (own > 0 && length > 0 && own != length) {
        throw unusable("its inputs have " + length + " and " + own + " tokens", inputs, where);
      }
      length = own > 0 ? own : length;
    }
    return length;
  }

  private static InvalidFileException unusable(String what, List<TensorSpec> inputs, String where) {
    return new InvalidFileException(
        "the signature does not take a text: " + what + "; inputs: " + inputs,
        where,
        "use a file whose inputs are input_ids [1, t] and, where it needs them, attention_mask and"
            + " token_type_ids");
  }

  /** How many texts it takes at once. */
  int rows() {
    return inputs.values().stream().mapToInt(TensorSpec::rows).max().orElse(1);
  }

  boolean isDynamic() {
    return length == DYNAMIC;
  }

  /** Those that take one text; all of them, where each takes several. */
  static List<TextSignature> ofOneText(List<TextSignature> signatures) {
    List<TextSignature> single = signatures.stream().filter(s -> s.rows() == 1).toList();
    return single.isEmpty() ? signatures : single;
  }

  /**
   * The one that takes several texts of any one length at once, beside those that take one: it has
   * the same inputs and outputs.
   */
  static Optional<TextSignature> ofSeveralTexts(List<TextSignature> signatures) {
    TextSignature single = ofOneText(signatures).get(0);
    return signatures.stream()
        .filter(s -> single.rows() == 1 && s.rows() > 1 && s.isDynamic() && s.isLike(single))
        .findFirst();
  }

  private boolean isLike(TextSignature other) {
    return inputs.keySet().equals(other.inputs.keySet())
        && outputs.stream()
            .map(TensorSpec::name)
            .toList()
            .equals(other.outputs.stream().map(TensorSpec::name).toList())
        && inputs.values().stream().allMatch(input -> input.rows() == rows());
  }

  boolean has(Role role) {
    return inputs.containsKey(role);
  }

  /**
   * The smallest of the static signatures that takes {@code tokens}, else a dynamic one.
   *
   * @return absent if none takes so many
   */
  static Optional<TextSignature> fitting(List<TextSignature> signatures, int tokens) {
    TextSignature best = null;
    for (TextSignature one : signatures) {
      boolean fits = one.isDynamic() || one.length() >= tokens;
      if (fits
          && (best == null
              || (best.isDynamic() && !one.isDynamic())
              || (!one.isDynamic() && one.length() < best.length()))) {
        best = one;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The most tokens that one of the signatures takes; absent where a dynamic one takes any. */
  static Optional<Integer> longest(List<TextSignature> signatures) {
    int longest = 0;
    for (TextSignature one : signatures) {
      if (one.isDynamic()) {
        return Optional.empty();
      }
      longest = Math.max(longest, one.length());
    }
    return Optional.of(longest);
  }
}
