package dev.litegraft.serve;

import dev.litegraft.runtime.TextEmbedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Optional;

/** Vectors as clients ask for them. */
final class Vectors {
  private Vectors() {}

  /**
   * The first numbers of a vector, made to length 1 if that is asked for.
   *
   * @throws Refusal if there are not so many
   */
  static float[] of(TextEmbedding embedding, Optional<Integer> dimensions, boolean normalize) {
    float[] vector = embedding.vector();
    if (dimensions.isPresent() && dimensions.get() > vector.length) {
      throw Refusal.ofField(
          "dimensions",
          "`dimensions` is " + dimensions.get() + ", and the vector has " + vector.length);
    }
    TextEmbedding leading = dimensions.map(embedding::leading).orElse(embedding);
    return (normalize ? leading.normalized() : leading).vector();
  }

  /** f32, the lowest byte first, as OpenAI's clients decode them. */
  static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
