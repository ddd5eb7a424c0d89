package dev.litegraft.lab.reference;

import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the texts of a row begin that holds several of them.
 *
 * @param begins of each text
 * @param tokens of all texts
 */
record PackedTexts(List<Integer> begins, int tokens) {
  static PackedTexts of(int... lengths) {
    List<Integer> begins = new ArrayList<>();
    int at = 0;
    for (int length : lengths) {
      begins.add(at);
      at += length;
    }
    return new PackedTexts(List.copyOf(begins), at);
  }

  /** How many texts there are. */
  int count() {
    return begins.size();
  }

  int begin(int text) {
    return begins.get(text);
  }

  int end(int text) {
    return text + 1 < begins.size() ? begin(text + 1) : tokens;
  }

  int length(int text) {
    return end(text) - begin(text);
  }

  /** Numbers of one text: [1, length]. */
  Array part(Array x, int text) {
    return Array.of(
        Shape.of(1, length(text)), Arrays.copyOfRange(x.numbers(), begin(text), end(text)));
  }

  /** Vectors of one text's tokens: [1, length, d]. */
  Array vectors(Array x, int text) {
    int width = x.dim(2);
    float[] own = Arrays.copyOfRange(x.numbers(), begin(text) * width, end(text) * width);
    return Array.of(Shape.of(1, length(text), width), own);
  }

  /** Something that is made of one text's numbers alone. */
  interface OfText {
    Array apply(Array part);
  }

  /** [1, t] to [1, t], text by text. */
  Array each(Array x, OfText function) {
    float[] out = new float[tokens];
    for (int i = 0; i < begins.size(); i++) {
      System.arraycopy(function.apply(part(x, i)).numbers(), 0, out, begin(i), length(i));
    }
    return Array.of(Shape.of(1, tokens), out);
  }

  /** [1, t] to weights [1, b, t], of which each row has those of one text. */
  Array weights(Array x, OfText function) {
    float[] out = new float[begins.size() * tokens];
    for (int i = 0; i < begins.size(); i++) {
      float[] own = function.apply(part(x, i)).numbers();
      System.arraycopy(own, 0, out, i * tokens + begin(i), own.length);
    }
    return Array.of(Shape.of(1, begins.size(), tokens), out);
  }

  int longestText() {
    int longest = 0;
    for (int i = 1; i < begins.size(); i++) {
      longest = length(i) > length(longest) ? i : longest;
    }
    return longest;
  }
}
