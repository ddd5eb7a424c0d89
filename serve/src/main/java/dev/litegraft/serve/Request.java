package dev.litegraft.serve;

import dev.litegraft.serve.Refusal.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A request that was read.
 *
 * @param path of its address
 * @param model that the address names, as {@code ?model=name}
 * @param fields of its body; none where it has none
 * @param begin when its last byte was read, in {@link System#nanoTime}
 */
record Request(String path, Optional<String> model, Fields fields, long begin) {
  /** The model that the body or the address names. */
  Optional<String> named() {
    return fields.optionalText("model").or(() -> model);
  }

  /**
   * That there is a text, and that there are not too many.
   *
   * @throws Refusal otherwise
   */
  static void requireCount(String field, int count, int most) {
    if (count == 0) {
      throw Refusal.of(Kind.EMPTY, "`" + field + "` cannot be empty");
    }
    if (count > most) {
      throw Refusal.ofField(
          Kind.TOO_MUCH, field, "batch size " + count + " > maximum allowed batch size " + most);
    }
  }

  /**
   * That texts are cut at their right end, as here all are.
   *
   * @throws Refusal if another is asked for
   */
  void requireRightTruncation() {
    fields
        .optionalText("truncation_direction")
        .filter(end -> !end.toLowerCase(Locale.ROOT).equals("right"))
        .ifPresent(
            end -> {
              throw Refusal.ofField(
                  "truncation_direction", "texts are cut at their right end, and not: " + end);
            });
  }

  /** Whether a text that is too long is refused instead of cut. */
  boolean refusesCuts() {
    return !fields.flag("truncate", true);
  }

  /**
   * That texts were read to their end where {@code truncate} is false.
   *
   * @param places what the body calls each text, by its place in the request
   * @throws Refusal if one was not
   */
  void requireWhole(List<Boolean> cut, IntFunction<String> places, Optional<Integer> most) {
    if (refusesCuts() && cut.contains(true)) {
      String field = places.apply(cut.indexOf(true));
      throw Refusal.ofField(
          Kind.TOO_MUCH,
          field,
          "`"
              + field
              + "` has more tokens than the model reads"
              + most.map(n -> ", which are " + n).orElse("")
              + "; leave `truncate` out to have it cut");
    }
  }
}
